"""Numbers as they are reported: medians of rounds, ratios, and the bars that they are held to."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One quantity, measured once in each round."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle value; of two, their mean."""
        return statistics.median(self.values)

    def over(self, other: Figure) -> Figure:
        """Ratio to another figure, round by round."""
        return Figure(tuple(a / b for a, b in zip(self.values, other.values, strict=True)))

    def as_json(self) -> dict[str, Any]:
        """Median, extremes and all values."""
        return {
            "median": self.median,
            "min": min(self.values),
            "max": max(self.values),
            "values": list(self.values),
        }


@dataclass(frozen=True, slots=True)
class Bar:
    """What a row must reach: its median ``at_least`` or ``at_most`` so much."""

    at_least: float | None = None
    at_most: float | None = None

    def passed(self, figure: Figure) -> bool:
        """Whether the figure's median is on the right side."""
        low = self.at_least is None or figure.median >= self.at_least
        return low and (self.at_most is None or figure.median <= self.at_most)

    def __str__(self) -> str:
        return f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the report.

    ``code`` groups rows (a ... k), ``unit`` is of ``figure`` ("/s", "ms", "s", "MB", ""), ``ratio`` is
    to what ``of`` names, and ``bar`` is for the ratio, or for the figure where there is no ratio.
    """

    code: str
    name: str
    figure: Figure
    unit: str
    ratio: Figure | None = None
    of: str = ""
    bar: Bar | None = None

    @property
    def passed(self) -> bool | None:
        """Whether the bar is reached; None without one."""
        if self.bar is None:
            return None
        return self.bar.passed(self.ratio or self.figure)

    def as_json(self) -> dict[str, Any]:
        """The row as a JSON value."""
        return {
            "code": self.code,
            "name": self.name,
            "unit": self.unit,
            "figure": self.figure.as_json(),
            "ratio": self.ratio.as_json() if self.ratio else None,
            "of": self.of,
            "bar": str(self.bar) if self.bar else None,
            "passed": self.passed,
        }


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile of values in any order. Raises ValueError for none."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * percent / 100), 1) - 1]
