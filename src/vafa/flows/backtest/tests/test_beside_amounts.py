"""What rules do beside giving points for purchases: the live programme does again what it did."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import draws
from tests.world import World
from vafa.club.actions.attributes import define_attribute
from vafa.club.models import Member
from vafa.core.clock import now
from vafa.core.jalali import from_jalali, to_jalali
from vafa.flows.backtest.people import END
from vafa.flows.backtest.question import Question
from vafa.flows.backtest.slices import judge_slice, set_up
from vafa.flows.backtest.tests.telling import assert_equal, exact, line
from vafa.flows.entries import LineEntry
from vafa.flows.happening_days import follow_the_clock
from vafa.flows.households import add_to_household, make_household, remove_from_household
from vafa.flows.member_events import record_event, record_visit
from vafa.flows.merging import merge_members
from vafa.flows.profiles import change_profile
from vafa.flows.reversals import reverse_transfer
from vafa.flows.voucher_series import cancel_series, make_series
from vafa.program.models import HappeningMark, Occasion, VoucherSeries
from vafa.program.reads.revisions import live_program
from vafa.program.rules.backtest import DEED_COLUMNS, deed_name
from vafa.program.rules.deeds import (
    BadgeKind,
    Chances,
    GiveBadge,
    GiveVoucher,
    RaiseEvent,
    Say,
    SetAttribute,
    Words,
)
from vafa.program.rules.document import Challenge, EventKind, HouseholdTerms, Program, Tier
from vafa.program.rules.limits import Limit
from vafa.program.rules.moments import Schedule
from vafa.program.rules.recipes import per_amount
from vafa.program.rules.rule import Between, Effect, Fixed, Group, OneOf, Rule, Text, Times

N = Text(fa="آزمایشی", en="Trial")
BASE = per_amount("base", N, 1, 100_000)
REGULAR = BadgeKind(code="regular", name=N)
EVENTS = (EventKind(code="one", name=N), EventKind(code="two", name=N))
THREE = Challenge(code="three", name=N, count=3, days=30)
KINDS = Challenge(code="kinds", name=N, kind="categories", count=2, days=30)


def rule(gives: Effect, **fields: Any) -> Rule:
    return Rule(**{"id": gives.kind, "name": N, "gives": gives, **fields})


def given(result: dict[str, Any], rule_id: str, kind: str, month: str = "") -> dict[str, int]:
    """What a rule did, in a month or ("") altogether."""
    return dict(zip(DEED_COLUMNS, result["deeds"][deed_name(rule_id, kind, month)], strict=True))


def publish(world: World, *rules: Rule, **fields: Any) -> None:
    """What joining brought to the member of the world it goes on to bring."""
    live = live_program(world.club.id).program
    joining = [rule for rule in live.rules if rule.id == "welcome"]
    values = {"badges": (REGULAR,), "events": EVENTS, "terms": live.terms, **fields}
    world.publish(Program(rules=(BASE, *joining, *rules), **values))


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


def test_birthdays_anniversaries_and_schedules(world: World) -> None:
    """What the club's clock brought, the draft's brings; another hour brings something else."""
    club = world.club
    midnight = club.day_start(club.local_date(now()))
    year, month, day = to_jalali(club.local_date(midnight))
    born = from_jalali(year - 30, month, min(day, 29))
    began = midnight - timedelta(days=5)
    women = (OneOf(fact="gender", values=("female",)),)
    with time_machine.travel(began, tick=True):
        publish(
            world,
            rule(Fixed(points=50), id="birth", on="birthday", conditions=women),
            rule(Fixed(points=30), id="year", on="anniversary", years=(1,)),
            rule(Fixed(points=1), id="daily", on="schedule", schedule=_daily()),
            rule(Fixed(points=7), id="soon", on="member_date", what="wedding_date", shift=-1),
            tiers=(Tier(code="all", name=N, least=0, birthday=Fixed(points=11)),),
        )
    tomorrow = to_jalali(club.local_date(midnight + timedelta(days=1)))
    wed = from_jalali(tomorrow[0] - 5, tomorrow[1], min(tomorrow[2], 29))
    hers: dict[str, Any] = {"birth_date": born, "gender": "female", "wedding_date": wed}
    one, same = (world.enrol(joined_at=midnight - timedelta(days=40), **hers) for _ in range(2))
    old = world.enrol(joined_at=_a_year_before(midnight, world))
    _reached(world, midnight - timedelta(days=3))
    follow_the_clock(club, at=now())
    merge_members(club, keep_id=one.id, gone_id=same.id, reason="یک نفر", actor=world.owner)
    world.buy(1_000_000)
    result = exact(world, first=club.local_date(midnight - timedelta(days=2)))
    assert_equal(result)
    assert line(result, "kind", "birthday")["draft_points"] == 122 * (day <= 29)
    assert line(result, "kind", "member_date")["draft_points"] == 14 * (tomorrow[2] <= 29)
    assert line(result, "kind", "anniversary")["draft_points"] == 30
    assert line(result, "kind", "schedule")["draft_points"] > 0
    assert Member.objects.get(pk=old.pk).is_active
    live = live_program(world.club.id).program
    later = tuple(
        one.model_copy(update={"schedule": Schedule(every="month", day=31, hour=3)})
        if one.on == "schedule"
        else one
        for one in live.rules
    )
    changed = exact(
        world,
        live.model_copy(update={"rules": later}),
        first=club.local_date(midnight - timedelta(days=2)),
    )
    assert line(changed, "kind", "schedule")["draft_points"] in (0, 2)


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


def test_an_occasion_is_for_who_is_meant(world: World) -> None:
    """With a limit that all share, and an attribute that a rule writes down."""
    club, today = world.club, world.club.local_date(now())
    year, month, day = to_jalali(today)
    fields = {"name": "روز ما", "calendar": "jalali", "month": month, "day": day}
    Occasion.objects.create(club=world.record, code="our-day", **fields)
    define_attribute(world.record.id, key="guest", kind="text", name="مهمان")
    began = club.day_start(today) - timedelta(days=2)
    women = (OneOf(fact="gender", values=("female",)),)
    two = (Limit(scope="total", counts="times", most=2),)
    with time_machine.travel(began, tick=True):
        publish(
            world,
            rule(
                Fixed(points=9),
                id="day",
                on="occasion",
                what="our-day",
                conditions=women,
                limits=two,
            ),
            rule(SetAttribute(key="guest", value=str(year)), on="occasion", what="our-day"),
        )
    for gender in ("female", "male", "female", "female"):
        world.enrol(gender=gender, joined_at=began)
    _reached(world, began)
    follow_the_clock(club, at=now())
    world.buy(1_000_000)
    result = exact(world, first=today)
    assert_equal(result)
    assert line(result, "kind", "occasion")["draft_points"] == 18
    assert given(result, "attribute", "attribute")["draft_members"] >= 4
    assert any(name.startswith("r:day|total|") for name in result["full"])


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


def _daily() -> Schedule:
    return Schedule(every="day", hour=0)


def _a_year_before(moment: datetime, world: World) -> datetime:
    year, month, day = to_jalali(world.club.local_date(moment))
    return world.club.day_start(from_jalali(year - 1, month, min(day, 29)))


def _reached(world: World, at: datetime) -> None:
    HappeningMark.objects.update_or_create(club=world.record, defaults={"reached_at": at})
