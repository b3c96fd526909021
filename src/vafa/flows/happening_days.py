"""What happens by the clock: birthdays, anniversaries, occasions, schedules and dates of members, at
the club's own midnights and hours.

Each hour of the club is looked at once, under the programme that was in force then, however late
the worker comes; what is older than thirty days is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from vafa.club.actor import system_actor
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.jalali import ymd
from vafa.core.progress import Progress, SilentProgress
from vafa.flows.happenings import HappeningEntry, report_happenings
from vafa.ledger.errors import LedgerFrozen
from vafa.ledger.reads.verifications import frozen_since
from vafa.program.actions.happenings import set_mark
from vafa.program.reads.happenings import (
    DateAsked,
    born_on,
    dated_on,
    everybody,
    joined_on,
    mark_of,
    occasions_of,
    programs_between,
)
from vafa.program.reads.revisions import LiveProgram
from vafa.program.rules.calendar_days import is_due, same_days
from vafa.program.rules.index import index_of
from vafa.program.rules.moments import Happening
from vafa.program.rules.occasions import occasion_year
from vafa.program.rules.rule import Rule

LATEST = timedelta(days=30)
_AT_ONCE = 500
# Entries of the members above a number, the next page of them; none at the end.
Pages = Callable[[int], list[HappeningEntry]]


def follow_the_clock(
    club: ClubContext, *, at: datetime | None = None, progress: Progress | None = None
) -> int:
    """Record what happened by the clock since the last time, up to ``at`` (default now), and say
    how many happenings earned something. Each page of members is one transaction; run again, late
    or after a crash it does the rest and nothing twice. Raises LedgerFrozen."""
    if frozen_since(club.book_id) is not None:
        raise LedgerFrozen
    moment = at or now()
    bar = progress or SilentProgress()
    today = club.day_start(club.local_date(moment))
    reached = max(mark_of(club.id) or today - timedelta(microseconds=1), moment - LATEST)
    hours = list(_hours(club, reached, moment))
    if not hours:
        return 0
    programs = programs_between(club.id, hours[0], hours[-1])
    found = 0
    for hour in hours:
        live = next((live for since, live in programs if since <= hour), None)
        due = list(_due(club, live, hour)) if live is not None else []
        for pages in due:
            assert live is not None
            found += _all_pages(club, live, pages, bar)
        if due:
            set_mark(club.id, hour)
    set_mark(club.id, hours[-1])
    return found


def _hours(club: ClubContext, after: datetime, until: datetime) -> Iterator[datetime]:
    """The hours of the club's days that begin after ``after``, up to ``until``."""
    day, last = club.local_date(after), club.local_date(until)
    while day <= last:
        for hour in range(24):
            moment = datetime.combine(day, time(hour), club.tz).astimezone(UTC)
            if after < moment <= until:
                yield moment
        day += timedelta(days=1)


def _all_pages(club: ClubContext, live: LiveProgram, pages: Pages, progress: Progress) -> int:
    earned = after = 0
    while entries := pages(after):
        after = entries[-1].person.id
        reported = report_happenings(club, live, entries, actor=system_actor(club.id))
        earned += sum(1 for one in reported if one.decision_id is not None)
        progress.advance(len(entries))
    return earned


def _due(club: ClubContext, live: LiveProgram, at: datetime) -> Iterator[Pages]:
    """What is to happen at this hour and interests a rule."""
    local = at.astimezone(club.tz)
    day = local.date()
    if local.hour == 0:
        if index_of(live.program, "birthday").rules:
            yield _birthdays(club, day, at)
        if index_of(live.program, "anniversary").rules:
            yield _anniversaries(club, day, at)
        yield from _occasions(club, index_of(live.program, "occasion").rules, day, at)
        for rule in index_of(live.program, "member_date").rules:
            yield _date_of_hers(club, rule, day, at)
    for rule in index_of(live.program, "schedule").rules:
        schedule = rule.schedule
        assert schedule is not None
        if schedule.hour == local.hour and is_due(schedule, day, club.calendar):
            yield _for_everybody(club, "schedule", rule.id, f"{rule.id}:{day}", at)


def _birthdays(club: ClubContext, day: date, at: datetime) -> Pages:
    days = [d for same in same_days(day, club.calendar).values() for d in same]
    year = str(ymd(day, club.calendar)[0])

    def page(after: int) -> list[HappeningEntry]:
        people = born_on(club.id, days, after, _AT_ONCE)
        return [HappeningEntry(person, "birthday", year, at) for person in people]

    return page


def _anniversaries(club: ClubContext, day: date, at: datetime) -> Pages:
    spans = [
        (years, club.day_start(same[0]), club.day_end(same[-1]))
        for years, same in same_days(day, club.calendar).items()
    ]

    def page(after: int) -> list[HappeningEntry]:
        people = joined_on(club.id, spans, after, _AT_ONCE)
        return [
            HappeningEntry(person, "anniversary", str(years), at, nth=years)
            for years, person in people
        ]

    return page


def _date_of_hers(club: ClubContext, rule: Rule, day: date, at: datetime) -> Pages:
    """The occurrence names the rule and the year, so that neither another distance from the day
    nor another day in the year gives twice."""
    target = day - timedelta(days=rule.shift)
    days = same_days(target, club.calendar)
    if rule.years:
        days = {ago: same for ago, same in days.items() if ago in rule.years}
    occurrence = f"{rule.id}:{ymd(target, club.calendar)[0]}"
    asked = DateAsked(rule.what, rule.id, at)

    def page(after: int) -> list[HappeningEntry]:
        people = dated_on(club.id, asked, days, after, _AT_ONCE)
        return [
            HappeningEntry(person, "member_date", occurrence, at, what=rule.id, nth=years)
            for years, person in people
        ]

    return page


def _occasions(
    club: ClubContext, rules: Sequence[Rule], day: date, at: datetime
) -> Iterator[Pages]:
    if not rules:
        return
    occasions = occasions_of(club.id)
    for code in sorted({rule.what for rule in rules} & occasions.keys()):
        year = occasion_year(occasions[code], day)
        if year is not None:
            yield _for_everybody(club, "occasion", code, f"{code}:{year}", at)


def _for_everybody(
    club: ClubContext, on: Happening, what: str, occurrence: str, at: datetime
) -> Pages:
    def page(after: int) -> list[HappeningEntry]:
        people = everybody(club.id, at, after, _AT_ONCE)
        return [HappeningEntry(person, on, occurrence, at, what=what) for person in people]

    return page
