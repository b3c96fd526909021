"""How long value lasts: what a club may choose, and the moment that follows. Pure.

A day always ends at the club's own midnight. The answer is fixed on the lot when it is earned;
choosing otherwise later touches no lot that is there (only ``Sliding`` lots have no moment of
their own: they count from the holder's last activity).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from vafa.core.jalali import Calendar, add_months, next_period_start
from vafa.ledger.rules.dates import BookDates, end_of_day
from vafa.program.rules.frozen import Frozen

Activity = Literal["purchase", "spend"]


class Never(Frozen):
    """It does not expire."""

    kind: Literal["never"] = "never"


class After(Frozen):
    """At the end of the day ``count`` days or months after the one on which it was earned."""

    kind: Literal["after"] = "after"
    count: Annotated[int, Field(ge=1, le=3650)]
    each: Literal["days", "months"] = "months"


class PeriodEnd(Frozen):
    """At the end of the month, quarter or year ``after`` periods from the one it was earned in.

    0 is the end of the same period. ``calendar`` is the club's unless said.
    """

    kind: Literal["period_end"] = "period_end"
    period: Literal["month", "quarter", "year"]
    after: Annotated[int, Field(ge=0, le=120)] = 0
    calendar: Literal["club", "jalali", "gregorian"] = "club"


class OnDate(Frozen):
    """At the end of ``day``; what is earned later lasts to the same day of the next year."""

    kind: Literal["date"] = "date"
    day: date


class Sliding(Frozen):
    """``months`` after the last of these activities; earning the first lot counts as one."""

    kind: Literal["sliding"] = "sliding"
    months: Annotated[int, Field(ge=1, le=120)]
    activities: Annotated[tuple[Activity, ...], Field(min_length=1)] = ("purchase",)


Expiry = Annotated[Never | After | PeriodEnd | OnDate | Sliding, Field(discriminator="kind")]


def expires_at(policy: Expiry, earned: date, dates: BookDates) -> datetime | None:
    """The midnight at which value earned on ``earned`` expires; None where it has no such date."""
    if isinstance(policy, After):
        if policy.each == "days":
            return end_of_day(earned + timedelta(days=policy.count), dates.zone)
        return end_of_day(add_months(earned, policy.count, dates.calendar), dates.zone)
    if isinstance(policy, PeriodEnd):
        calendar: Calendar = dates.calendar if policy.calendar == "club" else policy.calendar
        after = next_period_start(earned, policy.period, calendar)
        for _ in range(policy.after):
            after = next_period_start(after, policy.period, calendar)
        return end_of_day(after - timedelta(days=1), dates.zone)
    if isinstance(policy, OnDate):
        return end_of_day(_next_time(policy.day, earned, dates.calendar), dates.zone)
    return None


def _next_time(day: date, earned: date, calendar: Calendar) -> date:
    years = 0
    while (again := add_months(day, 12 * years, calendar)) < earned:
        years += 1
    return again
