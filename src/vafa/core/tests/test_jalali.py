"""Two calendars, one day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import jdatetime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vafa.core.jalali import (
    Calendar,
    Period,
    add_months,
    detect_calendar,
    format_date,
    from_jalali,
    next_period_start,
    parse_date,
    parse_moment,
    period_start,
    periods_between,
    to_jalali,
)

days = st.dates(min_value=date(1925, 3, 21), max_value=date(2120, 1, 1))
calendars = st.sampled_from(["jalali", "gregorian"])
kinds = st.sampled_from(["day", "week", "month", "quarter", "year"])


@given(days)
def test_conversion_agrees_with_another_library(d: date) -> None:
    other = jdatetime.date.fromgregorian(date=d)
    assert to_jalali(d) == (other.year, other.month, other.day)
    assert from_jalali(*to_jalali(d)) == d


def test_the_leap_years_that_formulas_get_wrong() -> None:
    assert from_jalali(1403, 12, 30) == date(2025, 3, 20)
    assert from_jalali(1404, 1, 1) == date(2025, 3, 21)
    with pytest.raises(ValueError):
        from_jalali(1404, 12, 30)


@pytest.mark.parametrize(
    "text",
    [
        "1398-Farvardin-1",
        "1398/01/01",
        "۱۳۹۸/۱/۱",
        "۱۳۹۸-۰۱-۰۱",
        "۱ فروردین ۱۳۹۸",
        "1/1/1398",
        "13980101",
        "2019-03-21",
        "21/03/2019",
        "03/21/2019",
        "21 Mar 2019",
        "2019.3.21",
        "20190321",
        "۲۱ مارس ۲۰۱۹",
    ],
)
def test_one_day_in_many_spellings(text: str) -> None:
    assert parse_date(text) == date(2019, 3, 21)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "98/01/02",
        "03/04/2019",
        "1398/13/01",
        "1404/12/30",
        "2019-02-29",
        "1398-March-1",
        "x",
        "1398",
    ],
)
def test_what_is_no_date_or_two_dates_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_date(text)


def test_times_of_day_are_the_shops_own() -> None:
    tehran = ZoneInfo("Asia/Tehran")
    assert parse_moment("۱۴۰۵/۰۸/۳۰ ۱۰:۳۰", tehran).astimezone(UTC) == datetime(
        2026, 11, 21, 7, 0, tzinfo=UTC
    )
    assert parse_moment("2010-12-01T08:26:00Z", tehran) == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)
    assert parse_moment("1405/08/30", tehran).hour == 0
    with pytest.raises(ValueError):
        parse_moment("1405/08/30 25:00", tehran)


def test_a_column_tells_its_calendar() -> None:
    assert detect_calendar(["", "1398-Farvardin-1", "?", "1398/02/03 10:20"]) == "jalali"
    assert detect_calendar(["2019-03-21 00:04:00", "21/03/2019"]) == "gregorian"
    with pytest.raises(ValueError):
        detect_calendar(["1398/01/01", "2019-01-01"])
    with pytest.raises(ValueError):
        detect_calendar(["", "tomorrow"])


@given(days, kinds, calendars)
def test_a_day_lies_in_its_period(d: date, kind: Period, calendar: Calendar) -> None:
    start, after = period_start(d, kind, calendar), next_period_start(d, kind, calendar)
    assert start <= d < after
    assert period_start(start, kind, calendar) == start
    assert period_start(after - timedelta(days=1), kind, calendar) == start
    assert periods_between(d, d + timedelta(days=1), kind, calendar) == [(start, after)]


def test_periods_follow_the_calendar() -> None:
    d = date(2026, 11, 21)
    assert d.weekday() == 5
    assert period_start(d, "week", "jalali") == d
    assert period_start(d, "month", "jalali") == date(2026, 10, 23)
    assert period_start(d, "quarter", "jalali") == from_jalali(1405, 7, 1)
    assert period_start(d, "year", "jalali") == from_jalali(1405, 1, 1)
    assert period_start(d, "year", "gregorian") == date(2026, 1, 1)
    months = periods_between(from_jalali(1403, 1, 1), from_jalali(1405, 1, 1), "month", "jalali")
    assert len(months) == 24
    assert [(after - start).days for start, after in months][11::12] == [30, 29]


def test_adding_months_stays_inside_the_month() -> None:
    assert add_months(from_jalali(1404, 6, 31), 6, "jalali") == from_jalali(1404, 12, 29)
    assert add_months(date(2026, 1, 31), 1, "gregorian") == date(2026, 2, 28)
    assert add_months(from_jalali(1405, 1, 15), -1, "jalali") == from_jalali(1404, 12, 15)


def test_dates_are_written_as_people_read_them() -> None:
    d = date(2026, 11, 21)
    assert format_date(d, "fa") == "شنبه ۳۰ آبان ۱۴۰۵"
    assert format_date(d, "fa", "short") == "۱۴۰۵/۰۸/۳۰"
    assert format_date(d, "fa", "month") == "آبان ۱۴۰۵"
    assert format_date(d, "en") == "Sat 21 Nov 2026"
    assert format_date(d, "en", "short") == "2026-11-21"
    assert format_date(d, "en", "day") == "21 Nov"
    assert format_date(d, "fa", calendar="gregorian") == "شنبه ۲۱ نوامبر ۲۰۲۶"
    assert format_date(d, "en", calendar="jalali") == "Sat 30 Aban 1405"
