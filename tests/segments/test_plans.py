"""Who of some members are meant is looked up by index, however large the club."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.world import World, make_world
from vafa.audience.reads.compiling import Compiled
from vafa.audience.reads.members import compile_draft, count_of, who_query
from vafa.audience.registry import all_facets
from vafa.audience.rules.definition import Condition, Definition
from vafa.club.facet_types import Facet
from vafa.core.clock import now
from vafa.core.db import Query, ask_together, by_index, execute, fetch

# Of 8 kB each; the members alone fill sixty, and their purchases hundreds.
_MOST_PAGES = 30


@pytest.fixture(scope="module")
def crowd(database: None) -> World:
    """Some thousand members with purchases, most of them written without their story."""
    world = make_world()
    world.buy(10_000_000)
    execute(
        "INSERT INTO club_member (id, club_id, mobile, name, sort_key, search_key, gender,"
        " is_active, joined_at) SELECT nextval('club_member_id_seq') * 1000 + n, %s, '+98935' ||"
        " lpad(n::text, 7, '0'), '', '', '', '', TRUE, now() - interval '1 day'"
        " FROM generate_series(1, 5000) n",
        [world.record.id],
    )
    execute(
        "INSERT INTO commerce_purchase (id, club_id, branch_id, member_id, receipt_no, channel,"
        " total, paid_by_points, paid_by_credit, discount, content_hash, source, actor,"
        " purchased_at) SELECT nextval('commerce_purchase_id_seq') * 1000 + k, m.club_id, %s, m.id,"
        " 'x' || m.id || '-' || k, 'store', 1000000, 0, 0, 0, '', 'test', 'test',"
        " now() - interval '1 day' * k FROM club_member m, generate_series(1, 5) k"
        " WHERE m.club_id = %s AND m.mobile LIKE '+98935%%'",
        [world.branch.id, world.record.id],
    )
    return world


def _definition(facet: Facet) -> Definition:
    params: dict[str, Any] = {p.name: 90 for p in facet.params if p.name == "days"}
    params |= {p.name: ("any",) for p in facet.params if p.name in ("attribute", "consent")}
    op, value = {
        "choice": ("in", ("none",)),
        "yes_no": ("yes", None),
        "text": ("has", "ا"),
        "date": ("ge", "2026-01-01"),
    }.get(facet.kind, ("ge", 1))
    return Definition(items=(Condition(facet=facet.name, params=params, op=op, value=value),))


def _pages(compiled: Compiled, member_id: int) -> int:
    some = compiled.some([member_id])
    explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {some.text}"
    _, rows = ask_together(by_index(1), _raw(explain, some.params))
    plan = json.loads(rows[0][0]) if isinstance(rows[0][0], str) else rows[0][0]
    top = plan[0]["Plan"]
    return int(top["Shared Hit Blocks"] + top["Shared Read Blocks"])


def _raw(sql: str, params: tuple[Any, ...]) -> Any:
    return Query(sql, params, lambda rows: rows)


@pytest.mark.parametrize("facet", all_facets(), ids=lambda facet: facet.name)
def test_one_member_is_looked_up_and_no_table_read(crowd: World, facet: Facet) -> None:
    compiled = compile_draft(crowd.club, _definition(facet), now())
    someone = fetch("SELECT max(id) FROM club_member WHERE club_id = %s", [crowd.record.id])[0][0]
    assert _pages(compiled, someone) <= _MOST_PAGES


def test_a_whole_club_is_counted_in_one_pass(crowd: World) -> None:
    """And the two ways of reading agree there too."""
    items = (
        Condition(facet="commerce.purchases", params={"days": 3}, op="ge", value=3),
        Condition(facet="program.points", op="le", value=0),
    )
    compiled = compile_draft(crowd.club, Definition(items=items), now() + timedelta(minutes=1))
    everyone = [
        number
        for (number,) in fetch("SELECT id FROM club_member WHERE club_id = %s", [crowd.record.id])
    ]
    assert len(everyone) == 5001
    assert count_of(compiled) == 5000 == len(who_query(compiled, everyone).ask())
