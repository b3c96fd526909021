"""Which days count for a tier on a day, and how many steps what lies back has lost. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from vafa.core.jalali import Calendar, add_months, next_period_start, period_start, ymd
from vafa.program.rules.tier_terms import TierTerms

DAY = timedelta(days=1)
_YEARS: dict[str, Calendar] = {"jalali_year": "jalali", "gregorian_year": "gregorian"}


@lru_cache(maxsize=65_536)
def first_counted(terms: TierTerms, day: date, calendar: Calendar) -> date | None:
    """The first day that counts on ``day``; None: all days up to it do.

    Of a rolling window it is the day after the same day ``months`` months before, so that the
    window holds ``day`` and just under so many months before.
    """
    if terms.window == "ever":
        return None
    if terms.window == "rolling":
        return add_months(day, -terms.months, calendar) + DAY
    return period_start(day, "year", _YEARS[terms.window])


@lru_cache(maxsize=65_536)
def last_counted(terms: TierTerms, fact: date, calendar: Calendar) -> date | None:
    """The last day on which what happened on ``fact`` counts; None: it always does."""
    if terms.window == "ever":
        return None
    if terms.window != "rolling":
        return next_period_start(fact, "year", _YEARS[terms.window]) - DAY
    day = add_months(fact, terms.months, calendar) - DAY
    # Months have different lengths: there and back may miss by a day or two.
    while add_months(day, -terms.months, calendar) >= fact:
        day -= DAY
    while add_months(day + DAY, -terms.months, calendar) < fact:
        day += DAY
    return day


def looks_back_to(terms: TierTerms, day: date, calendar: Calendar) -> date | None:
    """The first day that may matter for the tier on ``day``; None: any."""
    if terms.downgrade != "earned":
        return None
    return first_counted(terms, day - timedelta(days=terms.grace_days), calendar)


@lru_cache(maxsize=65_536)
def steps_lost(terms: TierTerms, earned: date, day: date, calendar: Calendar) -> int:
    """How many steps below it a tier that was earned on ``earned`` still stands for on ``day``.

    Within the grace none; then with ``one_step`` one more at the end of each period (a year of
    the window's calendar, or the months of a rolling window).
    """
    ended = day - timedelta(days=terms.grace_days)
    if terms.downgrade == "none" or earned >= ended:
        return 0
    if terms.window != "rolling":
        calendar = _YEARS[terms.window]
        return ymd(ended, calendar)[0] - ymd(earned, calendar)[0]
    steps = 1
    while add_months(ended, -terms.months * steps, calendar) > earned:
        steps += 1
    return steps


def latest_loss(terms: TierTerms, day: date, calendar: Calendar) -> date:
    """A day by which whoever earns nothing after ``day`` has lost a step, if she ever will."""
    months = 2 * (terms.months if terms.window == "rolling" else 12)
    return add_months(day, months, calendar) + timedelta(days=terms.grace_days + 7)
