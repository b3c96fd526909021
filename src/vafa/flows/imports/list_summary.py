"""What an import of members, products, balances or codes did."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class ListSummary:
    """``rows`` are ``made`` (new in the club), ``known`` (there before; ``filled`` of them lacked
    something that the file has) or ``refused``. ``members``: who came with balances; ``points``,
    and ``credit`` in the smallest currency unit, were given; ``series`` has the codes. In a dry
    run the numbers are what would be.
    """

    kind: str
    dry_run: bool = False
    rows: int = 0
    refused: int = 0
    made: int = 0
    known: int = 0
    filled: int = 0
    members: int = 0
    points: int = 0
    credit: int = 0
    series: int = 0
    seconds: float = 0.0
    refused_path: Path | None = None

    @property
    def adds_up(self) -> bool:
        """Whether every row is in exactly one of the counts."""
        return self.rows == self.made + self.known + self.refused

    def counts(self) -> dict[str, Any]:
        """As plain JSON."""
        names = ("rows", "refused", "made", "known", "filled", "members", "points", "credit")
        return {name: getattr(self, name) for name in names} | {
            "series": self.series,
            "seconds": round(self.seconds, 1),
        }
