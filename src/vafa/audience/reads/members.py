"""Who is in a segment: counted, listed, and asked of some members."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from vafa.audience.errors import BrokenSegment, SegmentCircle
from vafa.audience.models import Segment
from vafa.audience.reads.compiling import Compiled, compile_definition
from vafa.audience.reads.segments import definition_of, definitions, list_segments
from vafa.audience.rules.definition import Definition
from vafa.club.facet_types import Sql
from vafa.club.reads.context import ClubContext
from vafa.core.db import Query, ask_together, by_index


def compile_segment(club: ClubContext, segment: Segment, at: datetime) -> Compiled:
    """A segment of the club as SQL. Raises BrokenSegment."""
    others = definitions(club.id)
    return compile_definition(club, definition_of(segment), at, others, code=segment.code)


def compile_known(club: ClubContext, codes: Collection[str], at: datetime) -> dict[str, Compiled]:
    """Those of the segments ``codes`` that are there, as SQL. One that cannot be understood is
    left out: nobody is in it, and no till may stop for it."""
    wanted, found = sorted(codes), {}
    known = definitions(club.id) if wanted else {}
    for code in wanted:
        if code in known:
            with suppress(BrokenSegment, SegmentCircle):
                found[code] = compile_definition(club, known[code], at, known, code=code)
    return found


def compile_draft(club: ClubContext, definition: Definition, at: datetime) -> Compiled:
    """A definition that is not stored yet as SQL. Raises BrokenSegment."""
    return compile_definition(club, definition, at, definitions(club.id))


def count_of(compiled: Compiled) -> int:
    """How many members are meant; those merged into others are none."""
    whole = compiled.whole()
    return int(_in_one_pass(Sql(f"SELECT count(*) FROM ({whole.text}) s", whole.params))[0])


def count_and_first(compiled: Compiled, limit: int) -> tuple[int, list[int]]:
    """How many members are meant, and the first of them by number, asked together."""
    whole = compiled.whole()
    count = Query(f"SELECT count(*) FROM ({whole.text}) s", whole.params, _only_numbers)
    first = Query(f"{whole.text} ORDER BY m.id LIMIT %s", (*whole.params, limit), _only_numbers)
    _, (counted,), found = ask_together(_NO_LOOPS, count, first)
    return counted, found


def members_of(
    club: ClubContext, segment: Segment, at: datetime, *, after: int = 0, limit: int = 100
) -> list[int]:
    """A page of the segment's members by number, from above ``after`` on. Raises BrokenSegment."""
    return page_of(compile_segment(club, segment, at), after=after, limit=limit)


def page_of(compiled: Compiled, *, after: int = 0, limit: int = 100) -> list[int]:
    """The same of something compiled."""
    whole = compiled.whole()
    paged = f"{whole.text} AND m.id > %s ORDER BY m.id LIMIT %s"
    return _in_one_pass(Sql(paged, (*whole.params, after, limit)))


def all_of(compiled: Compiled) -> list[int]:
    """All members who are meant, by number, in no order."""
    return _in_one_pass(compiled.whole())


def who_query(compiled: Compiled, member_ids: Collection[int]) -> Query[set[int]]:
    """Which of ``member_ids`` are meant, to be asked together with other questions by keys.

    For a few it should follow ``core.db.by_index`` of their number.
    """
    some = compiled.some(member_ids)
    return Query(some.text if member_ids else "", some.params, _numbers)


def who_of(
    club: ClubContext, segment: Segment, member_ids: Collection[int], at: datetime
) -> set[int]:
    """Which of ``member_ids`` are in the segment, in one statement, by index where they are few.
    Raises BrokenSegment."""
    found: set[int]
    asked = who_query(compile_segment(club, segment, at), member_ids)
    found = ask_together(by_index(len(member_ids)), asked)[1]
    return found


def is_in(club: ClubContext, segment: Segment, member_id: int, at: datetime) -> bool:
    """Whether a member is in the segment. Raises BrokenSegment."""
    return member_id in who_of(club, segment, [member_id], at)


def segments_of(club: ClubContext, member_id: int, at: datetime) -> Sequence[Segment]:
    """The club's segments in which a member is, by name. Raises BrokenSegment."""
    segments = list_segments(club.id)
    others = definitions(club.id)
    asked = [
        who_query(compile_definition(club, definition_of(s), at, others, code=s.code), [member_id])
        for s in segments
    ]
    _, *answers = ask_together(by_index(1), *asked)
    return [s for s, found in zip(segments, answers, strict=True) if member_id in found]


# Where the statistics know nothing yet (a history has just been imported), the planner would go
# through all of a facet's members again for each member.
_NO_LOOPS = Query("SELECT set_config('enable_nestloop', 'off', true)", (), lambda rows: None)


def _in_one_pass(sql: Sql) -> list[int]:
    """The numbers that a question about a whole club gives. Within a transaction its later
    statements would be planned the same way: not for writers."""
    found: list[int]
    asked = Query(sql.text, sql.params, _only_numbers)
    found = ask_together(_NO_LOOPS, asked)[1]
    return found


def _numbers(rows: list[tuple[Any, ...]]) -> set[int]:
    return {number for (number,) in rows}


def _only_numbers(rows: list[tuple[Any, ...]]) -> list[int]:
    return [number for (number,) in rows]
