"""What an import did, in numbers that add up to what the file holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_COUNTS = (
    *("sales", "cancellations", "purchases", "purchases_repeated", "purchases_refused"),
    *("returns", "returns_repeated", "returns_refused", "linked", "alone"),
)


@dataclass(slots=True)
class Count:
    """How many bills, and what they come to (smallest currency units)."""

    bills: int = 0
    amount: int = 0

    def add(self, amount: int) -> None:
        """One more bill."""
        self.bills += 1
        self.amount += amount


@dataclass(slots=True)
class Summary:
    """The closing account of an import.

    ``sales`` and ``cancellations`` are what the file holds in bills whose rows could be read;
    each is recorded, was there before (``repeated``), or was refused. ``linked`` is what came back
    of known purchases, ``alone`` what stands alone; together they are the recorded returns.
    ``rows_refused`` counts rows, unreadable ones included. ``points`` is what was granted, for
    joining too, less what returns took. In a dry run the numbers are what would be recorded, except ``linked``
    and ``alone``, which are found while recording.
    """

    dry_run: bool = False
    rows: int = 0
    rows_refused: int = 0
    sales: Count = field(default_factory=Count)
    cancellations: Count = field(default_factory=Count)
    purchases: Count = field(default_factory=Count)
    purchases_repeated: Count = field(default_factory=Count)
    purchases_refused: Count = field(default_factory=Count)
    returns: Count = field(default_factory=Count)
    returns_repeated: Count = field(default_factory=Count)
    returns_refused: Count = field(default_factory=Count)
    linked: Count = field(default_factory=Count)
    alone: Count = field(default_factory=Count)
    members: int = 0
    products: int = 0
    points: int = 0
    seconds: float = 0.0
    refused_path: Path | None = None

    def counts(self) -> dict[str, Any]:
        """As plain JSON: pairs of (bills, amount), and numbers."""
        pairs = {
            name: [count.bills, count.amount]
            for name in _COUNTS
            if isinstance(count := getattr(self, name), Count)
        }
        return pairs | {
            "rows": self.rows,
            "refused": self.rows_refused,
            "members": self.members,
            "products": self.products,
            "points": self.points,
            "seconds": round(self.seconds, 1),
        }

    @property
    def adds_up(self) -> bool:
        """Whether every bill of the file is in exactly one of the other counts."""
        sold = (self.purchases, self.purchases_repeated, self.purchases_refused)
        undone = (self.returns, self.returns_repeated, self.returns_refused)
        return _same(self.sales, sold) and _same(self.cancellations, undone)


def _same(whole: Count, parts: tuple[Count, ...]) -> bool:
    return whole.bills == sum(p.bills for p in parts) and whole.amount == sum(
        p.amount for p in parts
    )
