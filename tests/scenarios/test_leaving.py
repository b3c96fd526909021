"""A member leaves, or is forgotten: what she had, what stays, what nobody finds any more."""

from __future__ import annotations

from datetime import date
from secrets import randbelow
from typing import Any

import pytest
from django.db import connection

from tests.world import World, new_mobile
from vafa.club.actions.attributes import define_attribute
from vafa.club.actions.consents import set_consents
from vafa.club.actor import Actor
from vafa.club.models import Card, Household, Member
from vafa.commerce.models import Purchase
from vafa.core.db import fetch
from vafa.core.phones import mask_mobile
from vafa.engage.actions.messages import send_text
from vafa.engage.models import Message
from vafa.flows.erasing import erase_member
from vafa.flows.gifts import give_points
from vafa.flows.households import add_to_household, make_household
from vafa.flows.leaving import leave_club, what_is_lost
from vafa.flows.number_changes import change_own_number
from vafa.flows.profiles import change_profile
from vafa.flows.reservations import release_reservation
from vafa.flows.voucher_series import give_code
from vafa.insight.reads.personal_data import personal_data
from vafa.ledger.reads.balances import balances
from vafa.ledger.reads.totals import pool_totals
from vafa.program.models import Adjustment, Voucher
from vafa.program.rules.document import GiftTerms, HouseholdTerms

NAME = "زمردخت یگانه‌نشان"
EMAIL = "zomorrod@nowhere-else.example"
CITY = "خرمشهرِ نو"
WORDS = "برای تولد خواهرم مهرانگیز"


def herself(world: World) -> Actor:
    return Actor("member", world.member.id, world.record.id)


def leave(world: World, **fields: Any) -> Any:
    return leave_club(world.club, member_id=world.member.id, actor=herself(world), **fields)


def test_she_leaves_with_nothing_and_may_come_again(world: World) -> None:
    world.furnish()
    mobile = world.member.mobile
    give_code(world.club, series_id=world.series_id, member_id=world.member.id, actor=world.owner)
    set_consents(world.record.id, world.member.id, {"offers:sms": True}, by="staff:1", face="till")
    # While something is set aside for a bill, nothing ends.
    before = world.balance()
    assert leave(world).error.code == "something_set_aside"
    assert world.balance() == before
    released = release_reservation(
        world.club, reservation_id=world.reservation_id, actor=world.owner
    )
    assert released.error is None
    lost = what_is_lost(world.club, world.member, "en")
    assert lost.points > 0
    assert lost.vouchers == 2
    expired = pool_totals(world.club.points_unit_id).expired
    answer = leave(world).answer
    assert (answer["points"], answer["vouchers"]) == (lost.points, 2)
    assert world.balance()[:3] == (0, 0, 0)
    assert pool_totals(world.club.points_unit_id).expired == expired + lost.points
    gone = Member.objects.get(pk=world.member.id)
    assert (gone.is_active, gone.mobile, gone.former_mobile) == (False, None, mobile)
    assert gone.consents == []
    assert not Card.objects.filter(member=gone, is_active=True).exists()
    assert not Adjustment.objects.filter(member=gone, status="waiting").exists()
    assert world.line("leave").points == -lost.points
    # Once is enough, and nothing is bought on it any more.
    assert leave(world).error.code == "member_left"
    assert world.buy(1_000_000).error.code == "inactive_member"
    again = world.enrol(mobile=mobile)
    assert again.id != gone.id
    # What joining brings it brings once, however often she comes and goes.
    assert world.balance(again)[0] == 0
    assert world.balance(world.enrol())[0] == 20


def test_a_return_after_she_left_brings_nothing_back(world: World) -> None:
    bought = world.buy(30_000_000).answer["purchase_id"]
    assert leave(world).error is None
    assert world.give_back(bought, amount=30_000_000).status == "recorded"
    assert world.balance()[0] <= 0


def test_who_shares_an_account_leaves_it_to_the_others(world: World) -> None:
    world.change_program(households=HouseholdTerms(is_on=True))
    world.buy(30_000_000)
    holder = gather(world, world.enrol().id, world.member.id)
    unit = world.club.points_unit_id
    before = balances(unit, [holder])[holder]
    assert before[0] > 300
    assert what_is_lost(world.club, Member.objects.get(pk=world.member.id), "fa").points == 0
    assert leave(world).error is None
    assert balances(unit, [holder])[holder] == before


def test_the_head_of_others_stays_until_another_leads(world: World) -> None:
    world.change_program(households=HouseholdTerms(is_on=True))
    gather(world, world.member.id, world.enrol().id)
    assert leave(world).error.code == "leads_household"
    assert Member.objects.get(pk=world.member.id).is_active


def gather(world: World, head_id: int, other_id: int) -> int:
    """A household of the two; the number of its wallet."""
    made = make_household(world.club, head_id=head_id, actor=world.owner)
    number = made.answer["household_id"]
    added = add_to_household(world.club, household_id=number, member_id=other_id, actor=world.owner)
    assert added.error is None
    return Household.objects.get(pk=number).holder


