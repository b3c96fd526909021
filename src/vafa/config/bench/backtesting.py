"""A draft of fifty rules over a history of purchases: reading it, judging it, counting it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import psycopg

from vafa.club.reads.context import club_context
from vafa.config.bench.figures import Bar, Figure, Row
from vafa.config.bench.stages import Bench
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.flows.backtest.question import Question
from vafa.flows.backtest.running import run_backtest
from vafa.program.rules.backtest import COLUMNS
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.recipes import per_amount
from vafa.program.rules.rule import (
    Between,
    Condition,
    Fixed,
    Lines,
    OneOf,
    PerItem,
    Rule,
    Text,
    Times,
)

_BAR = Bar(at_most=60)
_RULES = 50
_LINES = 3
_MOST = 1_000_000
_EACH = 10  # purchases of a member
_DAYS = 365
_AT_ONCE = 100_000
_EVERYBODYS = 10  # rules that are about no place
_CHAIN = 20  # branches that the other rules are about
_NAME = Text(fa="ن")

_BILLS = f"""
    INSERT INTO commerce_purchase (id, club_id, branch_id, member_id, receipt_no, channel, total,
        paid_by_points, paid_by_credit, discount, content_hash, source, actor, purchased_at,
        recorded_at)
    SELECT %(purchase)s::bigint + n, %(club)s, (%(branches)s::bigint[])[1 + n %% %(places)s],
        %(member)s::bigint + n / {_EACH}, 'bt' || n, 'store', {_LINES} * (100000 + n %% 1000 * 5000),
        0, 0, 0, '', 'bench', '', %(at)s + n %% 8760 * interval '1 hour',
        %(at)s + n %% 8760 * interval '1 hour'
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""
_BILL_LINES = f"""
    INSERT INTO commerce_purchaseline (id, purchase_id, product_id, number, name, quantity, amount)
    SELECT %(line)s::bigint + n * {_LINES} + k, %(purchase)s::bigint + n,
        %(product)s::bigint + (n * 7 + k * 13) %% %(products)s, k + 1, '', 1000 * (1 + n %% 3),
        100000 + n %% 1000 * 5000
    FROM generate_series(%(first)s::int, %(last)s::int) AS n, generate_series(0, {_LINES} - 1) AS k
"""
_DECISIONS = f"""
    INSERT INTO program_decision (id, club_id, member_id, revision_id, purchase_id, trigger, points,
        credit, tier_points, parts, inputs, effective_at, tier_at, recorded_at)
    SELECT %(decision)s::bigint + n, %(club)s, %(member)s::bigint + n / {_EACH}, %(revision)s,
        %(purchase)s::bigint + n, 'purchase', 10, 0, 10,
        '[["per-amount", "per_step", 10, {{"paid": 1000000, "points": 1, "step": 100000}}]]', '{{}}',
        %(at)s + n %% 8760 * interval '1 hour', %(at)s + n %% 8760 * interval '1 hour',
        %(at)s + n %% 8760 * interval '1 hour'
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""


def backtesting(bench: Bench) -> list[Row]:
    """(m) A back-test of as many purchases as the history has transfers, a million at most.

    They are written without their ledger, so this must be the last thing that is measured.
    """
    count = min(bench.options.history, bench.scene.members * _EACH, _MOST)
    since = datetime.now(UTC) - timedelta(days=_DAYS + 1)
    _write(bench, count, since)
    bench.databases.settle()
    question = _question(bench, since)
    began = perf_counter()
    result = run_backtest(question, bench.progress)
    seconds = perf_counter() - began
    total = dict(zip(COLUMNS, result["tables"]["all"][""], strict=True))
    if total["purchases"] < count:
        bench.complaints.append(f"(m) judged {total['purchases']} purchases of {count}")
    name = f"Back-test, {count:,} purchases, {_RULES} rules"
    rate = Figure((total["purchases"] / seconds,))
    return [
        Row("m", name, Figure((seconds,)), "s", bar=_BAR),
        Row("m", "  purchases a second", rate, "/s"),
    ]


def _question(bench: Bench, since: datetime) -> Question:
    club = club_context(bench.scene.club_id)
    branches = [number for number, _ in bench.scene.branches]
    categories = [
        number
        for (number,) in fetch("SELECT id FROM commerce_category WHERE club_id = %s", [club.id])
    ]
    draft = _draft(branches, categories)
    first = club.local_date(since)
    return Question(club.id, draft, draft, first, club.local_date(now()), now())


def _draft(branches: Sequence[int], categories: Sequence[int]) -> Program:
    """A rule for everybody, nine with a condition, and forty of which each is some branch's own: of
    a chain of ``_CHAIN``, as in (l) most are elsewhere."""
    draw = random.Random(_RULES)  # noqa: S311  (made-up rules)
    chain = [*branches, *range(max(branches) + 1, max(branches) + 1 + _CHAIN - len(branches))]
    rules = [per_amount("per-amount", _NAME, 1, 100_000)]
    for n in range(1, _RULES):
        kinds: list[Condition] = [
            OneOf(fact="weekday", values=(draw.randrange(7), 5)),
            Lines(fact="category", values=tuple(draw.sample(list(categories), 3))),
            Between(fact="total", least=draw.randrange(10**8)),
            OneOf(fact="tier", values=("gold",)),
        ]
        conditions = [kinds[n % 4]]
        if n >= _EVERYBODYS:
            conditions.append(OneOf(fact="branch", values=(draw.choice(chain),)))
        gives = (Times(percent=150), PerItem(points=1), Fixed(points=3))[n % 3]
        rules.append(Rule(id=f"r{n}", name=_NAME, conditions=tuple(conditions), gives=gives))
    tiers = (
        Tier(code="base", name=_NAME, least=0),
        Tier(code="gold", name=_NAME, least=1_000, percent=120),
    )
    return Program(rules=tuple(rules), tiers=tiers)


def _write(bench: Bench, count: int, since: datetime) -> None:
    databases, scene = bench.databases, bench.scene
    reserve = databases.reserve
    ((revision,),) = fetch(
        "SELECT id FROM program_revision WHERE club_id = %s AND status = 'live'", [scene.club_id]
    )
    ((products,),) = fetch(
        "SELECT count(*) FROM commerce_product WHERE club_id = %s", [scene.club_id]
    )
    values: dict[str, Any] = {
        "club": scene.club_id,
        "branches": [number for number, _ in scene.branches],
        "places": len(scene.branches),
        "member": scene.first_member,
        "product": scene.first_product,
        "products": products,
        "revision": revision,
        "at": since,
        "purchase": reserve(databases.measured, "commerce_purchase", count),
        "line": reserve(databases.measured, "commerce_purchaseline", count * _LINES),
        "decision": reserve(databases.measured, "program_decision", count),
    }
    bench.progress.start(count, "Writing purchases")
    with databases.connect(databases.measured) as own:
        _spare_checks(own)
        for first in range(0, count, _AT_ONCE):
            values |= {"first": first, "last": min(first + _AT_ONCE, count) - 1}
            for statement in (_BILLS, _BILL_LINES, _DECISIONS):
                own.execute(statement, values)
            bench.progress.advance(values["last"] + 1 - first)
        own.execute("VACUUM ANALYZE commerce_purchase, commerce_purchaseline, program_decision")
    bench.progress.finish()


def _spare_checks(own: psycopg.Connection[Any]) -> None:
    """What these rows name is there: looking for it would take longer than writing them."""
    row = own.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    if row and row[0]:
        own.execute("SET session_replication_role = replica")
