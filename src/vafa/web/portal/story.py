"""The history as a member reads it: what happened, why, and what it did to her points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from vafa.club.reads.context import ClubContext
from vafa.program.reads.history import HistoryRow
from vafa.program.reads.revisions import published_program
from vafa.program.rules.explain import explain_parts
from vafa.web.shared.context import current_lang

# What a filter of the page shows.
KINDS: Final[dict[str, list[str]]] = {
    "earned": ["purchase", "join", "happening", "gift_in", "opening"],
    "spent": ["redeem", "pay", "gift", "offline"],
    "returned": ["return", "give_back", "unredeem", "revive", "reverse", "gift_in_back"],
    "corrected": ["adjust"],
    "expired": ["expire", "leave"],
}
_ICONS: Final = {
    "purchase": "shopping-bag",
    "join": "sparkles",
    "happening": "sparkles",
    "redeem": "gift",
    "pay": "wallet",
    "offline": "wallet",
    "return": "undo-2",
    "give_back": "undo-2",
    "unredeem": "undo-2",
    "revive": "undo-2",
    "reverse": "undo-2",
    "gift_in_back": "undo-2",
    "gift": "gift",
    "gift_in": "gift",
    "adjust": "pencil",
    "opening": "wallet",
    "expire": "hourglass",
    "leave": "door-open",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the history in words; ``reasons`` are sentences."""

    row: HistoryRow
    title: str
    icon: str
    reasons: list[str]
    month: str


def isolated(name: str) -> str:
    """A name within a sentence, whose letters may run the other way."""
    return f"\u2068{name}\u2069"


def tell(club: ClubContext, row: HistoryRow, month_of: Callable[[HistoryRow], str]) -> Told:
    """The row in the page's language; ``month_of`` names the month that it is listed under."""
    program = published_program(row.revision_id) if row.revision_id else None
    return Told(
        row=row,
        title=_title(row),
        icon=_ICONS.get(row.trigger, "circle"),
        reasons=explain_parts(program, row.parts, club.display_unit, current_lang()),
        month=month_of(row),
    )


def _title(row: HistoryRow) -> str:
    # Isolated, so that a name of the other direction does not pull the sentence apart.
    place = {"branch": isolated(row.branch_name or "")}
    match row.trigger:
        case "purchase":
            return (
                gettext("Purchase at %(branch)s") % place
                if row.branch_name
                else gettext("Purchase")
            )
        case "join":
            return gettext("You joined the club")
        case "happening":
            return gettext("A gift of the club")
        case "redeem":
            return gettext("You took a reward")
        case "pay" | "offline":
            return gettext("You paid with points")
        case "return":
            return gettext("Points of a return")
        case "unredeem" if not row.points:
            return gettext("You gave a reward up")
        case "give_back" | "unredeem" | "revive":
            return gettext("Points came back to you")
        case "adjust" if (row.points or row.credit) > 0:
            return gettext("The club gave you something")
        case "adjust":
            return gettext("The club corrected something")
        case "leave":
            return gettext("You left the club")
        case "opening":
            return gettext("What you had before")
        case "reverse":
            return gettext("Something was undone")
        case "gift":
            return gettext("You made a gift")
        case "gift_in":
            return gettext("You got a gift")
        case "gift_in_back":
            return gettext("A gift went back")
        case _:
            return gettext("Points ran out of time") if row.points else gettext("Credit ran out")
