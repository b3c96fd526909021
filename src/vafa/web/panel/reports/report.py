"""A report as everybody sees it: the page, the spreadsheet, the PDF and the e-mail are made of the
same titles, lines and figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from vafa.club.reads.context import ClubContext
from vafa.core.jalali import Calendar, format_date
from vafa.core.money import display_unit, whole_units
from vafa.core.text import to_persian_digits
from vafa.insight.reads.reports.shape import Figures, Line, Value, Values
from vafa.insight.reads.reports.shape import Kind as ValueKind
from vafa.insight.reads.spans import Span
from vafa.web.panel.periods import span_label, span_query
from vafa.web.panel.reports.asked import Asked
from vafa.web.panel.reports.words import (
    Good,
    change_text,
    column_words,
    good_way,
    line_words,
    value_text,
)
from vafa.web.shared.charts import Chart, Series
from vafa.web.shared.context import current_lang

# A chart of more lines than these cannot be read; the table has them all.
_MOST_DRAWN = 15
_MOST_SLICES = 6
# Columns of money whose values nobody paid: they need no tenth of a toman.
_AVERAGES = frozenset({"basket", "per_buyer"})


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its title, the unit that the title is followed by, and what its values are. ``good``:
    where more ("up") or less ("down") of it is plainly good; "none": who is to say."""

    title: str
    unit: str
    kind: ValueKind
    is_average: bool = False
    good: Good = "none"


@dataclass(frozen=True, slots=True)
class Row:
    """A line: values and the same as text; ``before`` and ``change`` are of the first column. ``day``
    is the first day that the line is about, where it is about days."""

    label: str
    values: Values
    texts: tuple[str, ...]
    before_values: Values | None = None
    before: str = ""
    change: str = ""
    url: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """``period`` and ``compared`` in words ("" where there is nothing to compare with);
    ``narrowed``: to what, one line each. ``is_empty``: nothing happened that it could tell of."""

    slug: str
    title: str
    side: str
    club: str
    period: str
    compared: str
    narrowed: tuple[str, ...]
    axis: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    totals: Row
    charts: tuple[Chart, ...]

    @property
    def is_empty(self) -> bool:
        return not any(any(row.values) for row in (*self.rows, self.totals))


def build_report(
    asked: Asked,
    figures: Figures,
    club: ClubContext,
    calendar: Calendar,
    *,
    opens: Callable[[str], bool] = lambda _address: False,
) -> Report:
    """The report in the current language. ``opens`` says which addresses of the rows behind its
    figures open to the reader; none of them in a file."""
    kind, lines = asked.kind, figures.lines
    unit = display_unit(club.display_unit).label(current_lang())
    heads = tuple(
        Head(
            column_words(kind.slug, c),
            unit if c.kind == "money" else "",
            c.kind,
            c.name in _AVERAGES,
            good_way(c.name),
        )
        for c in figures.columns
    )
    labels = [
        line_words(asked, line, after, club, calendar)
        for line, after in zip_longest(lines, lines[1:])
    ]
    behind = _linker(asked)

    def link(line: Line) -> str:
        address = behind(line)
        return address if address and opens(address) else ""

    rows = tuple(
        _row(label, line.values, line.before, heads, club, link(line), line.key)
        for label, line in zip(labels, lines, strict=True)
    )
    totals = _row(_("Total"), figures.totals, figures.totals_before, heads, club, "", "")
    before = asked.ask.before
    side = next((str(label) for name, label in kind.sides if name == asked.side), "")
    return Report(
        slug=kind.slug,
        title=str(kind.title),
        side=side,
        club=club.name,
        period=_("As of now") if kind.is_of_moment else span_label(asked.choice.span, calendar),
        compared=span_label(before, calendar) if before else "",
        narrowed=(*asked.narrowed, *_as_of(figures, club, calendar)),
        axis=str(kind.axis) or side,
        heads=heads,
        rows=rows,
        totals=totals,
        charts=tuple(_charts(asked, figures, labels, heads, club, [row.url for row in rows])),
    )


def _row(
    label: str,
    values: Values,
    before: Values | None,
    heads: Sequence[Head],
    club: ClubContext,
    url: str,
    key: object,
) -> Row:
    values = _whole(values, heads, club)
    before = _whole(before, heads, club) if before else None
    texts = [value_text(v, h.kind, club.display_unit) for v, h in zip(values, heads, strict=True)]
    first: Value = before[0] if before else None
    return Row(
        label,
        values,
        tuple(texts),
        before,
        value_text(first, heads[0].kind, club.display_unit) if before else "",
        change_text(values[0], first) if before else "",
        url,
        key if isinstance(key, Span) else None,
    )


def _whole(values: Values, heads: Sequence[Head], club: ClubContext) -> Values:
    """The values, averages in whole display units."""
    unit = club.display_unit
    return tuple(
        whole_units(int(value), unit) if head.is_average and value is not None else value
        for value, head in zip(values, heads, strict=True)
    )


