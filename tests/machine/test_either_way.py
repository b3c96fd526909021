"""Two ways that must lead to the same place: a basket in one bill or in several, parts that come
back in one order or another, members who become one before or after they spend."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.world import World
from vafa.club.models import Member
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.flows.adjustments import request_adjustment
from vafa.flows.clubs import starting_program
from vafa.flows.entries import LineEntry
from vafa.flows.merging import merge_members
from vafa.program.reads.tier_facts import tier_points_by_day
from vafa.program.rules.recipes import multiplier
from vafa.program.rules.rule import Text

pytestmark = pytest.mark.slow
SOAK = int(os.environ.get("VAFA_SOAK_STEPS", "0"))
FEW = settings(
    max_examples=25 + min(SOAK // 2_000, 500),  # `make soak` tries others, and more
    derandomize=not SOAK,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
SKUS = ("milk", "cheese", "lamp", "")
LINES = st.lists(
    st.tuples(st.integers(1, 5_000_000), st.sampled_from(SKUS), st.integers(1, 4)),
    min_size=1,
    max_size=4,
)


def entries(lines: list[tuple[int, str, int]]) -> tuple[LineEntry, ...]:
    return tuple(LineEntry(amount, sku, "", pieces * 1000) for amount, sku, pieces in lines)


def end_state(world: World, member: Member) -> tuple[Any, ...]:
    """Points, credit, the dates of what is left, and what counts for the tier."""
    rows = fetch(
        "SELECT a.unit_id, a.kind, l.expires_at, l.remaining FROM ledger_lot l"
        " JOIN ledger_account a ON a.id = l.account_id"
        " WHERE a.book_id = %s AND a.holder = %s AND l.remaining > 0",
        [world.record.book_id, member.id],
    )
    left: Counter[Any] = Counter()
    for unit, kind, until, amount in rows:
        left[unit, kind, until] += amount
    tier = sum(points for _, points in tier_points_by_day(member.id))
    return world.balance(member), credit(world, member), dict(left), tier


def credit(world: World, member: Member) -> int:
    rows = fetch(
        "SELECT coalesce(sum(balance), 0) FROM ledger_account WHERE unit_id = %s AND holder = %s",
        [world.record.credit_unit_id, member.id],
    )
    return int(rows[0][0])


def shopper(world: World, days_ago: int = 40, credit: int = 900_000) -> Member:
    """Somebody with points of two ages and some credit."""
    member = world.enrol()
    ref = ("id", str(member.id))
    world.buy(7_700_000, member=ref, purchased_at=now() - timedelta(days=days_ago))
    world.buy(3_300_000, member=ref)
    request_adjustment(
        world.club,
        member_id=member.id,
        amount=credit,
        unit="credit",
        reason="gift",
        actor=world.owner,
    )
    return member


@FEW
@given(lines=LINES, cuts=st.lists(st.integers(1, 3), max_size=3), birthday=st.booleans())
def test_splitting_a_basket_never_earns_more(
    world: World, lines: list[tuple[int, str, int]], cuts: list[int], birthday: bool
) -> None:
    dairy = world.products["milk"].category_id
    program = starting_program("IRR")
    more = multiplier(rule_id="dairy", name=Text(fa="لبنیات"), percent=135, category_ids=(dairy,))
    world.publish(program.model_copy(update={"rules": (*program.rules, more)}))
    born = now().date().replace(year=1990) if birthday else None
    whole, split = world.enrol(birth_date=born), world.enrol(birth_date=born)
    at_once = world.buy(
        sum(line[0] for line in lines), lines=entries(lines), member=("id", str(whole.id))
    )
    earned, rest = 0, list(lines)
    while rest:
        size = cuts.pop() if cuts else len(rest)
        part, rest = rest[:size], rest[size:]
        bought = world.buy(
            sum(line[0] for line in part), lines=entries(part), member=("id", str(split.id))
        )
        earned += bought.answer["points"]
    assert earned <= at_once.answer["points"]


@FEW
@given(
    lines=LINES,
    points=st.integers(0, 40),
    by_credit=st.integers(0, 300_000),
    random=st.randoms(use_true_random=False),
    kept=st.integers(0, 3),
    spent=st.booleans(),
)
def test_the_order_of_returns_does_not_matter(
    world: World,
    lines: list[tuple[int, str, int]],
    points: int,
    by_credit: int,
    random: Any,
    kept: int,
    spent: bool,
) -> None:
    total = sum(line[0] for line in lines)
    points = min(points, total // 2 // 3_000)
    by_credit = min(by_credit, total - points * 3_000)
    pieces = [(n, 1000, None) for n, line in enumerate(lines, 1) for _ in range(line[2])]
    pieces = pieces[: max(len(pieces) - kept, 1)]
    ends = []
    bought_at = now()
    for _ in range(2):
        member = shopper(world)
        ref = ("id", str(member.id))
        bought = world.buy(
            total,
            lines=entries(lines),
            member=ref,
            pay_points=points,
            pay_credit=by_credit,
            purchased_at=bought_at,
        )
        assert bought.error is None, bought.error
        if spent:  # so that there is little left to take the grant from
            left = world.balance(member).available
            assert world.buy(left * 6_000, member=ref, pay_points=left).error is None
        random.shuffle(pieces)
        for piece in pieces:
            back = world.give_back(bought.answer["purchase_id"], lines=(piece,))
            # A piece that is worth nothing by itself comes back with the others of its line.
            assert back.error is None or back.error.code == "invalid_input", back.error
        ends.append(end_state(world, member))
    assert ends[0] == ends[1]


@FEW
@given(points=st.integers(1, 70), more=st.integers(1, 50), kept=st.integers(0, 1))
def test_merging_before_or_after_spending(world: World, points: int, more: int, kept: int) -> None:
    """Who pays points and credit before they are one has in the end what she has who pays after."""
    ends = []
    for merged_first in (True, False):
        pair = [shopper(world), shopper(world, days_ago=20)]
        keep, gone = pair[kept], pair[1 - kept]
        if merged_first:
            merge(world, keep, gone)
        for member, amount in ((keep, points), (gone, more)):
            paid = world.buy(
                amount * 6_000 + 300_000,
                member=("id", str(member.id)),
                pay_points=amount,
                pay_credit=1_000 * amount,
            )
            assert paid.error is None, paid.error
        if not merged_first:
            merge(world, keep, gone)
        balance, credit_left, lots, tier = end_state(world, keep)
        assert end_state(world, gone)[:3] == ((0, 0, 0, 0), 0, {})
        ends.append((balance, credit_left, sum(lots.values()), tier))
    assert ends[0] == ends[1]


@FEW
@given(amount=st.integers(100_000, 5_000_000), part=st.integers(1, 100), pays=st.integers(0, 10))
def test_merging_before_or_after_a_return(world: World, amount: int, part: int, pays: int) -> None:
    """What comes back finds her, to the last lot."""
    ends = []
    at = now()
    for merged_first in (True, False):
        keep, gone = shopper(world), shopper(world, days_ago=20)
        ref = ("id", str(gone.id))
        bought = world.buy(amount, member=ref, pay_points=pays, purchased_at=at)
        number = bought.answer["purchase_id"]
        if merged_first:
            merge(world, keep, gone)
        back = world.give_back(number, amount=max(amount * part // 100, 1))
        assert back.error is None, back.error
        if not merged_first:
            merge(world, keep, gone)
        ends.append(end_state(world, keep))
    assert ends[0] == ends[1]


def merge(world: World, keep: Member, gone: Member) -> None:
    done = merge_members(
        world.club, keep_id=keep.id, gone_id=gone.id, reason="the same", actor=world.owner
    )
    assert done.error is None, done.error
