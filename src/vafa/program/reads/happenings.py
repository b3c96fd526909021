"""What happened to members, and what is to happen by the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, cast

from vafa.core.day_numbers import number_of_day
from vafa.core.db import Query, dumps, fetch, recordset
from vafa.program.models import HappeningMark, Occasion, Revision
from vafa.program.reads.revisions import LiveProgram, published_program
from vafa.program.rules.conditions import attribute_key
from vafa.program.rules.occasions import OccasionCalendar, OccasionDay

Occurrence = tuple[int, str, str]  # member, kind, what tells it from others
_WANTED = (("member_id", "bigint"), ("kind", "text"), ("occurrence", "text"))
_SPANS = (("years", "int"), ("since", "timestamptz"), ("until", "timestamptz"))
_DAYS = (("years", "int"), ("day", "date"), ("number", "text"))
_COLUMNS = {"birth_date": "birth_date", "wedding_date": "wedding_date"}
_NOTED = "m.attributes ->> %s"
# A date that was changed since does not bring its gift again so soon.
APART = timedelta(days=300)
_PERSON = "m.id, coalesce(m.holder, m.id), m.birth_date, m.gender, m.branch_id"
_HERSELF = "m.club_id = %s AND m.is_active AND m.merged_into_id IS NULL"


class DateAsked(NamedTuple):
    """Which date of members a rule is about (as the rule's ``what``), at the moment ``at``."""

    what: str
    rule: str
    at: datetime


class Person(NamedTuple):
    """What a happening needs of a member; ``holder`` is her wallet's number in the ledger."""

    id: int
    holder: int
    birth_date: date | None
    gender: str
    branch_id: int | None


def known_occurrences(wanted: Sequence[Occurrence]) -> set[Occurrence]:
    """Those that were recorded before, of members or of who became them."""
    if not wanted:
        return set()
    rows = fetch(
        f"SELECT w.member_id, w.kind, w.occurrence FROM {recordset(_WANTED, 'w')} WHERE EXISTS"
        " (SELECT 1 FROM program_happening h WHERE h.kind = w.kind"
        " AND h.occurrence = w.occurrence AND (h.member_id = w.member_id OR h.member_id IN"
        " (SELECT g.id FROM club_member g WHERE g.merged_into_id = w.member_id)))",
        [dumps(list(wanted))],
    )
    return {(member, kind, occurrence) for member, kind, occurrence in rows}


def people_query(club_id: int, member_ids: Sequence[int]) -> Query[list[Person]]:
    """These members, as far as they are active and nobody else by now."""
    return Query(
        f"SELECT {_PERSON} FROM club_member m WHERE {_HERSELF} AND m.id = ANY(%s) ORDER BY m.id",
        [club_id, list(member_ids)],
        lambda rows: [Person(*row) for row in rows],
    )


def born_on(club_id: int, days: Sequence[date], after: int, most: int) -> list[Person]:
    """A page of the active members born on one of these days, by number, above ``after``."""
    return _people(
        f"SELECT {_PERSON} FROM club_member m WHERE {_HERSELF} AND m.id > %s"
        " AND m.birth_date = ANY(%s) ORDER BY m.id LIMIT %s",
        [club_id, after, list(days), most],
    )


def joined_on(
    club_id: int, spans: Sequence[tuple[int, datetime, datetime]], after: int, most: int
) -> list[tuple[int, Person]]:
    """A page of the active members who joined in one of these spans (years ago, since, until),
    each with the years."""
    rows = fetch(
        f"SELECT s.years, {_PERSON} FROM {recordset(_SPANS, 's')} JOIN club_member m"
        f" ON m.joined_at >= s.since AND m.joined_at < s.until WHERE {_HERSELF} AND m.id > %s"
        " ORDER BY m.id LIMIT %s",
        [dumps(list(spans)), club_id, after, most],
    )
    return [(years, Person(*rest)) for years, *rest in rows]


def dated_on(
    club_id: int, asked: DateAsked, days: Mapping[int, Sequence[date]], after: int, most: int
) -> list[tuple[int, Person]]:
    """A page of the active members whose date is one of ``days`` (by how many years ago), each with
    the years; but not whom the rule gave something for hers less than ``APART`` ago."""
    key = attribute_key(asked.what)
    hers, params = (f"m.{_COLUMNS[asked.what]}", []) if key is None else (_NOTED, [key])
    rows = fetch(
        f"SELECT s.years, {_PERSON} FROM {recordset(_DAYS, 's')} JOIN club_member m"
        f" ON {hers} = {'s.day' if key is None else 's.number'}"
        f" WHERE {_HERSELF} AND m.id > %s AND NOT EXISTS (SELECT 1 FROM program_happening h"
        " WHERE h.kind = 'member_date' AND h.what = %s AND h.occurred_at > %s"
        " AND (h.member_id = m.id OR h.member_id IN"
        " (SELECT g.id FROM club_member g WHERE g.merged_into_id = m.id)))"
        " ORDER BY m.id LIMIT %s",
        [
            dumps([(ago, d, str(number_of_day(d))) for ago, same in days.items() for d in same]),
            *(*params, club_id, after, asked.rule, asked.at - APART, most),
        ],
    )
    return [(years, Person(*rest)) for years, *rest in rows]


def everybody(club_id: int, before: datetime, after: int, most: int) -> list[Person]:
    """A page of the active members who had joined before that moment."""
    return _people(
        f"SELECT {_PERSON} FROM club_member m WHERE {_HERSELF} AND m.id > %s"
        " AND m.joined_at < %s ORDER BY m.id LIMIT %s",
        [club_id, after, before, most],
    )


def mark_of(club_id: int) -> datetime | None:
    """Up to when the club's happenings by the clock were looked for; None for never."""
    found = HappeningMark.objects.filter(club_id=club_id).values_list("reached_at", flat=True)
    return found.first()


def programs_between(
    club_id: int, since: datetime, until: datetime
) -> list[tuple[datetime, LiveProgram]]:
    """The revisions that were in force from ``since`` to ``until``, each with its beginning, the
    latest first."""
    published = (
        Revision.objects.filter(club_id=club_id, published_at__lte=until)
        .exclude(status="draft")
        .order_by("-published_at", "-number")
        .values_list("id", "published_at")
    )
    found: list[tuple[datetime, LiveProgram]] = []
    for number, at in published:
        assert at is not None
        found.append((at, LiveProgram(number, published_program(number))))
        if at <= since:
            break
    return found


def occasions_of(club_id: int) -> dict[str, OccasionDay]:
    """The club's occasions that are in use, by code."""
    rows = Occasion.objects.filter(club_id=club_id, is_active=True)
    return {row.code: occasion_day(row) for row in rows}


def occasion_names(club_id: int, lang: str) -> dict[str, str]:
    """What the club's occasions are called, by code."""
    rows = Occasion.objects.filter(club_id=club_id).values_list("code", "name", "name_en")
    return {code: fa if lang == "fa" or not en else en for code, fa, en in rows}


def occasion_day(row: Occasion) -> OccasionDay:
    """When a stored occasion comes."""
    calendar = cast(OccasionCalendar, row.calendar)
    return OccasionDay(calendar, row.month, row.day, tuple(row.official))


def _people(sql: str, params: Sequence[Any]) -> list[Person]:
    return [Person(*row) for row in fetch(sql, params)]
