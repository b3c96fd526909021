"""What the draft's rules make of the calendar in the period: birthdays, anniversaries, occasions
and schedules, at the club's own midnights and hours (see ``flows/happening_days.py``)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.core.jalali import ymd
from vafa.flows.backtest.people import Person
from vafa.program.reads.happenings import mark_of, occasions_of
from vafa.program.rules.calendar_days import is_due, same_days
from vafa.program.rules.document import Program
from vafa.program.rules.index import index_of
from vafa.program.rules.moments import BY_THE_CLOCK, Happening
from vafa.program.rules.occasions import occasion_year
from vafa.program.rules.rule import Rule


class Entry(NamedTuple):
    """Something that happened to a person; as ``flows.happenings.HappeningEntry``. ``segments``:
    the codes of those that she is in."""

    person: Person
    on: Happening
    occurrence: str
    at: datetime
    what: str = ""
    nth: int = 0
    branch_id: int = 0
    segments: Collection[str] = ()


class _ForAll(NamedTuple):
    at: datetime
    on: Happening
    what: str
    occurrence: str


class Clock:
    """The moments of [``first``, ``last``], up to ``until``, that interest a rule of the draft."""

    def __init__(
        self, draft: Program, club: ClubContext, first: date, last: date, until: datetime
    ) -> None:
        self._tz = club.tz
        self._years: dict[date, list[tuple[datetime, str, int]]] = {}
        self._for_all: list[_ForAll] = []
        self._on = {on: bool(index_of(draft, on).rules) for on in BY_THE_CLOCK}
        if not any(self._on.values()):
            return
        self._dates = [
            (rule, _returns(club, rule, first, last))
            for rule in index_of(draft, "member_date").rules
        ]
        until = min(until, mark_of(club.id) or until)
        occasions = occasions_of(club.id) if self._on["occasion"] else {}
        codes = sorted({r.what for r in index_of(draft, "occasion").rules} & occasions.keys())
        day = first
        while day <= last:
            midnight = club.day_start(day)
            if self._on["birthday"] or self._on["anniversary"]:
                year = str(ymd(day, club.calendar)[0])
                for ago, days in same_days(day, club.calendar).items():
                    for same in days:
                        self._years.setdefault(same, []).append((midnight, year, ago))
            for code in codes:
                its_year = occasion_year(occasions[code], day)
                if its_year is not None:
                    what = _ForAll(midnight, "occasion", code, f"{code}:{its_year}")
                    self._for_all.append(what)
            for rule in index_of(draft, "schedule").rules:
                assert rule.schedule is not None
                if is_due(rule.schedule, day, club.calendar):
                    hour = datetime.combine(day, time(rule.schedule.hour), club.tz)
                    at = hour.astimezone(UTC)
                    self._for_all.append(_ForAll(at, "schedule", rule.id, f"{rule.id}:{day}"))
            day += timedelta(days=1)
        self._until = until
        self._for_all = [one for one in self._for_all if one.at <= until]
        self._due = {(one.on, one.occurrence, one.at) for one in self._for_all}

    @property
    def ticks(self) -> bool:
        """Whether any rule of the draft goes by it."""
        return any(self._on.values())

    def has(self, on: str, occurrence: str, at: datetime) -> bool:
        """Whether something that really happened by the clock is what the draft is about: of a
        schedule the draft may have changed the hour or the days."""
        return on != "schedule" or (on, occurrence, at) in self._due

    def entries_of(self, person: Person, segments: Collection[str]) -> Iterator[Entry]:
        """Everything that the calendar brings her once she has joined."""
        if not person.is_active:
            return
        joined = datetime.fromtimestamp(person.joined, UTC)
        if self._on["birthday"] and person.birth_date is not None:
            for at, year, _ in self._years.get(person.birth_date, ()):
                if joined < at <= self._until:
                    yield Entry(person, "birthday", year, at, segments=segments)
        if self._on["anniversary"]:
            for at, _, ago in self._years.get(joined.astimezone(self._tz).date(), ()):
                if at <= self._until:
                    nth = str(ago)
                    yield Entry(person, "anniversary", nth, at, nth=ago, segments=segments)
        for rule, days in self._dates:
            hers = person.date_of(rule.what)
            for at, year, ago in days.get(hers, ()) if hers else ():
                if joined < at <= self._until and (not rule.years or ago in rule.years):
                    yield Entry(
                        person,
                        "member_date",
                        f"{rule.id}:{year}",
                        at,
                        what=rule.id,
                        nth=ago,
                        segments=segments,
                    )
        for one in self._for_all:
            if joined < one.at:
                yield Entry(
                    person, one.on, one.occurrence, one.at, what=one.what, segments=segments
                )


def _returns(
    club: ClubContext, rule: Rule, first: date, last: date
) -> dict[date, list[tuple[datetime, str, int]]]:
    """When in [``first``, ``last``] the rule is due for each date, with the year and the years ago."""
    found: dict[date, list[tuple[datetime, str, int]]] = {}
    day = first
    while day <= last:
        target = day - timedelta(days=rule.shift)
        year = str(ymd(target, club.calendar)[0])
        for ago, days in same_days(target, club.calendar).items():
            for same in days:
                found.setdefault(same, []).append((club.day_start(day), year, ago))
        day += timedelta(days=1)
    return found
