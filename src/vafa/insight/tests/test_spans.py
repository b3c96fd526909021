from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from vafa.core.jalali import from_jalali
from vafa.insight.reads.spans import (
    MOST_PERIODS,
    Span,
    allowed_groupings,
    periods,
    preset_span,
    span_before,
    usual_grouping,
)

TODAY = from_jalali(1405, 8, 30)


def test_this_year_is_compared_with_as_many_days_of_the_last() -> None:
    year = preset_span("year", TODAY, "jalali")
    assert (year.first, year.last) == (from_jalali(1405, 1, 1), TODAY)
    assert span_before(year, "year", "jalali").first == from_jalali(1404, 1, 1)
    assert span_before(year, "year", "jalali").days == year.days


def test_a_long_month_is_not_compared_with_more_than_the_short_one_before() -> None:
    month = preset_span("month", from_jalali(1404, 1, 31), "jalali")
    before = span_before(month, "month", "jalali")
    # Esfand 1403 has 30 days, as 1403 is a leap year.
    assert (before.first, before.last) == (from_jalali(1403, 12, 1), from_jalali(1403, 12, 30))


def test_other_days_are_compared_with_as_many_just_before() -> None:
    span = Span(date(2026, 1, 11), date(2026, 1, 21))
    assert span_before(span, None, "gregorian") == Span(date(2026, 1, 1), date(2026, 1, 11))


def test_periods_cover_the_span_and_nothing_else() -> None:
    span = Span(from_jalali(1405, 1, 15), from_jalali(1405, 3, 10))
    cut = periods(span, "month", "jalali")
    assert [p.days for p in cut] == [17, 31, 9]
    assert (cut[0].first, cut[-1].after) == (span.first, span.after)
    assert all(a.after == b.first for a, b in pairwise(cut))


def test_years_of_days_are_grouped_by_months() -> None:
    ten_years = Span(date(2016, 1, 1), date(2026, 1, 1))
    assert allowed_groupings(ten_years) == ["month"]
    assert usual_grouping(ten_years) == "month"
    assert len(periods(ten_years, "month", "jalali")) <= MOST_PERIODS


def test_an_empty_span_is_refused() -> None:
    with pytest.raises(ValueError, match="one day"):
        Span(TODAY, TODAY)
