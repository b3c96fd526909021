"""What the rules may see of a purchase, or of another happening around a member. Plain data."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from vafa.core.jalali import Calendar
from vafa.program.rules.allowances import Left
from vafa.program.rules.conditions import Counter


class LineFacts(NamedTuple):
    """What was really paid for a line (no points, no voucher), and what was bought; ``quantity``
    in thousandths, ``brand`` "" for none."""

    paid: int
    category_id: int | None
    product_id: int | None = None
    quantity: int = 1000
    brand: str = ""


# A line that earns nothing, whatever it is for.
NO_LINE = LineFacts(0, None, None, 0)


class PurchaseFacts(NamedTuple):
    """Everything that the rules may see of a purchase. ``day`` and ``minute`` are the club's;
    ``tier`` is the code of the tier that she has just before; ``left`` is what remains of limited
    rules' allowances (of one that is missing: all of it).

    ``segments`` (codes that she is in), ``attributes`` (by key: text, "yes" or "no", a number, a
    day as 20260321) and ``counters`` hold what the rules in force ask for, and need hold no more.
    ``shut``: what rules cannot give her (any more), as ``deeds.py`` calls it.
    """

    day: date
    calendar: Calendar
    branch_id: int
    lines: Sequence[LineFacts]
    birth_date: date | None
    tier: str | None
    minute: int = 0
    merchant_id: int = 0
    channel: str = "store"
    gender: str = ""
    left: Left = {}
    payment: str = ""
    segments: Collection[str] = frozenset()
    attributes: Mapping[str, int | str] = {}
    counters: Mapping[Counter, int | None] = {}
    shut: Collection[str] = frozenset()
