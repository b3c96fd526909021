"""What rules do beside giving points for purchases: the live programme does again what it did."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import draws
from tests.world import World
from vafa.core.clock import now
from vafa.flows.backtest.people import END
from vafa.flows.backtest.question import Question
from vafa.flows.backtest.slices import judge_slice, set_up
from vafa.flows.backtest.tests.programs import BASE, KINDS, THREE, N, given, publish, rule
from vafa.flows.backtest.tests.telling import assert_equal, exact, line
from vafa.flows.entries import LineEntry
from vafa.flows.households import add_to_household, make_household, remove_from_household
from vafa.flows.member_events import record_event, record_visit
from vafa.flows.merging import merge_members
from vafa.flows.profiles import change_profile
from vafa.flows.reversals import reverse_transfer
from vafa.flows.voucher_series import cancel_series, make_series
from vafa.program.models import VoucherSeries
from vafa.program.reads.revisions import live_program
from vafa.program.rules.deeds import (
    Chances,
    GiveBadge,
    GiveVoucher,
    RaiseEvent,
    Say,
    Words,
)
from vafa.program.rules.document import HouseholdTerms, Program, Tier
from vafa.program.rules.limits import Limit
from vafa.program.rules.rule import Between, Fixed, Group, Times


def series(world: World, **fields: Any) -> VoucherSeries:
    values = {"name": "پاییز", "value": 100_000, "expires_at": now() + timedelta(days=30), **fields}
    return make_series(world.club, world.owner, kind="voucher", count=1, **values)


def test_vouchers_badges_and_messages_are_counted(world: World) -> None:
    """Two members; a badge is given once; a series that was cancelled gives no more."""
    made, other = series(world), world.enrol()
    big = (Between(fact="total", least=2_000_000),)
    publish(
        world,
        rule(GiveVoucher(series=made.pk), conditions=big),
        rule(GiveBadge(badge="regular")),
        rule(Say(words=Words(fa="خوش آمدید")), limits=(Limit(counts="times", most=2),)),
    )
    world.buy(1_000_000)
    first = world.buy(3_000_000)
    world.buy(3_000_000, member=("id", str(other.id)))
    world.buy(3_000_000)
    world.give_back(first.answer["purchase_id"])
    merge_members(
        world.club, keep_id=world.member.id, gone_id=other.id, reason="یک نفر", actor=world.owner
    )
    cancel_series(world.club, made.pk, world.owner)
    world.buy(4_000_000)
    result = exact(world)
    assert_equal(result)
    world.verify()
    month = next(iter(result["tables"]["month"]))
    for of in ("", month):
        vouchers = given(result, "voucher", "voucher", of)
        # Both memberships are one person by now.
        assert vouchers["draft_times"] == 3 and vouchers["draft_members"] == 1
        assert vouchers["draft_amount"] == 300_000
    assert given(result, "badge", "badge")["draft_times"] == 2
    assert given(result, "message", "message")["real_times"] == 3


def test_a_limit_on_what_is_no_amount_comes_back_with_the_whole_bill(world: World) -> None:
    once = (Limit(counts="times", most=1),)
    publish(world, rule(Say(words=Words(fa="خوش آمدید")), limits=once, id="say"))
    live = live_program(world.club.id).program
    world.change_program(rules=tuple(one for one in live.rules if one.id != "base"))
    first = world.buy(3_000_000).answer["purchase_id"]
    world.buy(3_000_000)
    world.give_back(first, amount=1_000_000)
    world.buy(3_000_000)
    world.give_back(first, amount=2_000_000)
    world.buy(3_000_000)
    result = exact(world)
    assert_equal(result)
    assert given(result, "say", "message")["draft_times"] == 2


def test_chances_only_while_the_draw_takes_them(world: World) -> None:
    draw = draws.running(world)
    publish(world, rule(Chances(draw=draw.pk, chances=1, step=1_000_000)))
    world.buy(3_500_000, purchased_at=now() - timedelta(days=60))
    world.buy(3_500_000)
    result = exact(world)
    assert_equal(result)
    found = given(result, "chances", "chances")
    assert (found["draft_times"], found["draft_amount"], found["draft_members"]) == (1, 3, 1)


def test_a_draft_that_begins_to_give_badges(world: World) -> None:
    """In a stacking group the next rule has its turn once she has the badge."""
    first = Group(code="gifts", name=N, mode="first")
    publish(world, groups=(first,))
    world.buy(1_000_000)
    world.buy(1_000_000)
    live = live_program(world.club.id).program
    badge = rule(GiveBadge(badge="regular"), group="gifts", order=1)
    five = rule(Fixed(points=5), id="five", group="gifts", order=2)
    result = exact(world, live.model_copy(update={"rules": (*live.rules, badge, five)}))
    assert given(result, "badge", "badge")["draft_times"] == 1
    assert given(result, "badge", "badge")["real_times"] == 0
    assert result["rules"]["five"][3] == 1


def test_joining_visits_and_events(world: World) -> None:
    """Tiers follow from what happenings give, and an event raises another."""
    gold = Tier(code="gold", name=N, least=100, percent=300)
    publish(
        world,
        rule(Fixed(points=5), id="visit", on="visit", limits=(Limit(counts="times", most=1),)),
        rule(Fixed(points=90), id="one", on="event", what="one"),
        rule(RaiseEvent(event="two"), id="raise", on="event", what="one"),
        rule(Fixed(points=7), id="two", on="event", what="two"),
        tiers=(gold,),
    )
    world.enrol()
    world.buy(1_000_000)
    for days in (2, 1):
        at = now() - timedelta(days=days)
        record_visit(world.club, member=world.ref, branch="main", actor=world.owner, occurred_at=at)
    record_event(
        world.club, member=world.ref, name="one", actor=world.owner, key="k", data={"a": 1}
    )
    world.buy(1_000_000)
    result = exact(world)
    assert_equal(result)
    assert result["tables"]["kind"].keys() == {"joining", "visit", "event"}
    assert result["rules"]["tier:gold"][0] == 20
    assert line(result, "kind", "joining")["draft_points"] == 40
    none = live_program(world.club.id).program.model_copy(update={"rules": (BASE,)})
    less = exact(world, none)
    assert line(less, "all", "")["draft_points"] == 20
    assert line(less, "kind", "event")["real_points"] == 97
    assert less["outlook"]["points"]["draft"][0] < less["outlook"]["points"]["real"][0]


def test_a_profile_that_was_completed(world: World) -> None:
    publish(world, rule(Fixed(points=15), id="all", on="profile_completed"))
    new = world.enrol(name="سارا", branch_id=world.branch.id)
    told: dict[str, Any] = {"name": "سارا", "gender": "female", "actor": world.owner}
    for born in (None, date(1995, 3, 4)):
        change_profile(world.club, new.id, birth_date=born, **told)
    world.buy(1_000_000)
    result = exact(world)
    assert_equal(result)
    assert line(result, "kind", "profile_completed")["draft_points"] == 15
    assert line(result, "branch", str(world.branch.id))["draft_points"] == 10 + 20 + 15


def test_a_gift_for_joining_that_was_corrected_by_hand(world: World) -> None:
    transfer = world.line("join").transfer_id or 0
    reverse_transfer(world.club, transfer_id=transfer, reason="اشتباه", actor=world.owner)
    world.buy(1_000_000)
    result = exact(world)
    assert_equal(result)
    assert line(result, "all", "")["draft_back"] == 20


def test_challenges_and_what_breaks_them(world: World) -> None:
    milk, lamp = LineEntry(450_000, "milk"), LineEntry(800_000, "lamp")
    publish(
        world,
        rule(Fixed(points=100), id="more", on="challenge", what="three"),
        rule(Fixed(points=10), id="wide", on="challenge", what="kinds"),
        rule(RaiseEvent(event="two"), id="raise", on="challenge", what="three"),
        rule(Fixed(points=7), id="two", on="event", what="two"),
        challenges=(THREE, KINDS),
    )
    world.buy(1_000_000, purchased_at=now() - timedelta(days=9))
    both = world.buy(1_250_000, lines=(milk, lamp), purchased_at=now() - timedelta(days=8))
    third = world.buy(1_000_000)
    world.give_back(both.answer["purchase_id"], lines=((2, 1000, 800_000),))
    world.give_back(third.answer["purchase_id"])
    for _ in range(2):
        world.buy(1_000_000)
    result = exact(world)
    assert_equal(result)
    assert result["rules"]["more"][3] == 2 and result["rules"]["wide"][3] == 1
    assert line(result, "kind", "challenge")["draft_back"] == 110
    assert line(result, "kind", "event")["draft_back"] == 7
    today = world.club.local_date(now())
    assert_equal(exact(world, first=today))


def test_an_event_that_a_purchase_raised_goes_with_it(world: World) -> None:
    publish(
        world,
        rule(RaiseEvent(event="two"), id="raise"),
        rule(Fixed(points=7), id="two", on="event", what="two"),
        rule(RaiseEvent(event="one"), id="again", on="event", what="two"),
        rule(Fixed(points=3), id="one", on="event", what="one"),
    )
    world.buy(1_000_000)
    bought = world.buy(2_000_000).answer["purchase_id"]
    world.give_back(bought, amount=1_000_000)
    world.give_back(bought, amount=1_000_000)
    result = exact(world)
    assert_equal(result)
    assert line(result, "kind", "event")["draft_points"] == 20
    assert line(result, "kind", "event")["draft_back"] == 10


@pytest.mark.parametrize("per", ["day", "ever"])
def test_who_joined_and_left_a_household(world: World, per: str) -> None:
    """A limit of the household counts whoever uses its wallet at that moment."""
    limits = (Limit(scope="household", per=per, most=250),)
    base = BASE.model_copy(update={"limits": limits})
    live = live_program(world.club.id).program
    joining = [one for one in live.rules if one.on == "joining"]
    world.publish(
        Program(
            rules=(base, *joining),
            terms=live.terms,
            households=HouseholdTerms(is_on=True),
        )
    )
    other, third = world.enrol(), world.enrol()
    world.buy(10_000_000)
    made = make_household(world.club, head_id=world.member.id, actor=world.owner).answer
    house = made["household_id"]
    add_to_household(world.club, household_id=house, member_id=other.id, actor=world.owner)
    for member in (world.member, other, other, third):
        world.buy(10_000_000, member=("id", str(member.id)))
    remove_from_household(world.club, household_id=house, member_id=other.id, actor=world.owner)
    back = world.buy(10_000_000, member=("id", str(other.id)))
    merge_members(
        world.club, keep_id=world.member.id, gone_id=third.id, reason="یک نفر", actor=world.owner
    )
    world.buy(10_000_000)
    world.give_back(back.answer["purchase_id"])
    for member in (world.member, other):
        world.buy(10_000_000, member=("id", str(member.id)))
    result = exact(world)
    assert_equal(result)
    assert result["rules"]["base"][8] > 0


def test_what_is_not_asked_for_costs_nothing(world: World) -> None:
    """A slice is read by as many statements as before, however much the club could do."""
    publish(world)
    world.buy(1_000_000)
    live, today = live_program(world.club.id).program, world.club.local_date(now())
    bench = set_up(Question(world.club.id, live, live, today, today, now()))
    with CaptureQueriesContext(connection) as read:
        judge_slice(bench, 0, END)
    assert len(read) == 5
    judge = bench.judge()
    assert not judge.happenings.follow_purchases and not judge.before.is_asked


def test_a_percentage_counts_as_the_live_one_did(world: World) -> None:
    """Nothing but purchases: no line for anything else, and nothing is done."""
    publish(world, rule(Times(percent=200)))
    world.buy(1_000_000)
    result = exact(world)
    assert_equal(result)
    assert result["deeds"] == {} and result["tables"]["kind"].keys() == {"joining"}
