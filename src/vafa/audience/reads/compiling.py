"""From a definition to SQL: who of a whole club, and who of some.

The same facets are read in two ways. Of a whole club each is one pass over its rows, joined to the
members. Of some members each is looked up by index, member by member: a till asks of one, and
the plan must not depend on what the statistics know. Every value is a parameter, and the moment
is given: there is no now() here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from vafa.audience.errors import BrokenSegment, SegmentCircle
from vafa.audience.registry import find_facet
from vafa.audience.rules.comparing import compare
from vafa.audience.rules.definition import Condition, Definition, Group, InSegment
from vafa.club.facet_types import Ask, Facet, Own, Rows, Sql, joined
from vafa.club.reads.context import ClubContext

_HERE = "m.club_id = %s AND m.merged_into_id IS NULL"
# With OFFSET nothing else is asked there, so that no plan goes by the club and reads all of it.
_EACH = "CROSS JOIN LATERAL (SELECT x.* FROM club_member x WHERE x.id = asked.id OFFSET 0) m"
# Evaluated once for each member, and not once for each facet.
_THEM = (
    "CROSS JOIN LATERAL (SELECT m.id || ARRAY(SELECT x.id FROM club_member x"
    " WHERE x.merged_into_id = m.id) AS ids OFFSET 0) them"
)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A definition of a club at a moment: the facets' rows, and the condition over them."""

    club_id: int
    rows: tuple[Rows, ...]
    condition: Sql

    def whole(self) -> Sql:
        """The numbers of all members who are meant: a SELECT of ``id``, without an order.

        May stand in parentheses behind IN; its own tables are ``m`` and ``f0``, ``f1`` ...
        """
        joins = [_of_all(rows, n, self.club_id) for n, rows in enumerate(self.rows)]
        here = Sql(f"WHERE {_HERE}", (self.club_id,))
        parts = [Sql("SELECT m.id FROM club_member m"), *joins, here]
        return joined([*parts, Sql(f"AND {self.condition.text}", self.condition.params)], " ")

    def some(self, member_ids: Iterable[int]) -> Sql:
        """The numbers of those of ``member_ids`` who are meant: a SELECT of ``id``."""
        asked = Sql(
            f"SELECT m.id FROM unnest(%s::bigint[]) AS asked(id) {_EACH} {_THEM}",
            (sorted(set(member_ids)),),
        )
        joins = [_of_one(rows, n) for n, rows in enumerate(self.rows)]
        here = Sql(f"WHERE {_HERE}", (self.club_id,))
        parts = [asked, *joins, here]
        return joined([*parts, Sql(f"AND {self.condition.text}", self.condition.params)], " ")


def compile_definition(
    club: ClubContext,
    definition: Definition,
    at: datetime,
    others: Mapping[str, Definition],
    *,
    code: str = "",
) -> Compiled:
    """``definition`` (of the segment ``code``, where it has one) as SQL.

    ``others`` are the club's segments by code. Raises BrokenSegment where something that it names
    is no longer there, and SegmentCircle.
    """
    compiler = _Compiler(club, at, others)
    condition = compiler.all_of(definition, (code,) if code else ())
    return Compiled(club.id, tuple(compiler.rows), condition)


@dataclass(slots=True)
class _Compiler:
    club: ClubContext
    at: datetime
    others: Mapping[str, Definition]
    rows: list[Rows] = field(default_factory=list)

    def all_of(self, definition: Definition | Group, trail: tuple[str, ...]) -> Sql:
        parts = [self._item(item, trail) for item in definition.items]
        between = " AND " if definition.match == "all" else " OR "
        found = joined(parts, between)
        # Nothing to meet is met by nobody, whatever the list.
        return Sql(f"({found.text})", found.params) if parts else Sql("FALSE")

    def _item(self, item: Condition | InSegment | Group, trail: tuple[str, ...]) -> Sql:
        if isinstance(item, Group):
            return self.all_of(item, trail)
        inner = self._named(item, trail) if isinstance(item, InSegment) else self._fact(item, trail)
        return Sql(f"({inner.text}) IS {'NOT ' if item.negated else ''}TRUE", inner.params)

    def _named(self, item: InSegment, trail: tuple[str, ...]) -> Sql:
        if item.segment in trail:
            raise SegmentCircle(circle=" → ".join((*trail, item.segment)))
        definition = self.others.get(item.segment)
        if definition is None:
            raise BrokenSegment(segment=trail[-1] if trail else item.segment)
        return self.all_of(definition, (*trail, item.segment))

    def _fact(self, condition: Condition, trail: tuple[str, ...]) -> Sql:
        facet = find_facet(condition.facet)
        if facet is None:
            raise BrokenSegment(segment=trail[-1] if trail else condition.facet)
        ask = Ask(self.club, self.at, {k: v for k, v in condition.params.items() if v != ()})
        return compare(facet, condition, self._value(facet, ask), ask)

    def _value(self, facet: Facet, ask: Ask) -> Sql:
        """The facet's SQL in the condition; the same rows are read once."""
        read = facet.read(ask)
        if isinstance(read, Own):
            return read.sql
        if read not in self.rows:
            self.rows.append(read)
        value = f"coalesce(f{self.rows.index(read)}.v, {read.empty})"
        return Sql(f"({read.made.text.replace('{v}', value)})", read.made.params)


def _of_all(rows: Rows, n: int, club_id: int) -> Sql:
    if rows.of_wallet:
        return Sql(
            f"LEFT JOIN (SELECT {rows.member} AS id, {rows.value.text} AS v FROM {rows.source}"
            f" WHERE {rows.where.text} GROUP BY 1) f{n} ON f{n}.id = coalesce(m.holder, m.id)",
            (*rows.value.params, *rows.where.params),
        )
    # Whoever became another counts for that one.
    here = f"{rows.club} = %s AND " if rows.club else ""
    return Sql(
        f"LEFT JOIN (SELECT coalesce(w.merged_into_id, w.id) AS id, {rows.value.text} AS v"
        f" FROM {rows.source} JOIN club_member w ON w.id = {rows.member}"
        f" WHERE {here}w.club_id = %s AND {rows.where.text} GROUP BY 1) f{n} ON f{n}.id = m.id",
        (*rows.value.params, *([club_id] if here else []), club_id, *rows.where.params),
    )


def _of_one(rows: Rows, n: int) -> Sql:
    whose = (
        f"{rows.member} = coalesce(m.holder, m.id)"
        if rows.of_wallet
        else f"{rows.member} = ANY(them.ids)"
    )
    return Sql(
        f"LEFT JOIN LATERAL (SELECT {rows.value.text} AS v FROM {rows.source}"
        f" WHERE {whose} AND {rows.where.text}) f{n} ON TRUE",
        (*rows.value.params, *rows.where.params),
    )
