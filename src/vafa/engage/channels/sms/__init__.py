"""Text messages through a provider: ``provider(kind, account)`` is an account at one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vafa.engage.channels.sms.base import Account, Provider
from vafa.engage.channels.sms.kavenegar import Kavenegar
from vafa.engage.channels.sms.smsir import SmsIr

_PROVIDERS: Final[Mapping[str, Callable[[Account], Provider]]] = {
    "kavenegar": Kavenegar,
    "smsir": SmsIr,
}
KINDS: Final = tuple(_PROVIDERS)


def provider(kind: str, account: Account) -> Provider:
    """The account at the provider of that kind (one of ``KINDS``)."""
    return _PROVIDERS[kind](account)
