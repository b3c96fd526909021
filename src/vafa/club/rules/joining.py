"""Who may join: the ways into a closed club, and how codes are written. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from vafa.core.errors import InvalidInput
from vafa.core.text import normalize, to_latin_digits

OPEN, CLOSED = "open", "closed"
MODES = (OPEN, CLOSED)
INVITATION, CODE, RECEIPT, APPROVAL = "invitation", "code", "receipt", "approval"
WAITING, ACCEPTED, REFUSED = "waiting", "accepted", "refused"
# Without letters that look like digits or like each other.
DIGITS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{2,19}")
_MOST_DAYS = 365
_MOST_AMOUNT = 10**13


class Terms(NamedTuple):
    """Who may join. Of a closed club any one of the ways suffices; ``by_receipt_of`` (smallest
    units) is the least bill that opens it, within ``receipt_days`` days, None where none does."""

    mode: str = OPEN
    by_invitation: bool = False
    by_code: bool = False
    by_receipt_of: int | None = None
    receipt_days: int = 30
    by_approval: bool = False

    @property
    def is_open(self) -> bool:
        """Whether anybody may join."""
        return self.mode == OPEN

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways into a closed club, in the order in which they are told."""
        ways = (
            (INVITATION, self.by_invitation),
            (CODE, self.by_code),
            (RECEIPT, self.by_receipt_of is not None),
            (APPROVAL, self.by_approval),
        )
        return () if self.is_open else tuple(way for way, leads in ways if leads)


def refuse_wrong_terms(terms: Terms) -> None:
    """Raise InvalidInput for an unknown mode, a closed club without a way in, and bad limits."""
    if terms.mode not in MODES:
        raise InvalidInput(field="mode")
    if not terms.is_open and not terms.ways:
        raise InvalidInput(field="ways")
    if terms.by_receipt_of is not None and not 0 < terms.by_receipt_of <= _MOST_AMOUNT:
        raise InvalidInput(field="by_receipt_of")
    if not 0 < terms.receipt_days <= _MOST_DAYS:
        raise InvalidInput(field="receipt_days")


def clean_code(typed: str) -> str:
    """A code as it is stored, from what was typed or printed; "" for what cannot be one."""
    text = to_latin_digits(normalize(typed)).upper().replace(" ", "")
    return text if _CODE.fullmatch(text) else ""