def _as_of(figures: Figures, club: ClubContext, calendar: Calendar) -> list[str]:
    """Up to when daily figures go; nothing of what was read from the facts."""
    if figures.as_of is None:
        return []
    local = figures.as_of.astimezone(club.tz)
    lang = current_lang()
    clock = f"{local:%H:%M}"
    when = f"{format_date(local, lang, 'long', calendar)} {clock}"
    if lang == "fa":
        when = to_persian_digits(when)
    return [_("up to date as of %(when)s") % {"when": when}]


def _linker(asked: Asked) -> Callable[[Line], str]:
    """The rows behind a line, where a list shows just those."""
    slug, choice = asked.kind.slug, asked.choice

    def nowhere(_line: Line) -> str:
        return ""

    def purchases(line: Line) -> str:
        span = line.key if isinstance(line.key, Span) else choice.span
        branch = line.key if slug == "branches" else choice.branch_id
        return f"{reverse('panel:purchases')}?{span_query(span, branch=branch)}"

    def joined(line: Line) -> str:
        assert isinstance(line.key, Span)
        days = {"joined_from": line.key.first.isoformat(), "joined_to": line.key.last.isoformat()}
        branch = {"branch": choice.branch_id} if choice.branch_id else {}
        return f"{reverse('panel:members')}?{urlencode(days | branch)}"

    def points(line: Line) -> str:
        assert isinstance(line.key, Span)
        return f"{reverse('panel:points')}?{span_query(line.key)}"

    if not asked.is_plain:
        return nowhere
    if slug in {"sales", "branches"}:
        return purchases
    if slug == "growth":
        return joined
    if slug == "value" and asked.side == "points" and asked.ask.branch_ids is None:
        return points
    return nowhere


def _charts(
    asked: Asked,
    figures: Figures,
    labels: list[str],
    heads: Sequence[Head],
    club: ClubContext,
    links: list[str],
) -> list[Chart]:
    if not figures.lines:
        return []
    slug = asked.kind.slug
    if slug == "hours":
        return [_heat(figures, labels, heads, club)]
    if slug == "growth":
        return [_several(figures, labels, heads, (0, 1, 2, 3), club, links)]
    if slug == "value":
        charts = [_several(figures, labels, heads, (0, 1), club, links)]
        if len(heads) > 3:
            charts.append(_first(figures, labels, heads, 3, club, links))
        return charts
    if slug == "members" and asked.side == "gender" and len(labels) <= _MOST_SLICES:
        series = [Series(heads[0].title, [line.values[0] for line in figures.lines])]
        return [Chart(labels, series, kind="pie", title=heads[0].title)]
    return [_first(figures, labels, heads, 1 if slug == "expiring" else 0, club, links)]


def _unit(head: Head, club: ClubContext) -> str:
    return club.display_unit if head.kind == "money" else ""


def _first(
    figures: Figures,
    labels: list[str],
    heads: Sequence[Head],
    n: int,
    club: ClubContext,
    links: list[str],
) -> Chart:
    """One column as bars, what it was before as a dashed line."""
    is_course = all(isinstance(line.key, Span) for line in figures.lines)
    lines = figures.lines if is_course else figures.lines[:_MOST_DRAWN]
    series = [Series(heads[n].title, [line.values[n] for line in lines], kind="bar")]
    if is_course and n == 0 and any(line.before for line in lines):
        past = [line.before[n] if line.before else None for line in lines]
        series.append(Series(_("The period before"), past, kind="line", before_of=0))
    return Chart(
        labels[: len(lines)],
        series,
        kind="bar",
        title=heads[n].title,
        unit=_unit(heads[n], club),
        links=links[: len(lines)],
    )


def _several(
    figures: Figures,
    labels: list[str],
    heads: Sequence[Head],
    which: Sequence[int],
    club: ClubContext,
    links: list[str],
) -> Chart:
    return Chart(
        labels,
        [Series(heads[n].title, [line.values[n] for line in figures.lines]) for n in which],
        kind="bar",
        title=" · ".join(heads[n].title for n in which),
        unit=_unit(heads[which[0]], club),
        links=links,
    )


def _heat(figures: Figures, labels: list[str], heads: Sequence[Head], club: ClubContext) -> Chart:
    """Days of the week down, hours across; hours at which nobody ever buys are cut off the ends."""
    used = [n for n, line in enumerate(figures.lines) if line.values[0]]
    first, last = (used[0], used[-1]) if used else (8, 21)
    days = range(1, len(heads))
    return Chart(
        [label.partition("–")[0].strip("\u2066") for label in labels[first : last + 1]],
        [
            Series(heads[n].title, [line.values[n] for line in figures.lines[first : last + 1]])
            for n in days
        ],
        kind="heat",
        title=_("Days and hours"),
        unit=_unit(heads[0], club),
    )
