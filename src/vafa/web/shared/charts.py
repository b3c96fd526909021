"""What a chart shows: made by a view, drawn by ``{% component "chart" id="…" chart=chart %}``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from vafa.core.money import display_unit, format_amount, format_number, format_percent
from vafa.web.shared.context import current_lang

Kind = Literal["line", "bar", "pie", "heat"]


@dataclass(frozen=True, slots=True)
class Series:
    """One line or set of bars. ``before_of`` is the index of the series whose period before this
    one shows: it is drawn in that one's colour, dashed."""

    name: str
    values: Sequence[int | float | None]
    kind: Kind | None = None
    before_of: int | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """At most five series over common labels; of a "heat" map, as many rows of cells as wanted.

    Values are smallest units of money when ``unit`` is a display unit's code, ratios when it is
    "percent", plain counts when "". ``links`` are addresses that the points lead to.
    """

    labels: Sequence[str]
    series: Sequence[Series]
    kind: Kind = "line"
    title: str = ""
    unit: str = ""
    stacked: bool = False
    links: Sequence[str] = field(default_factory=tuple)

    @property
    def _money(self) -> bool:
        return self.unit not in {"", "percent"}

    @property
    def spec(self) -> dict[str, Any]:
        """What charts.js reads."""
        unit = display_unit(self.unit) if self._money else None
        return {
            "kind": self.kind,
            "title": self.title,
            "labels": [str(label) for label in self.labels],
            "unit": unit.label(current_lang()) if unit else "",
            "size": unit.size if unit else 1,
            "format": "percent" if self.unit == "percent" else "",
            "stacked": self.stacked,
            "links": list(self.links) or None,
            "series": [
                {"name": str(s.name), "values": list(s.values), "kind": s.kind, "of": s.before_of}
                for s in self.series
            ],
        }

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The same as a table: a label and the exact values of each row, as text."""
        return [
            {"label": label, "values": [self._text(s.values[i]) for s in self.series]}
            for i, label in enumerate(self.labels)
        ]

    def _text(self, value: int | float | None) -> str:
        lang = current_lang()
        if value is None:
            return "—"
        if self.unit == "percent":
            return format_percent(value, lang, 1)
        if self._money:
            return format_amount(int(value), self.unit, lang)
        return format_number(int(value), lang)
