"""Fifty threads in two processes against one thing of value: exactly the right number succeeds,
the others get a refusal that has a name, and the books are right.

``test_looks.py`` shows that each race is real where the lock is not taken.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from tests.races.halves import THREADS, in_two_processes
from tests.world import World
from vafa.club.models import Member
from vafa.commerce.models import Purchase
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.flows.adjustments import request_adjustment
from vafa.flows.clubs import starting_program
from vafa.flows.entries import LineEntry
from vafa.flows.reservations import reserve_for_bill
from vafa.flows.voucher_series import make_series
from vafa.program.models import Voucher, VoucherSeries, VoucherUse
from vafa.program.rules.document import GiftTerms, Program, Tier
from vafa.program.rules.limits import Budget, Limit
from vafa.program.rules.place_terms import PlaceTerms
from vafa.program.rules.recipes import per_amount
from vafa.program.rules.rule import Text

pytestmark = pytest.mark.race
OTHERS = THREADS - 1


def race(world: World, move: str, role: str = "owner", **about: Any) -> Counter[str]:
    """What became of fifty moves."""
    asked = {
        "club": world.record.id,
        "staff": world.staff[role].id,
        "role": role,
        "move": move,
        "about": {"member": world.member.id, **about},
    }
    return in_two_processes(asked)


def test_one_voucher_pays_once(world: World) -> None:
    world.buy(50_000_000)
    code = world.redeem("voucher").answer["voucher_code"]
    told = race(world, "buy", bill={"total": 1_000_000, "voucher": code})
    assert told == {"recorded": 1, "voucher_unusable": OTHERS}


def _series(world: World, **fields: Any) -> VoucherSeries:
    until = now() + timedelta(days=9)
    return make_series(world.club, world.owner, name="کد", expires_at=until, **fields)


def test_a_code_of_seven_uses_pays_seven_times(world: World) -> None:
    series = _series(world, kind="percent", terms={"percent": 10}, max_uses=7)
    code = Voucher.objects.get(series=series).code
    told = race(world, "buy", bill={"total": 1_000_000, "voucher": code})
    assert told == {"recorded": 7, "voucher_unusable": THREADS - 7}
    assert VoucherUse.objects.filter(voucher__code=code).count() == 7


def test_a_gift_card_pays_what_it_has(world: World) -> None:
    code = Voucher.objects.get(series=_series(world, kind="gift", value=1_000_000)).code
    told = race(world, "buy", bill={"total": 120_000, "voucher": code})
    assert told == {"recorded": 9, "voucher_unusable": THREADS - 9}
    assert sum(Purchase.objects.filter(club=world.record).values_list("discount", flat=True)) == (
        1_000_000
    )


def test_no_two_get_the_same_code(world: World) -> None:
    series = _series(world, kind="voucher", value=1, count=30)
    members = [world.enrol().id for _ in range(THREADS)]
    told = race(world, "give_next", members=members, series=series.pk)
    assert told == {"recorded": 30, "codes_gone": THREADS - 30}
    given = Voucher.objects.filter(series=series).values_list("member_id", flat=True)
    assert len(set(given)) == 30 and None not in given


def test_the_last_points_pay_once(world: World) -> None:
    told = race(world, "buy", bill={"pay_points": 20})
    assert told == {"recorded": 1, "insufficient_balance": OTHERS}
    assert world.balance().available == 0


def test_a_reservation_ends_once(world: World) -> None:
    world.buy(20_000_000)
    reserved = reserve_for_bill(
        world.club, member=world.ref, branch="main", points=100, actor=world.owner
    )
    told = race(world, "end", reservation=reserved.answer["reservation_id"])
    ends = {"used", "released", "expired"}
    assert sum(told[end] for end in ends) == 1, told
    assert set(told) - ends <= {"reservation_resolved", "nothing due"}, told
    assert world.balance() == ((170 if told["used"] else 220), 0, 0, 0)


def test_two_pieces_of_a_line_come_back_twice(world: World) -> None:
    lines = (LineEntry(10_000_000, quantity=2000),)
    bought = world.buy(10_000_000, lines=lines).answer["purchase_id"]
    assert race(world, "bring_back", purchase=bought) == {
        "recorded": 2,
        "return_too_large": THREADS - 2,
    }
    assert world.balance().available == 20


def test_one_key_counts_once(world: World) -> None:
    told = race(world, "buy", bill={"key": "same", "total": 1_000_000})
    assert told == {"recorded": 1, "repeated": OTHERS}
    assert world.balance().available == 30


def test_purchases_of_one_member_all_count(world: World) -> None:
    told = race(world, "buy", bill={"total": 1_000_000, "pay_points": 1})
    # Each earns 9 and pays 1 of the first twenty; nobody is refused.
    assert told == {"recorded": THREADS}
    assert world.balance().available == 20 + 8 * THREADS


def test_a_budget_is_never_exceeded(world: World) -> None:
    """Each of fifty members would earn 100, and the budget is 2,050 for all."""
    limits = (Limit(scope="total", most=2_050), Limit(scope="branch", per="day", most=2_050))
    budget = Budget(code="all", name="همه", limits=limits)
    base = per_amount("base", Text(fa="ن"), 1, 10_000, budget="all")
    world.publish(Program(rules=(base,), budgets=(budget,)))
    members = [world.enrol() for _ in range(THREADS)]
    told = race(world, "buy_alike", members=[m.id for m in members], bill={"total": 1_000_000})
    assert told == {"recorded": THREADS}
    earned = sorted(world.balance(member).available for member in members)
    assert earned == [0] * 29 + [50] + [100] * 20


def test_a_branch_never_gives_more_than_its_month(world: World) -> None:
    """Each of fifty members would earn 150 (a third of it by her tier); the branch has 1,030."""
    gold = Tier(code="gold", name=Text(fa="طلایی"), least=0, percent=150)
    base = per_amount("base", Text(fa="ن"), 1, 10_000)
    place = PlaceTerms(kind="branch", number=world.branch.id, points_a_month=1_030)
    world.publish(Program(rules=(base,), tiers=(gold,), places=(place,)))
    members = [world.enrol() for _ in range(THREADS)]
    told = race(world, "buy_alike", members=[m.id for m in members], bill={"total": 1_000_000})
    assert told == {"recorded": THREADS}
    earned = sorted(world.balance(member).available for member in members)
    assert earned == [0] * 43 + [130] + [150] * 6
    rows = fetch("SELECT what, points FROM program_counter WHERE club_id = %s", [world.record.id])
    assert rows == [(f"p:b:{world.branch.id}", 1_030)]
    world.verify()


def test_gifts_both_ways(world: World) -> None:
    gifts = GiftTerms(is_on=True, points_a_day=10**6, gifts_a_day=100)
    world.publish(starting_program("IRR").model_copy(update={"gifts": gifts}))
    other = world.enrol()
    world.buy(5_000_000)
    world.buy(5_000_000, member=("id", str(other.id)))
    told = race(world, "give", pair=[world.member.id, other.id])
    assert set(told) <= {"recorded", "insufficient_balance"}, told
    assert told["recorded"] >= THREADS // 2
    both = world.balance(), world.balance(other)
    assert sum(b.available for b in both) == 140
    assert all(b.debt == 0 for b in both)


def test_two_members_become_one_once(world: World) -> None:
    other = world.enrol()
    told = race(world, "merge", pair=[world.member.id, other.id])
    assert told == {"recorded": 1, "cannot_merge": OTHERS}
    both = world.balance().available, world.balance(other).available
    assert sorted(both) == [0, 40]


def test_purchases_while_the_member_becomes_another(world: World) -> None:
    gone = world.enrol()
    told = race(world, "merge_while_buying", pair=[world.member.id, gone.id])
    assert told == {"recorded": THREADS}
    assert world.balance(gone) == (0, 0, 0, 0)
    assert world.balance().available == 40 + OTHERS
    assert Member.objects.get(pk=gone.id).merged_into_id == world.member.id


def test_nothing_is_earned_behind_who_has_left(world: World) -> None:
    told = race(world, "leave_while_buying")
    assert set(told) <= {"recorded", "inactive_member"}
    assert sum(told.values()) == THREADS
    assert Purchase.objects.filter(club=world.record).count() == told["recorded"] - 1
    assert world.balance() == (0, 0, 0, 0)


def test_an_adjustment_is_decided_once(world: World) -> None:
    asked = request_adjustment(
        world.club, member_id=world.member.id, amount=5_000, reason="why", actor=world.owner
    )
    told = race(world, "approve", "manager", adjustment=asked.answer["adjustment_id"])
    assert told == {"recorded": 1, "adjustment_decided": OTHERS}
    assert world.balance().available in (20, 5_020)


def test_a_transfer_is_reversed_once(world: World) -> None:
    bought = world.buy(10_000_000).answer["purchase_id"]
    transfer = fetch(
        "SELECT t.id FROM ledger_transfer t JOIN program_decision d ON d.id = t.source_id"
        " WHERE t.source = 'decision' AND d.purchase_id = %s",
        [bought],
    )[0][0]
    told = race(world, "reverse", transfer=transfer)
    assert told == {"recorded": 1, "already_reversed": OTHERS}
    assert world.balance().available == 20
