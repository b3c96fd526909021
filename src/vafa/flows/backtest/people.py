"""The members of a club as a back-test reads them, cut into slices; a slice holds whole people: who
was merged into a member comes with her."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson

from vafa.club.rules.attributes import Stored
from vafa.commerce.reads.undone_imports import counted_purchases
from vafa.core.day_numbers import day_of_number
from vafa.core.db import fetch
from vafa.program.rules.conditions import attribute_key

# Purchases of a slice, about: few enough to be held in memory, many enough for a statement.
SLICE = 4_000
# Members of a slice, at most.
PEOPLE = 10_000
END = 2**62


class Person(NamedTuple):
    """A member as she is today; ``root`` is who she has become. ``is_active``: or was, until she
    became another. ``joined`` and ``created`` (when that was recorded) are seconds since 1970."""

    id: int
    root: int
    birth_date: date | None
    gender: str
    attributes: Mapping[str, Stored]
    branch_id: int
    is_active: bool
    joined: float
    created: float
    wedding_date: date | None = None

    def date_of(self, what: str) -> date | None:
        """The date of hers that a rule names; see ``program.rules.moments``."""
        if what == "birth_date":
            return self.birth_date
        if what == "wedding_date":
            return self.wedding_date
        stored = self.attributes.get(attribute_key(what) or "")
        return day_of_number(stored) if isinstance(stored, int) and stored > 0 else None


class Merge(NamedTuple):
    """Two members became one."""

    gone: int
    keep: int
    recorded_at: float


def boundaries(
    club_id: int, start: datetime, end: datetime, known_until: datetime, undone: Sequence[int]
) -> list[int]:
    """Numbers of members that part the club into slices of about ``SLICE`` purchases of [start,
    end), those of the ``undone`` imports left out, and never of many more than ``PEOPLE`` members:
    the first of each but the first one's."""
    rows = fetch(
        "SELECT member_id FROM (SELECT coalesce(m.merged_into_id, m.id) AS member_id,"
        " row_number() OVER (ORDER BY coalesce(m.merged_into_id, m.id)) AS n"
        " FROM commerce_purchase p JOIN club_member m ON m.id = p.member_id"
        " WHERE p.club_id = %s AND p.purchased_at >= %s AND p.purchased_at < %s"
        f" AND p.recorded_at < %s AND {counted_purchases('p', undone)}) each WHERE n %% %s = 0 GROUP BY 1 ORDER BY 1",
        [club_id, start, end, known_until, SLICE],
    )
    return sorted({number for (number,) in [*rows, *every_so_many(club_id)]})


def every_so_many(club_id: int) -> list[tuple[int]]:
    """The number of every ``PEOPLE``th member, in order."""
    return fetch(
        "SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM club_member"
        " WHERE club_id = %s) each WHERE n %% %s = 0 ORDER BY id",
        [club_id, PEOPLE],
    )


def merges(club_id: int, known_until: datetime) -> list[Merge]:
    """Every merging of two members, in order."""
    rows = fetch(
        "SELECT (payload ->> 'merged')::bigint, (payload ->> 'member')::bigint,"
        " date_part('epoch', recorded_at)"
        " FROM core_event WHERE club_id = %s AND name = 'member.merged' AND recorded_at < %s"
        " ORDER BY recorded_at, id",
        [club_id, known_until],
    )
    return [Merge(*row) for row in rows]


def people_between(club_id: int, first: int, after: int) -> list[Person]:
    """The members numbered from ``first`` up to ``after``, with those who became one of them."""
    return people_where(
        "club_id = %s AND (merged_into_id IS NULL AND id >= %s AND id < %s"
        " OR merged_into_id >= %s AND merged_into_id < %s)",
        [club_id, first, after, first, after],
    )


def people_where(which: str, params: Sequence[Any]) -> list[Person]:
    """The members that a condition is true of, by number."""
    rows = fetch(
        "SELECT id, coalesce(merged_into_id, id), birth_date, gender, attributes,"
        " coalesce(branch_id, 0), is_active OR merged_into_id IS NOT NULL,"
        f" date_part('epoch', joined_at), date_part('epoch', created_at),"
        f" wedding_date FROM club_member WHERE {which} ORDER BY id",
        params,
    )
    return [Person(a, b, c, d, as_json(e), *rest) for a, b, c, d, e, *rest in rows]


def as_json(value: Any) -> Any:
    """A JSON column's value, however the driver hands it over."""
    return orjson.loads(value) if isinstance(value, str) else value
