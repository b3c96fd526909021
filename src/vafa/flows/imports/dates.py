"""Dates of a file: which calendar and order they are in, and the moment that a row says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from typing import Any, Literal

from vafa.core.jalali import Calendar, detect_calendar, make_date, parse_moment
from vafa.flows.imports.cells import CACHE, text_of
from vafa.flows.imports.errors import (
    DatesDisagree,
    InvalidDate,
    InvalidTime,
    MissingValue,
    MixedCalendars,
    NoDates,
    OtherCalendar,
    UnclearDayOrder,
)

DayOrder = Literal["dmy", "mdy"]
_CLOCK = r"(?:T|\s)\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}})(?:{_CLOCK})?")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}})(?:{_CLOCK})?")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?")
_FIRST_GREGORIAN = 1600
_NEARLY_ALL = 0.9


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How the dates of a file are written; ``day_order`` None where the year comes first."""

    calendar: Calendar
    day_order: DayOrder | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day as a cell said it, and the clock time that stood with it, or None."""

    date: date
    clock: time | None
    tz: tzinfo | None = None


def detect_style(
    column: str,
    samples: Sequence[Any],
    calendar: Calendar | None = None,
    day_order: DayOrder | None = None,
) -> DateStyle:
    """The style of a column from its cells; what the caller chose stands.

    Raises NoDates, MixedCalendars, UnclearDayOrder.
    """
    texts = [text for text in map(text_of, samples) if text]
    if calendar is None:
        calendar = _calendar(column, texts)
    years_last = [m for m in map(_YEAR_LAST.fullmatch, texts) if m]
    if day_order is None and years_last:
        day_order = _order(years_last)
        if day_order is None and any(m[1] != m[2] for m in years_last):
            raise UnclearDayOrder(column=column, sample=years_last[0][0])
    return DateStyle(calendar, day_order)


def _calendar(column: str, texts: Sequence[str]) -> Calendar:
    """The calendar of nearly all; a few dates of the other one are bad rows, not a mixed file."""
    found: Counter[Calendar] = Counter()
    for text in texts:
        try:
            found[detect_calendar([text])] += 1
        except ValueError:  # this one is no date: its row will be refused
            continue
    if not found:
        raise NoDates(column=column, sample=texts[0][:32] if texts else "")
    calendar, count = found.most_common(1)[0]
    if count < _NEARLY_ALL * found.total():
        raise MixedCalendars(column=column)
    return calendar


def _order(matches: Sequence[re.Match[str]]) -> DayOrder | None:
    day_first = any(int(m[1]) > 12 for m in matches)
    month_first = any(int(m[2]) > 12 for m in matches)
    if day_first == month_first:
        return None
    return "dmy" if day_first else "mdy"


def moment_reader(style: DateStyle, zone: tzinfo, column: str) -> Callable[[Any, Any], int]:
    """A function from the cells of date and time to the moment, in seconds since 1970 UTC.

    The time may be a clock time, or a whole date with its time, which must be the same day.
    Raises MissingValue, InvalidDate, OtherCalendar, InvalidTime, DatesDisagree.
    """

    @lru_cache(CACHE, typed=True)
    def read(day_cell: Any, time_cell: Any) -> int:
        day = _day(day_cell, style, column)
        extra = _time(time_cell, style)
        if isinstance(extra, Day):
            if extra.date != day.date:
                raise DatesDisagree(date=text_of(day_cell)[:32], time=text_of(time_cell)[:32])
            day = extra
        clock = extra if isinstance(extra, time) else day.clock
        moment = datetime.combine(day.date, clock or time(), day.tz or zone)
        return int(moment.astimezone(UTC).timestamp())

    return read


def _day(cell: Any, style: DateStyle, column: str) -> Day:
    if isinstance(cell, datetime):
        return Day(cell.date(), cell.time(), cell.tzinfo)
    if isinstance(cell, date):
        return Day(cell, None)
    text = text_of(cell)
    if not text:
        raise MissingValue(column=column)
    try:
        return _read(text, style)
    except ValueError as error:
        raise InvalidDate(value=text[:32]) from error


def _read(text: str, style: DateStyle) -> Day:
    match = _YEAR_FIRST.fullmatch(text)
    if match:
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    else:
        match = _YEAR_LAST.fullmatch(text)
        if match is None:
            return _by_words(text, style)
        year, month, day = int(match[3]), int(match[2]), int(match[1])
        if style.day_order == "mdy":
            month, day = day, month
        elif style.day_order is None and month != day:
            raise ValueError("day and month cannot be told apart")
    _check_calendar(year, style, text)
    clock = time(int(match[4]), int(match[5]), int(match[6] or 0)) if match[4] else None
    return Day(make_date(year, month, day, style.calendar), clock)


def _check_calendar(year: int, style: DateStyle, text: str) -> None:
    if ("jalali" if year < _FIRST_GREGORIAN else "gregorian") != style.calendar:
        raise OtherCalendar(value=text[:32])


def _by_words(text: str, style: DateStyle) -> Day:
    """Month names, compact dates, offsets: what the general reader knows."""
    moment = parse_moment(text, UTC)
    if detect_calendar([text]) != style.calendar:
        raise OtherCalendar(value=text[:32])
    has_clock = ":" in text
    has_offset = has_clock and re.search(r"(?:Z|[+-]\d{2}:?\d{2})$", text, re.I) is not None
    return Day(
        moment.date(), moment.time() if has_clock else None, moment.tzinfo if has_offset else None
    )


def _time(cell: Any, style: DateStyle) -> time | Day | None:
    if isinstance(cell, datetime):
        return Day(cell.date(), cell.time(), cell.tzinfo)
    if isinstance(cell, time):
        return cell
    text = text_of(cell)
    if not text:
        return None
    match = _TIME.fullmatch(text)
    try:
        if match:
            return time(int(match[1]), int(match[2]), int(match[3] or 0))
        # The second date may well be in the other calendar: it only has to be the same day.
        other = detect_calendar([text])
        return _read(text, DateStyle(other, style.day_order))
    except ValueError as error:
        raise InvalidTime(value=text[:32]) from error
