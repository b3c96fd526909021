"""What a report is made of: plain values, before anybody has put words to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from vafa.club.facet_types import Sql
from vafa.club.reads.context import ClubContext
from vafa.core.jalali import Calendar
from vafa.insight.reads.spans import Grouping, Span

# count: how many; money: smallest units; points: whole; ratio: 1 is all; quantity: thousandths.
Kind = Literal["count", "money", "points", "ratio", "quantity"]
Value = int | float | None
Values = tuple[Value, ...]
# What a line is about: a stretch of days, a word of ours or of the database's, a number.
Key = Span | str | int


class Column(NamedTuple):
    """A figure of every line, by its name in the report."""

    name: str
    kind: Kind


class Line(NamedTuple):
    """``key`` says what the line is about: a stretch of days, a row's number, a word of ours.
    ``label`` is its name where the club gave it one, ``label_en`` the same in English where there is
    one. ``before`` are the values of the line that it is compared with."""

    key: Span | str | int
    values: Values
    label: str = ""
    before: Values | None = None
    label_en: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """A report's answer. ``totals`` are figures of their own, and not always sums of the lines: who
    bought in two months is one buyer. ``as_of``: the moment up to which everything is in it, where it
    was made of daily figures."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    totals: Values
    totals_before: Values | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a report.

    ``branch_ids`` None: all branches. ``who``: a SELECT of member numbers to whom it is narrowed.
    ``of``: which of its sides a report shows (products or categories ...). ``before`` is the span
    to compare with. ``calendar``: the reader's, in a report whose months are no figures of the club's own
    (None: the club's).
    """

    span: Span
    before: Span | None = None
    by: Grouping = "month"
    of: str = ""
    branch_ids: tuple[int, ...] | None = None
    who: Sql | None = None
    calendar: Calendar | None = None


Reader = Callable[[ClubContext, Ask], Figures]


def paired(
    columns: tuple[Column, ...],
    lines: Sequence[Line],
    totals: Values,
    earlier: Mapping[Span | str | int, Values] | None,
    totals_before: Values | None,
    as_of: datetime | None = None,
) -> Figures:
    """Lines with those of the same key before. A key that was not there before had nothing."""
    nothing: Values = tuple(0 for _ in columns)
    if earlier is not None:
        lines = [line._replace(before=earlier.get(line.key, nothing)) for line in lines]
    return Figures(columns, tuple(lines), totals, totals_before, as_of)


def rounded(amount: int, n: int) -> int | None:
    """``amount`` shared among ``n``, rounded half up; None among nobody."""
    return (2 * amount + n) // (2 * n) if n else None


def share(part: int, whole: int) -> float | None:
    """``part`` of ``whole`` as a ratio; None of nothing."""
    return part / whole if whole else None


def to_json(figures: Figures) -> dict[str, Any]:
    """The figures as plain JSON, to be kept."""
    return {
        "columns": [list(column) for column in figures.columns],
        "lines": [
            [
                _plain(line.key),
                list(line.values),
                line.label,
                line.before and list(line.before),
                line.label_en,
            ]
            for line in figures.lines
        ],
        "totals": list(figures.totals),
        "before": figures.totals_before and list(figures.totals_before),
        "as_of": figures.as_of and figures.as_of.isoformat(),
    }


def from_json(kept: Mapping[str, Any]) -> Figures:
    """What ``to_json`` made, again."""
    before, as_of = kept["before"], kept.get("as_of")
    return Figures(
        columns=tuple(Column(*column) for column in kept["columns"]),
        lines=tuple(
            Line(_key(key), tuple(values), label, None if past is None else tuple(past), *more)
            for key, values, label, past, *more in kept["lines"]
        ),
        totals=tuple(kept["totals"]),
        totals_before=None if before is None else tuple(before),
        as_of=datetime.fromisoformat(as_of) if as_of else None,
    )


def _plain(key: Span | str | int) -> Any:
    return [key.first.isoformat(), key.after.isoformat()] if isinstance(key, Span) else key


def _key(key: Any) -> Span | str | int:
    if isinstance(key, list):
        first, after = (date.fromisoformat(day) for day in key)
        return Span(first, after)
    found: str | int = key
    return found
