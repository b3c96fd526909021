"""The birthday gift of a tier: by the clock, once a year, for who is in it on her birthday."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from tests.world import World
from vafa.club.models import Member
from vafa.core.clock import now
from vafa.core.jalali import from_jalali, to_jalali
from vafa.flows.happening_days import follow_the_clock
from vafa.flows.voucher_series import cancel_series, make_series
from vafa.program.actions.checking import refuse_impossible
from vafa.program.actions.program_files import bring_program, program_file
from vafa.program.errors import RuleNeverFires
from vafa.program.models import HappeningMark, Voucher, VoucherSeries
from vafa.program.reads.revisions import live_program
from vafa.program.reads.standing import standing
from vafa.program.rules.deeds import GiveVoucher
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.explain import explain_parts
from vafa.program.rules.portable import UnknownInFile
from vafa.program.rules.rule import Fixed, Rule, Text
from vafa.program.rules.tier_terms import BirthdayGift

N = Text(fa="تولد", en="Birthday")


def tiers(base: BirthdayGift | None, gold: BirthdayGift | None) -> tuple[Tier, ...]:
    return (
        Tier(code="base", name=Text(fa="پایه", en="Base"), least=0, birthday=base),
        Tier(code="gold", name=Text(fa="طلایی", en="Gold"), least=500, birthday=gold),
    )


def give(world: World, base: BirthdayGift | None, gold: BirthdayGift | None) -> None:
    world.change_program(tiers=tiers(base, gold))


def birthday(world: World) -> date:
    """A day to come on which somebody was born thirty years before."""
    day = world.club.local_date(now()) + timedelta(days=1)
    while to_jalali(day)[2] > 29:  # not every year has it
        day += timedelta(days=1)
    return day


def birth_date(world: World) -> date:
    year, month, day = to_jalali(birthday(world))
    return from_jalali(year - 30, month, day)


def await_birthday(world: World) -> datetime:
    """Hers is soon, and the clock has not come to it; its midnight."""
    Member.objects.filter(pk=world.member.id).update(birth_date=birth_date(world))
    midnight = world.club.day_start(birthday(world))
    HappeningMark.objects.update_or_create(
        club=world.record, defaults={"reached_at": midnight - timedelta(minutes=1)}
    )
    return midnight


def codes_of(world: World) -> VoucherSeries:
    fields: Any = {"value": 100_000, "expires_at": now() + timedelta(days=30)}
    return make_series(world.club, world.owner, name="تولد", kind="voucher", count=1, **fields)


def said(world: World, lang: str) -> list[str]:
    program = live_program(world.club.id).program
    return explain_parts(program, world.line("happening").parts, "toman", lang)


def test_points_come_once_at_midnight_and_are_explained(world: World) -> None:
    give(world, Fixed(points=40), Fixed(points=400))
    before, midnight = world.balance().available, await_birthday(world)
    assert follow_the_clock(world.club, at=midnight) == 1
    HappeningMark.objects.filter(club=world.record).update(reached_at=midnight - timedelta(days=1))
    assert follow_the_clock(world.club, at=midnight + timedelta(days=2)) == 0
    assert world.balance().available - before == 40
    assert said(world, "fa") == ["۴۰ امتیاز: هدیهٔ تولد سطح پایه"]
    assert said(world, "en") == ["40 for birthday gift of the Base tier"]
    world.verify()


def test_the_tier_on_her_birthday_counts(world: World) -> None:
    give(world, None, Fixed(points=50_000, unit="credit"))
    midnight = await_birthday(world)
    other = world.enrol(birth_date=birth_date(world))
    world.buy(100_000_000)
    assert follow_the_clock(world.club, at=midnight) == 1
    credit = {m.id: standing(world.club, m.id).credit for m in (world.member, other)}
    assert credit == {world.member.id: 50_000, other.id: 0}
    world.verify()


def test_it_comes_beside_what_rules_give_on_a_birthday(world: World) -> None:
    rule = Rule(id="b", name=N, on="birthday", gives=Fixed(points=7))
    world.change_program(tiers=tiers(Fixed(points=40), None), rules=(rule,))
    before, midnight = world.balance().available, await_birthday(world)
    assert follow_the_clock(world.club, at=midnight) == 1
    assert world.balance().available - before == 47
    world.verify()


def test_a_voucher_is_hers_alone_and_ends_with_its_series(world: World) -> None:
    series = codes_of(world)
    give(world, GiveVoucher(series=series.pk), None)
    assert follow_the_clock(world.club, at=await_birthday(world)) == 1
    code = Voucher.objects.get(series=series, decision__isnull=False)
    assert code.member_id == world.member.id
    assert said(world, "en") == ["a voucher: birthday gift of the Base tier"]
    world.verify()
    cancel_series(world.club, series.pk, world.owner)
    other = world.enrol(birth_date=birth_date(world))
    assert follow_the_clock(world.club, at=await_birthday(world)) == 0
    assert not Voucher.objects.filter(member=other).exists()


def test_it_travels_by_name_and_must_be_there(world: World, other_world: World) -> None:
    mine, theirs = codes_of(world), codes_of(other_world)
    give(world, None, GiveVoucher(series=mine.pk))
    content = program_file(world.club, live_program(world.club.id).program)
    by = other_world.owner.label
    read = bring_program(other_world.club, content, by=by).program.tier("gold")
    assert read is not None and read.birthday == GiveVoucher(series=theirs.pk)
    with pytest.raises(UnknownInFile) as unknown:
        bring_program(other_world.club, content.replace("تولد".encode(), b"other"), by=by)
    assert "سطح «gold»" in unknown.value.message("fa")


def test_what_cannot_be_given_is_told_when_it_is_saved(world: World) -> None:
    lacking = Program(tiers=tiers(None, GiveVoucher(series=10**9)))
    with pytest.raises(RuleNeverFires) as error:
        refuse_impossible(world.club, lacking)
    assert "هدیهٔ تولد سطح طلایی" in error.value.message("fa")
    with pytest.raises(ValidationError):
        Tier(code="x", name=N, least=0, birthday=Fixed(points=1, unit="tier"))
