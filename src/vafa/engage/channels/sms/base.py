"""What every provider of text messages does for us; one module for each beside this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol

from vafa.engage.channels.sms.errors import SmsError


class Delivery(StrEnum):
    """How far a message is, whatever the provider's numbers for it."""

    ON_ITS_WAY = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    BLOCKED = "blocked"


class Text(NamedTuple):
    """``to`` is an E.164 mobile; ``local_id`` our own number of the message."""

    to: str
    text: str
    local_id: int


class Taken(NamedTuple):
    """The provider took a message: its number there, and its cost in rials where it says one."""

    provider_id: str
    cost: int | None


class Credit(NamedTuple):
    """What is left at the provider: rials, or ("messages") so many of the shortest."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class Account:
    """A club's account at a provider; ``sender`` is the line, ``template`` the one for codes.

    ``url`` is where the provider's API begins. The key never appears in its representation.
    """

    url: str
    key: str = field(repr=False)
    sender: str
    template: str


def dialled(mobile: str) -> str:
    """An E.164 mobile as it is dialled in Iran: one of the country with 0 before it, others with 00
    before theirs."""
    return f"0{mobile[3:]}" if mobile.startswith("+98") else f"00{mobile[1:]}"


class Provider(Protocol):
    """An account at one provider. Every call uses the network, and raises SmsError."""

    # So many texts may be sent, so many messages asked about, in one call.
    texts_at_once: int
    asks_at_once: int

    def send_code(self, to: str, code: str) -> Taken:
        """Send a one-time code by the account's template, which the provider lets overtake."""

    def send_texts(self, texts: Sequence[Text]) -> list[Taken | SmsError]:
        """Send each its text; the answers in this order. What it raises is about all of them."""

    def deliveries(self, provider_ids: Sequence[str]) -> Mapping[str, Delivery]:
        """How far messages are; those that the provider has forgotten are left out."""

    def find(self, local_id: int) -> Taken | None:
        """A text sent under our number, None where it never arrived there.

        Raises NotImplementedError where the provider does not keep our numbers.
        """

    def credit(self) -> Credit:
        """What is left in the account."""
