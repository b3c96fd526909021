"""Stories of birthdays, anniversaries, occasions and schedules: by the club's clock, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tests.world import World
from vafa.club.actions.attributes import define_attribute, set_attributes
from vafa.club.actions.members import NewMember
from vafa.club.models import Member
from vafa.core.clock import now
from vafa.core.day_numbers import number_of_day
from vafa.core.jalali import add_months, days_in_month, from_jalali, to_jalali
from vafa.flows.enrolment import enrol_members
from vafa.flows.entries import Outcome
from vafa.flows.happening_days import follow_the_clock
from vafa.flows.member_events import record_event, record_visit
from vafa.flows.merging import merge_members
from vafa.flows.profiles import change_profile
from vafa.program.actions.occasions import OccasionFields, change_occasion
from vafa.program.models import Happening, HappeningMark, Occasion
from vafa.program.reads.revisions import live_program
from vafa.program.rules.calendar_days import same_days
from vafa.program.rules.conditions import OneOf
from vafa.program.rules.document import EventKind
from vafa.program.rules.explain import explain_parts
from vafa.program.rules.limits import Limit
from vafa.program.rules.moments import Schedule
from vafa.program.rules.occasions import OccasionDay, next_occasion
from vafa.program.rules.rule import Fixed, Rule, Text


def _rule(on: str, points: int = 50, **more: Any) -> Rule:
    rule_id = more.pop("id", f"{on}-rule".replace("_", "-"))
    return Rule(id=rule_id, name=Text(fa=on, en=on), on=on, gives=Fixed(points=points), **more)


def _promise(world: World, *rules: Rule) -> None:
    world.change_program(rules=rules)


def _reached(world: World, at: datetime) -> None:
    HappeningMark.objects.update_or_create(club=world.record, defaults={"reached_at": at})


def _kinds(world: World, member: Member | None = None) -> list[tuple[str, str]]:
    rows = Happening.objects.filter(member=member or world.member).order_by("id")
    return list(rows.values_list("kind", "occurrence"))


def test_a_birthday_comes_at_the_clubs_midnight_and_once(world: World) -> None:
    _promise(world, _rule("birthday"))
    midnight = _midnight(world, days=40)
    year, month, day = to_jalali(world.club.local_date(midnight))
    born = from_jalali(year - 30, month, min(day, 29))
    Member.objects.filter(pk=world.member.id).update(birth_date=born)
    midnight = world.club.day_start(from_jalali(year, month, min(day, 29)))
    before = world.balance().available
    _reached(world, midnight - timedelta(hours=20))
    assert follow_the_clock(world.club, at=midnight - timedelta(seconds=1)) == 0
    assert follow_the_clock(world.club, at=midnight) == 1
    # Even where the mark of what was done is lost.
    HappeningMark.objects.filter(club=world.record).update(reached_at=midnight - timedelta(days=9))
    assert follow_the_clock(world.club, at=midnight + timedelta(days=9)) == 0
    assert world.balance().available - before == 50
    assert _kinds(world) == [("birthday", str(year))]
    world.verify()


@pytest.mark.parametrize(("day", "month"), [(30, 12), (29, 12), (31, 6)])
def test_who_was_born_on_a_day_that_the_year_lacks_has_it_on_the_last(day: int, month: int) -> None:
    born = from_jalali(1375 if day == 30 else 1370, month, day)
    for year in range(1404, 1412):
        length = days_in_month(year, month, "jalali")
        days = [from_jalali(year, month, d) for d in range(25, length + 1)]
        hers = [d for d in days if any(born in same for same in same_days(d, "jalali").values())]
        assert hers == [from_jalali(year, month, min(day, length))]


def test_an_anniversary_is_of_the_year_that_the_rule_names(world: World) -> None:
    club = world.club
    _promise(
        world,
        _rule("anniversary", 10, id="each"),
        _rule("anniversary", 100, id="second", years=(2,)),
    )
    midnight = _midnight(world, days=3)
    day = club.local_date(midnight)
    first = world.enrol(joined_at=club.day_start(add_months(day, -12, "jalali")))
    latest = club.day_end(add_months(day, -24, "jalali")) - timedelta(seconds=1)
    second = world.enrol(joined_at=latest)
    _reached(world, midnight - timedelta(minutes=1))
    assert follow_the_clock(club, at=midnight) == 2
    assert (world.balance(first).available, world.balance(second).available) == (10, 110)
    assert "year 2" in " ".join(_reasons(world, second))
    world.verify()


def test_an_occasion_is_for_everybody_whom_its_rule_means(world: World) -> None:
    club = world.club
    mothers = Occasion.objects.get(club=world.record, code="mothers-day")
    comes = next_occasion(OccasionDay("hijri", 6, 20), club.local_date(now()) + timedelta(days=40))
    announced = comes.day - timedelta(days=1)
    typed = OccasionFields("روز مادر", "Mother's Day", "hijri", 6, 20, (announced,))
    change_occasion(mothers, typed, by=world.owner.label)
    women = OneOf(fact="gender", values=("female",))
    _promise(world, _rule("occasion", 30, what="mothers-day", conditions=(women,)))
    Member.objects.filter(pk=world.member.id).update(gender="female")
    other = world.enrol(gender="male")
    day = club.day_start(announced)
    _reached(world, day - timedelta(days=2))
    assert follow_the_clock(club, at=day + timedelta(hours=5)) == 1
    assert _kinds(world) == [("occasion", f"mothers-day:{comes.year}")]
    assert _kinds(world, other) == []
    # The computed day, of which the announced one has taken the place, brings nothing more.
    assert follow_the_clock(club, at=day + timedelta(days=3)) == 0
    assert world.line("happening").points == 30
    world.verify()


def test_a_schedule_keeps_its_hour_and_catches_up_for_thirty_days(world: World) -> None:
    club = world.club
    _promise(world, _rule("schedule", 1, schedule=Schedule(every="day", hour=18)))
    six = _midnight(world, days=2) + timedelta(hours=18)
    _reached(world, six - timedelta(hours=2))
    assert follow_the_clock(club, at=six - timedelta(minutes=1)) == 0
    assert follow_the_clock(club, at=six) == 1
    # The worker was away for 40 days: what is older than 30 is left alone.
    assert follow_the_clock(club, at=six + timedelta(days=40)) == 30
    assert follow_the_clock(club, at=six + timedelta(days=40)) == 0
    world.verify()


def test_a_schedule_is_for_a_tier_and_within_its_limit(world: World) -> None:
    silver = OneOf(fact="tier", values=("silver",))
    twice = Limit(counts="times", most=2)
    weekly = Schedule(every="week", day=0, hour=9)
    rule = _rule("schedule", 5, schedule=weekly, conditions=(silver,), limits=(twice,))
    program = live_program(world.record.id).program
    world.change_program(rules=(*program.rules, rule))
    other = world.enrol()
    world.buy(60_000_000)
    _reached(world, now())
    assert follow_the_clock(world.club, at=now() + timedelta(days=29)) == 2
    assert len(_kinds(world)) == 2 and _kinds(world, other) == []
    world.verify()


def test_what_was_published_later_does_not_reach_back(world: World) -> None:
    _promise(world, _rule("schedule", 1, schedule=Schedule(every="day", hour=9)))
    _reached(world, now() - timedelta(days=10))
    assert follow_the_clock(world.club) == 0


def _midnight(world: World, *, days: int) -> datetime:
    return world.club.day_start(world.club.local_date(now()) + timedelta(days=days))


def _reasons(world: World, member: Member) -> list[str]:
    row = world.line("happening", member)
    return explain_parts(live_program(world.record.id).program, row.parts, "toman", "en")


def test_who_completes_her_profile_is_thanked_once(world: World) -> None:
    _promise(world, _rule("profile_completed", 25))
    before = world.balance().available
    told = {"name": "مریم", "gender": "female", "birth_date": world.member.birth_date}
    change = {"actor": world.owner, **told}
    assert change_profile(world.club, world.member.id, **change) == 25
    assert change_profile(world.club, world.member.id, **{**change, "gender": ""}) == 0
    assert change_profile(world.club, world.member.id, **change) == 0
    assert world.balance().available == before + 25
    # Who tells all of it when she joins gets it then.
    assert world.balance(world.enrol(**told)).available == 25
    assert world.balance(world.enrol(name="نیمه‌کاره")).available == 0
    world.verify()


def test_a_visit_counts_once_a_day_and_an_event_once_by_its_reference(world: World) -> None:
    events = (EventKind(code="booked", name=Text(fa="رزرو")),)
    rules = (_rule("visit", 3), _rule("event", 7, what="booked"))
    world.change_program(rules=rules, events=events)
    before = world.balance().available
    here = {"member": world.ref, "branch": "main", "actor": world.owner}
    assert record_visit(world.club, **here).answer["points"] == 3
    again = record_visit(world.club, **here, occurred_at=now()).answer
    assert (again["is_new"], again["points"]) == (False, 0)
    yesterday = now() - timedelta(days=1)
    assert record_visit(world.club, **here, occurred_at=yesterday).answer["points"] == 3
    cashier = world.actor("cashier")
    elsewhere = record_visit(world.club, **{**here, "actor": cashier, "branch": "second"})
    assert elsewhere.error is not None and elsewhere.error.code == "unknown_branch"

    def book(key: str, reference: str = "", name: str = "booked") -> Outcome:
        return record_event(
            world.club,
            member=world.ref,
            name=name,
            reference=reference,
            data={"room": 7},
            actor=world.owner,
            key=key,
        )

    assert book("a", "booking-1").answer["points"] == 7
    assert book("a", "booking-1").status == "repeated"
    assert book("b", "booking-1").answer == {**again, "decision_id": None}
    assert book("c").answer["points"] == 7 == book("d").answer["points"]
    unknown = book("e", name="flown")
    assert unknown.error is not None and unknown.error.code == "unknown_event"
    assert world.balance().available == before + 27
    world.verify()


@pytest.mark.race
def test_a_visit_that_is_reported_by_many_at_once_counts_once(world: World) -> None:
    _promise(world, _rule("visit", 3))
    before = world.balance().available

    def come(_: int) -> bool:
        try:
            outcome = record_visit(world.club, member=world.ref, branch="main", actor=world.owner)
            return bool(outcome.answer["is_new"])
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(come, range(8))) == 1
    assert world.balance().available == before + 3


@pytest.mark.race
def test_a_date_of_hers_that_several_workers_meet_at_once_pays_once(world: World) -> None:
    club, day = world.club, world.club.local_date(now()) + timedelta(days=5)
    _promise(world, _rule("member_date", 20, what="wedding_date", shift=-2))
    wed = add_months(day, -36, "jalali")
    hers = [world.enrol(wedding_date=wed) for _ in range(5)]
    midnight = club.day_start(day - timedelta(days=2))
    _reached(world, midnight - timedelta(hours=1))

    def work(_: int) -> int:
        try:
            return follow_the_clock(club, at=midnight)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 5
    assert [world.balance(one).available for one in hers] == [20] * 5
    world.verify()


def test_a_member_who_became_another_has_no_second_birthday(world: World) -> None:
    club = world.club
    _promise(world, _rule("schedule", 1, schedule=Schedule(every="day", hour=18)))
    six = _midnight(world, days=1) + timedelta(hours=18)
    _reached(world, six - timedelta(hours=1))
    twin = world.enrol()
    assert follow_the_clock(club, at=six) == 2
    merge_members(
        club, keep_id=world.member.id, gone_id=twin.id, reason="یکی‌اند", actor=world.owner
    )
    HappeningMark.objects.filter(club=world.record).update(reached_at=six - timedelta(hours=1))
    assert follow_the_clock(club, at=six) == 0
    world.verify()


def test_a_date_of_hers_brings_its_gift_around_the_day_and_once_a_year(world: World) -> None:
    club = world.club
    define_attribute(
        club.id, key="opened", kind="date", name="افتتاح فروشگاه", name_en="Opening day"
    )
    before = _rule("member_date", 20, id="soon", what="attribute:opened", shift=-3)
    tenth = _rule("member_date", 100, id="tenth", what="wedding_date", years=(10,))
    _promise(world, before, tenth)
    day = club.local_date(now()) + timedelta(days=40)
    year, month, dom = to_jalali(day)
    dom = min(dom, 29)
    ago = [from_jalali(year - years, month, dom) for years in range(12)]
    hers = world.enrol(wedding_date=ago[10], attributes={"opened": number_of_day(ago[4])})
    # Nine years, and a day that has not come yet for the first time: no returns of the rule's.
    other = world.enrol(wedding_date=ago[9], attributes={"opened": number_of_day(ago[0])})
    three = club.day_start(ago[0] - timedelta(days=3))
    _reached(world, three - timedelta(hours=1))
    assert follow_the_clock(club, at=three) == 1
    assert follow_the_clock(club, at=three + timedelta(days=3)) == 1
    assert _kinds(world, hers) == [
        ("member_date", f"soon:{year}"),
        ("member_date", f"tenth:{year}"),
    ]
    assert world.balance(hers).available == 120 and world.balance(other).available == 0
    assert "year 10" in " ".join(_reasons(world, hers))
    # The day moves, into the next year as well; and the rule looks at another distance from it.
    for later in (10, 25, 200):
        moved = day + timedelta(days=later)
        typed = {"opened": add_months(moved, -24, "jalali").isoformat()}
        set_attributes(club.id, hers.id, typed, by="test")
        _reached(world, club.day_start(moved - timedelta(days=4)))
        assert follow_the_clock(club, at=club.day_start(moved)) == 0
    _promise(world, before.model_copy(update={"shift": 0}))
    set_attributes(club.id, hers.id, {"opened": ago[4].isoformat()}, by="test")
    HappeningMark.objects.filter(club=world.record).update(reached_at=three - timedelta(days=1))
    assert follow_the_clock(club, at=three + timedelta(days=9)) == 0
    assert world.balance(hers).available == 120
    # A year later it is due again, whatever the worker missed.
    next_year = club.day_start(from_jalali(year + 1, month, dom))
    _reached(world, next_year - timedelta(days=1))
    assert follow_the_clock(club, at=next_year + timedelta(days=2)) == 2
    assert world.balance(hers).available == 140 and world.balance(other).available == 20
    world.verify()


def test_many_members_are_met_page_by_page(world: World) -> None:
    _promise(world, _rule("schedule", 2, schedule=Schedule(every="day", hour=18)))
    people = [NewMember(mobile=f"+98935{n:07d}") for n in range(1_100)]
    enrol_members(world.club, people, actor=world.owner)
    six = _midnight(world, days=1) + timedelta(hours=18)
    _reached(world, six - timedelta(hours=1))
    assert follow_the_clock(world.club, at=six) == 1_101
    assert Happening.objects.filter(club=world.record, kind="schedule").count() == 1_101
    world.verify()
