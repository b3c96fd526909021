"""What a stranger needs to come into a closed club, and what her browser brought already."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest

from vafa.club.joining_errors import JoiningCodeSpent, ReceiptDoesNotOpen, UnknownJoiningCode
from vafa.club.reads.context import ClubContext
from vafa.club.reads.joining import find_joining_code, joining_terms
from vafa.club.rules.joining import Terms
from vafa.core.clock import now
from vafa.flows.joining import Brought
from vafa.web.shared.invites import invite_of, joining_code_of
from vafa.web.shared.joining import ways_words

# What is wrong with what she typed, and at which field it is said.
WRONG = {
    UnknownJoiningCode: "joining_code",
    JoiningCodeSpent: "joining_code",
    ReceiptDoesNotOpen: "receipt_no",
}
# Wrong codes and receipts are counted under this name, by mobile.
TRIES = "joining"


class Door(NamedTuple):
    """The club's terms, and the code and the invitation that her browser came with ("" for none)."""

    terms: Terms
    code: str
    invitation: str
    code_opens: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """Which fields of the form ask for what opens the club."""
        if self.terms.is_open or self.opens_itself:
            return ()
        asked = ("joining_code",) if self.terms.by_code else ()
        if self.terms.by_receipt_of is not None:
            asked = (*asked, "receipt_no", "receipt_total")
        return asked

    @property
    def opens_itself(self) -> bool:
        """Whether what her browser carries is enough, as far as one can see."""
        by_link = self.terms.by_code and self.code_opens
        return by_link or (self.terms.by_invitation and bool(self.invitation))

    def brought(self, typed: dict[str, Any]) -> Brought:
        """What she brings: what she typed, or else what her browser carries."""
        return Brought(
            code=typed.get("joining_code") or self.code,
            receipt_no=typed.get("receipt_no") or "",
            receipt_total=typed.get("receipt_total") or 0,
        )


def door_of(request: HttpRequest, club: ClubContext) -> Door:
    """The door as this browser finds it. A code of a link that opens nothing any more is left
    out; one that only says where she comes from stays."""
    terms, code = joining_terms(club.id), joining_code_of(request, club)
    found = find_joining_code(club.id, code) if code else None
    today = club.local_date(now())
    usable = found is not None and not found.is_spent_on(today)
    opens = usable and found is not None and found.opens
    return Door(terms, code if usable else "", invite_of(request, club), opens)


def ways_of(club: ClubContext, door: Door) -> list[str]:
    """The ways in, for whoever has none."""
    return ways_words(club, door.terms)
