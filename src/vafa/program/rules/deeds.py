"""What a rule may do beside giving an amount: deeds. Plain data, and which of them are done. Pure.

A deed is a part of a decision with 0 points; its kind and what it saw say what was done. What can
not be done for a member (any more) is ``shut``: texts like "badge:regular", as ``target``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal, Protocol, TypeVar

from pydantic import Field

from vafa.program.rules.frozen import Frozen
from vafa.program.rules.naming import Slug, Text

Number = Annotated[int, Field(gt=0)]
# A message that only follows from what she did, as the club's consents call it.
SERVICE: Final = "service"


class Deed(Frozen):
    """What all of them share: they give no amount of anything."""

    @property
    def unit(self) -> Literal["points"]:
        """They give none; so nothing is asked of other units for them."""
        return "points"

    @property
    def target(self) -> str:
        """What must still be there to be given; "" where there is always more."""
        return ""

    def saw(self, paid: int) -> dict[str, int | str] | None:
        """What a part of it keeps where ``paid`` was paid on the lines that count; None where
        that is too little for anything."""
        return {}


class GiveVoucher(Deed):
    """A fresh code of a series of vouchers, for the member alone."""

    kind: Literal["voucher"] = "voucher"
    series: Number

    @property
    def target(self) -> str:
        return f"voucher:{self.series}"

    def saw(self, paid: int) -> dict[str, int | str]:
        return {"series": self.series}


class Chances(Deed):
    """``chances`` in a draw: once, or (``step`` above 0) for every ``step`` paid, rounded down."""

    kind: Literal["chances"] = "chances"
    draw: Number
    chances: Annotated[int, Field(gt=0, le=1_000_000)]
    step: Annotated[int, Field(ge=0, le=10**13)] = 0

    @property
    def target(self) -> str:
        return f"chances:{self.draw}"

    def saw(self, paid: int) -> dict[str, int | str] | None:
        found = self.chances * paid // self.step if self.step else self.chances
        told: dict[str, int | str] = {"draw": self.draw, "chances": min(found, 1_000_000)}
        return (told | ({"paid": paid} if self.step else {})) if found else None


class GiveBadge(Deed):
    """A badge of the programme, which a member has once and for good."""

    kind: Literal["badge"] = "badge"
    badge: Slug

    @property
    def target(self) -> str:
        return f"badge:{self.badge}"

    def saw(self, paid: int) -> dict[str, int | str]:
        return {"badge": self.badge}


class SetAttribute(Deed):
    """What is known of the member: a text, a choice, a whole number, yes or no ("yes", "no"), or a
    day ("2026-03-21")."""

    kind: Literal["attribute"] = "attribute"
    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    value: (
        Annotated[int, Field(ge=0, le=10**13)] | Annotated[str, Field(min_length=1, max_length=120)]
    )

    def saw(self, paid: int) -> dict[str, int | str]:
        return {"key": self.key, "value": self.value}


class Words(Frozen):
    """What a member is told, in both languages; English may be empty and is then Persian."""

    fa: Annotated[str, Field(min_length=1, max_length=500)]
    en: Annotated[str, Field(max_length=500)] = ""

    def said(self, lang: str) -> str:
        """The words in ``lang``."""
        return self.fa if lang == "fa" or not self.en else self.en


class Say(Deed):
    """A message to the member, who also reads it where she reads why she got what. ``purpose``:
    which consent of hers it needs ("offers"), "service" where it only follows from what she did.
    ``first``: by which way, where both are open to her; an e-mail has ``subject``, or the club's
    name."""

    kind: Literal["message"] = "message"
    words: Words
    purpose: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")] = SERVICE
    first: Literal["sms", "email"] = "sms"
    subject: Text | None = None


class RaiseEvent(Deed):
    """An event of the programme happens to the member, behind the decision."""

    kind: Literal["event"] = "event"
    event: Slug

    def saw(self, paid: int) -> dict[str, int | str]:
        return {"event": self.event}


class BadgeKind(Frozen):
    """A badge that members may have; ``symbol`` is a sign or two to show it by."""

    code: Slug
    name: Text
    symbol: Annotated[str, Field(max_length=8)] = "★"


DEEDS = frozenset({"voucher", "chances", "badge", "attribute", "message", "event"})


class _Part(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def saw(self) -> Mapping[str, Any]: ...


_P = TypeVar("_P", bound=_Part)


def is_deed(kind: str, saw: Mapping[str, Any]) -> bool:
    """Whether a part of a decision did something, and was not kept from it by a limit."""
    return kind in DEEDS and "before" not in saw


def deeds_in(parts: Iterable[_P]) -> list[_P]:
    """The parts that did something beside giving an amount."""
    return [part for part in parts if is_deed(part.kind, part.saw)]
