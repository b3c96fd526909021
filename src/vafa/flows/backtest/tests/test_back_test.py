"""A draft over what was really bought: the live programme gives what was really given."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.world import World
from vafa.audience.actions.segments import create_segment
from vafa.audience.rules.definition import Condition, Definition
from vafa.core.clock import now
from vafa.flows.backtest.tests.telling import assert_equal, back_test, line
from vafa.flows.entries import LineEntry
from vafa.flows.merging import merge_members
from vafa.flows.reversals import reverse_transfer
from vafa.program.actions.revisions import publish_program
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.limits import Budget, Limit, Scope
from vafa.program.rules.place_terms import PlaceTerms
from vafa.program.rules.recipes import per_amount
from vafa.program.rules.rule import Between, Fixed, OneOf, PerStep, Rule, Text, Times
from vafa.program.rules.tier_terms import TierTerms

NAME = Text(fa="آزمایشی", en="Trial")
# What the member of the world, and whoever joins, has for joining.
JOINED = 20


def test_the_live_programme_gives_what_was_given(world: World) -> None:
    lines = (LineEntry(1_350_000, "milk", "", 3000), LineEntry(1_200_000, "cheese"))
    first = world.buy(2_550_000, lines=lines)
    second = world.buy(10_000_000, branch="second")
    world.buy(2_000_000, pay_points=10)
    world.give_back(first.answer["purchase_id"], lines=((1, 2000, None),))
    world.give_back(second.answer["purchase_id"])
    result = back_test(world)
    assert_equal(result)
    total = line(result, "all", "")
    assert total["purchases"] == 3
    assert total["draft_points"] == 25 + 100 + 19 + JOINED
    assert total["draft_back"] > 100


def test_a_draft_that_gives_double_gives_double(world: World) -> None:
    _publish(world, Program(rules=(per_amount("base", NAME, 1, 100_000),)))
    bought = world.buy(10_000_000)
    world.buy(5_000_000)
    world.give_back(bought.answer["purchase_id"], amount=4_000_000)
    live = live_program(world.club.id).program
    double = Rule(id="double", name=NAME, gives=Times(percent=200))
    result = back_test(world, live.model_copy(update={"rules": (*live.rules, double)}))
    total = line(result, "all", "")
    assert (total["real_points"], total["real_back"]) == (150 + JOINED, 40)
    assert (total["draft_points"], total["draft_back"]) == (300 + JOINED, 80)
    assert result["rules"]["double"] == [150, 0, 0, 2, 0, 0, 0, 0, 0]
    assert result["rules"]["base"][:4] == result["rules"]["base"][4:8]


def test_tiers_follow_from_what_the_draft_itself_gave(world: World) -> None:
    """Ten times the points reach gold with the first purchase, and gold doubles the second."""
    base = per_amount("base", NAME, 1, 100_000)
    gold = Tier(code="gold", name=NAME, least=500, percent=200)
    _publish(world, Program(rules=(base,), tiers=(gold,)))
    world.buy(10_000_000)
    world.buy(10_000_000)
    assert_equal(back_test(world))
    more = per_amount("base", NAME, 10, 100_000)
    result = back_test(world, Program(rules=(more,), tiers=(gold,)))
    assert line(result, "all", "")["draft_points"] == 1_000 + 2_000
    assert ["", "gold", 1] in result["tiers"]
    assert result["outlook"]["points"]["draft"][0] > result["outlook"]["points"]["real"][0]


def test_before_the_period_is_what_really_happened(world: World) -> None:
    base = per_amount("base", NAME, 1, 100_000)
    gold = Tier(code="gold", name=NAME, least=100, percent=200)
    _publish(world, Program(rules=(base,), tiers=(gold,)))
    world.buy(10_000_000, purchased_at=now() - timedelta(days=20))
    world.buy(10_000_000)
    result = back_test(world, first=world.club.local_date(now()))
    assert_equal(result)
    assert line(result, "all", "")["draft_points"] == 200 + JOINED


def test_members_who_became_one(world: World) -> None:
    base = per_amount("base", NAME, 1, 100_000)
    gold = Tier(code="gold", name=NAME, least=150, percent=300)
    _publish(world, Program(rules=(base,), tiers=(gold,)))
    other = world.enrol()
    theirs = world.buy(10_000_000, member=("id", str(other.id)))
    world.buy(10_000_000)
    merge_members(
        world.club, keep_id=world.member.id, gone_id=other.id, reason="یک نفر", actor=world.owner
    )
    world.buy(10_000_000)
    world.give_back(theirs.answer["purchase_id"])
    world.buy(10_000_000)
    result = back_test(world)
    assert_equal(result)
    assert line(result, "all", "")["draft_points"] == 100 + 100 + 300 + 300 + 2 * JOINED


def test_a_grant_that_was_undone_by_hand(world: World) -> None:
    bought = world.buy(10_000_000)
    assert bought.answer["points"] == 100
    earned = world.line("purchase").transfer_id or 0
    reverse_transfer(world.club, transfer_id=earned, reason="اشتباه", actor=world.owner)
    result = back_test(world)
    assert_equal(result)
    assert line(result, "all", "")["draft_back"] == 100


def test_what_was_bought_before(world: World) -> None:
    """The third purchase within ninety days; the one that was brought back is none."""
    third = Rule(
        id="third",
        name=NAME,
        conditions=(Between(fact="visits", least=2, window_days=90),),
        gives=Times(percent=200),
    )
    _publish(world, Program(rules=(per_amount("base", NAME, 1, 100_000), third)))
    world.buy(1_000_000, purchased_at=now() - timedelta(days=200))
    back = world.buy(1_000_000)
    world.give_back(back.answer["purchase_id"])
    for _ in range(3):
        world.buy(1_000_000)
    result = back_test(world)
    assert_equal(result)
    assert result["rules"]["third"][3] == 1
    assert_equal(back_test(world, first=world.club.local_date(now())))


def test_tiers_by_spend(world: World) -> None:
    gold = Tier(code="gold", name=NAME, least=9_000_000, percent=200)
    rules = (per_amount("base", NAME, 1, 100_000),)
    _publish(world, Program(rules=rules, tiers=(gold,), tier_terms=TierTerms(basis="spend")))
    first = world.buy(10_000_000, purchased_at=now() - timedelta(days=10))
    world.buy(1_000_000)
    world.give_back(first.answer["purchase_id"], amount=5_000_000)
    world.buy(1_000_000)
    for result in (back_test(world), back_test(world, first=world.club.local_date(now()))):
        assert_equal(result)
        assert result["rules"]["tier:gold"][0] == 10


def test_a_shared_budget_runs_out(world: World) -> None:
    """What one member gets depends on what others got: everything in the order of recording."""
    base = per_amount("base", NAME, 1, 100_000)
    limited = base.model_copy(update={"budget": "all"})
    budget = Budget(code="all", name="همه", limits=(Limit(scope="total", most=250),))
    _publish(world, Program(rules=(base,)))
    other = world.enrol()
    first = world.buy(10_000_000)
    for member in (other, world.member, other):
        world.buy(10_000_000, member=("id", str(member.id)))
    world.give_back(first.answer["purchase_id"])
    world.buy(5_000_000)
    result = back_test(world, Program(rules=(limited,), budgets=(budget,)))
    total = line(result, "all", "")
    # 100 + 100 + 50, then nothing; the return gives 100 back to the budget, of which 50 are used.
    assert (total["draft_points"], total["draft_back"]) == (300, 100)
    (full,) = result["full"].items()
    assert full[0].startswith("b:all|total|ever|points|250|0|")
    assert full[1] == world.club.local_date(now()).isoformat()
    assert result["rules"]["base"][8] == 150


def test_the_budget_of_a_branch_runs_out_there_alone(world: World) -> None:
    base, double = (
        per_amount("base", NAME, 1, 100_000),
        Rule(id="double", name=NAME, gives=Times(percent=200)),
    )
    gold = Tier(code="gold", name=NAME, least=0, percent=150)
    place = PlaceTerms(
        kind="branch", number=world.branch.id, points_a_month=400, excluded=("double",)
    )
    _publish(world, Program(rules=(base, double), tiers=(gold,), places=(place,)))
    first = world.buy(10_000_000)
    for branch in ("main", "second", "main"):
        world.buy(10_000_000, branch=branch)
    world.give_back(first.answer["purchase_id"])
    world.buy(10_000_000)
    result = back_test(world)
    assert_equal(result)
    assert line(result, "all", "")["draft_points"] == 150 + 150 + 250 + 100 + 150 + JOINED
    (name,) = result["full"]
    assert name.startswith(f"p:b:{world.branch.id}|")


@pytest.mark.parametrize(("scope", "most"), [("member", 150), ("total", 350)])
def test_limits_go_on_from_what_was_before(world: World, scope: Scope, most: int) -> None:
    base = per_amount("base", NAME, 1, 100_000)
    limited = base.model_copy(update={"limits": (Limit(scope=scope, most=most),)})
    _publish(world, Program(rules=(limited,)))
    other = world.enrol()
    early = world.buy(10_000_000, purchased_at=now() - timedelta(days=20))
    world.buy(10_000_000)
    world.buy(10_000_000, member=("id", str(other.id)))
    world.give_back(early.answer["purchase_id"], amount=5_000_000)
    world.buy(10_000_000)
    merge_members(
        world.club, keep_id=world.member.id, gone_id=other.id, reason="یک نفر", actor=world.owner
    )
    world.buy(10_000_000)
    today = world.club.local_date(now())
    for result in (back_test(world), back_test(world, first=today)):
        assert_equal(result)
        assert result["rules"]["base"][8] > 0


def test_segments_have_lines_of_their_own(world: World) -> None:
    world.buy(10_000_000)
    stranger = world.enrol()
    items = (Condition(facet="commerce.purchases", op="ge", value=1),)
    made = create_segment(world.club, name="خریداران", definition=Definition(items=items))
    world.buy(1_000_000, member=("id", str(stranger.id)))
    result = back_test(world, segments=(made.code,))
    assert_equal(result)
    assert line(result, "segment", made.code)["purchases"] == 2


def test_credit_and_tier_points_come_back_too(world: World) -> None:
    credit = Rule(id="credit", name=NAME, gives=PerStep(points=2_000, step=100_000, unit="credit"))
    points = per_amount("base", NAME, 1, 100_000)
    status = Rule(id="status", name=NAME, gives=Fixed(points=50, unit="tier"))
    gold = Tier(code="gold", name=NAME, least=140, percent=200)
    _publish(world, Program(rules=(points, credit, status), tiers=(gold,)))
    bought = world.buy(10_000_000)
    world.buy(1_000_000)
    world.give_back(bought.answer["purchase_id"], amount=3_000_000)
    world.buy(1_000_000)
    result = back_test(world)
    assert_equal(result)
    total = line(result, "all", "")
    assert (total["draft_credit"], total["draft_credit_back"]) == (240_000, 60_000)
    assert result["rules"]["tier:gold"][0] > 0


def test_only_the_branch_of_the_rule(world: World) -> None:
    world.buy(10_000_000)
    world.buy(10_000_000, branch="second")
    here = per_amount("base", NAME, 1, 100_000)
    place = OneOf(fact="branch", values=(world.branch.id,))
    result = back_test(world, Program(rules=(here.model_copy(update={"conditions": (place,)}),)))
    assert line(result, "branch", str(world.branch.id))["draft_points"] == 100
    assert line(result, "branch", str(world.other_branch.id))["draft_points"] == 0


def _publish(world: World, program: Program) -> None:
    """Joining goes on to bring what it brought to the member of the world."""
    live = live_program(world.club.id).program
    rules = (*program.rules, *(rule for rule in live.rules if rule.on == "joining"))
    full = program.model_copy(update={"terms": live.terms, "rules": rules})
    publish_program(world.club.id, full, actor=world.owner.label)
