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
from vafa.program.rules.moments import Happening
from vafa.program.rules.occasions import occasion_year


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
        self._on = {
            on: bool(index_of(draft, on).rules)
            for on in ("birthday", "anniversary", "occasion", "schedule")
        }
        if not any(self._on.values()):
            return
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
        for one in self._for_all:
            if joined < one.at:
                yield Entry(
                    person, one.on, one.occurrence, one.at, what=one.what, segments=segments
                )
