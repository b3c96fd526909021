"""The period picker: which days a report is about, read from the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from vafa.club.models import Branch
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.jalali import Calendar, format_date, parse_date
from vafa.insight.reads.dashboard import busy_span
from vafa.insight.reads.spans import (
    GROUPINGS,
    PRESETS,
    Grouping,
    Preset,
    Span,
    allowed_groupings,
    past_span,
    preset_span,
    span_before,
    usual_grouping,
    year_before,
)
from vafa.web.panel.pages import number_of
from vafa.web.shared.context import current_lang

# Kept for the session, so that the picker stays where it is while one looks at other pages.
_SESSION = "panel_period"
_RECENT = timedelta(days=30)
# Days beyond these are typing errors, and would not survive the way to UTC and back.
_FIRST, _LAST = date(1900, 1, 1), date(2200, 1, 1)
_NAMES = ("period", "from", "to", "by", "branch", "against")
# Whole periods that are over, by the names of the picker.
_PAST: dict[str, Preset] = {
    "last_week": "week",
    "last_month": "month",
    "last_season": "quarter",
    "last_year": "year",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What was picked. ``before`` is what the figures are compared with (None for all time, or for no
    comparison): the period before, or with ``against`` "year" the same days of the year before."""

    name: str
    span: Span
    before: Span | None
    by: Grouping
    branch_id: int | None
    against: str = ""

    @property
    def query(self) -> str:
        """The same days and branch, for a link to the rows behind a figure."""
        return span_query(self.span, branch=self.branch_id)


def span_query(span: Span, **others: object) -> str:
    """``from=…&to=…`` (both ISO, the last day included) and what else is not None."""
    values = {"from": span.first.isoformat(), "to": span.last.isoformat()}
    values |= {name: str(value) for name, value in others.items() if value is not None}
    return urlencode(values)


def span_of(query: QueryDict, first: str = "from", last: str = "to") -> Span | None:
    """The days that a query string names; an open or absent side gives the widest sensible one."""
    since, until = _day(query.get(first)), _day(query.get(last))
    if since is None and until is None:
        return None
    since = since or date(1990, 1, 1)
    until = until or max(now().date() + timedelta(days=1), since)
    return Span(min(since, until), max(since, until) + timedelta(days=1))


def read_choice(request: HttpRequest, club: ClubContext, branches: list[Branch]) -> Choice:
    """The picked period; without one in the address, the one picked last in this session."""
    query = request.GET
    if any(name in query for name in _NAMES):
        kept = {name: query[name] for name in _NAMES if query.get(name)}
        if request.session.get(_SESSION) != kept:
            request.session[_SESSION] = kept
    else:
        query = QueryDict(urlencode(request.session.get(_SESSION, {})))
    branch_id = number_of(query.get("branch"))
    if branch_id not in {branch.id for branch in branches}:
        branch_id = None
    return choose(query, club, branch_id)


def period_options() -> list[tuple[str, str]]:
    """The choices of the picker."""
    return [
        ("recent", _("Last 30 days")),
        ("week", _("This week")),
        ("last_week", _("Last week")),
        ("month", _("This month")),
        ("last_month", _("Last month")),
        ("quarter", _("This season")),
        ("last_season", _("Last season")),
        ("year", _("This year")),
        ("last_year", _("Last year")),
        ("all", _("From the beginning")),
        ("custom", _("Other days")),
    ]


def against_options() -> list[tuple[str, str]]:
    """What the picked period may be compared with."""
    return [
        ("", _("Compared with the period before")),
        ("year", _("Compared with the year before")),
        ("none", _("Without comparison")),
    ]


def grouping_options(span: Span) -> list[tuple[str, str]]:
    """How the days of ``span`` may be grouped in charts."""
    labels = {"day": _("Day"), "week": _("Week"), "month": _("Month")}
    return [(name, labels[name]) for name in allowed_groupings(span)]


def span_label(span: Span, calendar: Calendar) -> str:
    """A span in words: one day, or from a day to a day."""
    lang = current_lang()
    first = format_date(span.first, lang, "long", calendar)
    if span.days == 1:
        return first
    last = format_date(span.last, lang, "long", calendar)
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def period_label(span: Span, by: Grouping, calendar: Calendar, club: ClubContext) -> str:
    """What a chart writes below a period: months are the club's own in either language."""
    lang = current_lang()
    if by == "month":
        return format_date(span.first, lang, "month", club.calendar)
    return format_date(span.first, lang, "day", calendar)


def choose(
    query: QueryDict, club: ClubContext, branch_id: int | None, at: datetime | None = None
) -> Choice:
    """What a query string picks, by the club's date at that moment (None: now); ``branch_id`` as it
    is."""
    today = club.local_date(at or now())
    asked = query.get("period") or ("custom" if query.get("from") or query.get("to") else "recent")
    preset: Preset | None = next((p for p in PRESETS if p == asked), None)
    if preset is not None:
        span, name = preset_span(preset, today, club.calendar), str(preset)
        before: Span | None = span_before(span, preset, club.calendar)
    elif asked in _PAST:
        name, kind = asked, _PAST[asked]
        span = past_span(kind, today, club.calendar)
        before = past_span(kind, span.first, club.calendar)
    elif asked == "all":
        span, name, before = _busy(club, today), "all", None
    else:
        recent = Span(today - _RECENT + timedelta(days=1), today + timedelta(days=1))
        span = (span_of(query) if asked == "custom" else None) or recent
        name = "custom" if asked == "custom" else "recent"
        before = span_before(span, None, club.calendar)
    against = query.get("against", "")
    if before is not None and against == "year":
        before = year_before(span, club.calendar)
    elif against == "none":
        before = None
    return Choice(name, span, before, _grouping(query.get("by"), span), branch_id, against)


def _busy(club: ClubContext, today: date) -> Span:
    """All days from the first purchase on."""
    busy = busy_span(club)
    tomorrow = today + timedelta(days=1)
    return Span(busy.first, max(busy.after, tomorrow)) if busy else Span(today, tomorrow)


def _grouping(asked: str | None, span: Span) -> Grouping:
    allowed = allowed_groupings(span)
    return next((g for g in GROUPINGS if g == asked and g in allowed), usual_grouping(span))


def _day(text: Any) -> date | None:
    if not text:
        return None
    try:
        day = parse_date(str(text))
    except ValueError:
        return None
    return day if _FIRST <= day <= _LAST else None