@pytest.fixture
def known(world: World) -> World:
    """A member of whom there are traces everywhere."""
    world.change_program(gifts=GiftTerms(is_on=True))
    # Of a network of her own, so that nobody else's number looks like hers when it is masked.
    world.member = world.enrol(mobile=f"+98994{randbelow(10**7):07d}")
    define_attribute(world.record.id, key="shoe", kind="text", name="کفش")
    change_profile(
        world.club,
        world.member.id,
        name=NAME,
        gender="female",
        birth_date=date(1987, 6, 5),
        actor=world.owner,
        more={"email": EMAIL, "city": CITY},
        attributes={"shoe": CITY},
    )
    world.member.refresh_from_db()
    world.buy(30_000_000, payment="card", payment_card="6037991234567890")
    world.adjust(5, reason=f"برای {NAME}")
    friend = world.enrol()
    given = give_points(
        world.club,
        giver=world.ref,
        taker=("id", str(friend.id)),
        points=5,
        message=WORDS,
        actor=herself(world),
    )
    assert given.error is None
    send_text(
        world.club,
        world.member.mobile or "",
        f"{NAME} عزیز",
        "test",
        key=f"x:{world.member.mobile}",
        member_id=world.member.id,
    )
    world.redeem("voucher")
    return world


def places_of(text: str) -> list[str]:
    """The tables in any row of which a text stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
            " AND relnamespace = current_schema()::regnamespace ORDER BY relname"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(
                f'SELECT EXISTS (SELECT FROM "{table}" t WHERE strpos(t::text, %s) > 0)', [text]
            )
            found += [table] if cursor.fetchone()[0] else []
    return found


def test_of_who_is_forgotten_nothing_is_found_anywhere(known: World) -> None:
    mobile = known.member.mobile or ""
    card = Card.objects.get(member=known.member).number
    traces = [
        NAME,
        mobile,
        mobile.removeprefix("+98"),
        EMAIL,
        CITY,
        card,
        WORDS,
        mask_mobile(mobile),
    ]
    assert {"club_member", "club_audit", "engage_message", "program_adjustment"} <= {
        table for trace in traces for table in places_of(trace)
    }
    bought = Purchase.objects.get(member_id=known.member.id)
    assert bought.payment_card
    left = erase_member(
        known.club, member_id=known.member.id, reason="به درخواست خودش", actor=known.owner
    )
    assert left.error is None
    assert {trace: places_of(trace) for trace in traces} == {trace: [] for trace in traces}
    rows = fetch(
        "SELECT count(*) FROM program_decision WHERE member_id = %s"
        " AND (inputs::text LIKE '%%1987%%' OR inputs ? 'gender')",
        [known.member.id],
    )
    assert rows[0][0] == 0
    # What was bought is still counted, as a figure of nobody.
    kept = Purchase.objects.get(pk=bought.pk)
    assert (kept.total, kept.payment_card) == (bought.total, "")
    assert known.balance()[:3] == (0, 0, 0)
    again = erase_member(known.club, member_id=known.member.id, reason="باز", actor=known.owner)
    assert again.error.code == "member_left"
    assert known.enrol(mobile=mobile).name == ""


def test_nobody_is_forgotten_without_a_reason(known: World) -> None:
    refused = erase_member(known.club, member_id=known.member.id, reason=" ", actor=known.owner)
    assert refused.error.code == "reason_missing"
    assert Member.objects.get(pk=known.member.id).name == NAME
    assert Voucher.objects.filter(member=known.member, uses__isnull=True).exists()


def test_of_another_club_nobody_is_forgotten(world: World, other_world: World) -> None:
    refused = erase_member(
        world.club, member_id=other_world.member.id, reason="x", actor=world.owner
    )
    assert refused.error.code == "unknown_member"
    assert Member.objects.get(pk=other_world.member.id).name


def test_a_number_that_was_handed_on_is_another_persons_by_now(world: World) -> None:
    """Who has her old number keeps her messages, and finds none of hers among them."""
    old, new = str(world.member.mobile), new_mobile()
    send_text(world.club, old, "به نام اولی", "expiry", member_id=world.member.id)
    change_own_number(world.club, member_id=world.member.id, mobile=new, actor=herself(world))
    second = world.enrol(mobile=old)
    send_text(world.club, old, "به نام دومی", "expiry", member_id=second.id)

    def said(member: Member) -> str:
        tables = personal_data(world.club, Member.objects.get(pk=member.pk), "fa")
        return str([row for table in tables if table.code == "messages" for row in table.rows])

    assert "به نام دومی" in said(second) and "به نام اولی" not in said(second)
    assert "به نام اولی" in said(world.member) and "به نام دومی" not in said(world.member)
    erased = erase_member(world.club, member_id=world.member.id, reason="خواست", actor=world.owner)
    assert erased.error is None
    assert "به نام دومی" in said(second)
    kept = Message.objects.filter(club=world.record, member=second)
    assert {one.recipient for one in kept} == {old}
    assert not Message.objects.filter(club=world.record, text__contains="اولی").exists()
