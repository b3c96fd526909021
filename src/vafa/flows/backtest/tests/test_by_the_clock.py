"""What a club's clock brings: a back-test brings it on the same days, to the same members."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import time_machine

from tests.world import World
from vafa.club.actions.attributes import define_attribute
from vafa.club.models import Member
from vafa.core.clock import now
from vafa.core.jalali import from_jalali, to_jalali
from vafa.flows.backtest.tests.programs import N, given, publish, rule
from vafa.flows.backtest.tests.telling import assert_equal, exact, line
from vafa.flows.happening_days import follow_the_clock
from vafa.flows.merging import merge_members
from vafa.program.models import HappeningMark, Occasion
from vafa.program.reads.revisions import live_program
from vafa.program.rules.deeds import (
    SetAttribute,
)
from vafa.program.rules.document import Tier
from vafa.program.rules.limits import Limit
from vafa.program.rules.moments import Schedule
from vafa.program.rules.rule import Fixed, OneOf


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


def _daily() -> Schedule:
    return Schedule(every="day", hour=0)


def _a_year_before(moment: datetime, world: World) -> datetime:
    year, month, day = to_jalali(world.club.local_date(moment))
    return world.club.day_start(from_jalali(year - 1, month, min(day, 29)))


def _reached(world: World, at: datetime) -> None:
    HappeningMark.objects.update_or_create(club=world.record, defaults={"reached_at": at})
