"""When everything earned at a month's end expires, by the code; as a program it prints that, so
that another process can say it under another time zone of the machine."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import django
from django.db import connection

from tests.days.calendars import (
    DAYS,
    MONTH_ENDS,
    Jalali,
    gregorian_period_end,
    midnight_ending,
    months_later,
    period_end,
)
from vafa.ledger.rules.dates import DEFAULT_DATES, sliding_due
from vafa.program.rules.document import ValueTerms
from vafa.program.rules.expiry import After, Expiry, OnDate, PeriodEnd
from vafa.program.rules.terms import lot_terms

_PERIODS = {"month": 1, "quarter": 3, "year": 12}


def policies(jalali: Jalali) -> Iterator[tuple[str, Expiry, date]]:
    """Each policy, and the last day on which value earned on that day is good."""
    day = DAYS[jalali]
    for count in (1, 6, 12):
        yield f"{count} months", After(count=count), DAYS[months_later(jalali, count)]
    for count in (1, 30, 365):
        policy = After(count=count, each="days")
        yield f"{count} days", policy, day + timedelta(days=count)
    for period, months in _PERIODS.items():
        for after in (0, 1):
            name = f"{period} + {after}"
            policy = PeriodEnd(period=period, after=after)
            yield name, policy, DAYS[period_end(jalali, months, after)]
            policy = PeriodEnd(period=period, after=after, calendar="gregorian")
            yield f"gregorian {name}", policy, gregorian_period_end(day, months, after)
    yield "on the day", OnDate(day=day), day
    # What is earned after the day of this year lasts to the same day of the next.
    before = DAYS[months_later((jalali[0], jalali[1], 1), 0)]
    again = DAYS[months_later((jalali[0], jalali[1], 1), 12)]
    yield "on the first", OnDate(day=before), before if day == before else again


def told(policy: Expiry, earned_at: datetime) -> datetime:
    until = lot_terms(ValueTerms(expiry=policy), earned_at, DEFAULT_DATES).expires_at
    assert until is not None
    return until


def table() -> list[str]:
    """Every answer of the code, for a day's first and last moment."""
    lines = []
    for jalali in MONTH_ENDS:
        day = DAYS[jalali]
        last = midnight_ending(day) - timedelta(microseconds=1)
        first = midnight_ending(day - timedelta(days=1)) if day > date(2016, 3, 20) else last
        for name, policy, _ in policies(jalali):
            lines += [f"{jalali} {name} {told(policy, at).isoformat()}" for at in (first, last)]
        lines.append(f"{jalali} sliding {sliding_due(last, 6, DEFAULT_DATES)}")
    return lines


def upkeep(club: int, moments: list[str]) -> list[int]:
    """What expires in the club at each of these moments."""
    # Models can be imported only when Django is set up, which ``main`` does.
    from vafa.club.reads.context import club_context
    from vafa.flows.upkeep import run_upkeep

    context = club_context(club)
    return [run_upkeep(context, at=datetime.fromisoformat(at)).expired for at in moments]


def main() -> None:
    """Print the table, or do the upkeep that standard input asks for."""
    django.setup()
    asked = json.loads(sys.stdin.readline())
    if "club" in asked:
        connection.settings_dict.update(asked.pop("database"))
        sys.stdout.write(json.dumps(upkeep(**asked)))
    else:
        sys.stdout.write(json.dumps(table()))


if __name__ == "__main__":
    main()
