"""A club that asks for a fee: what is paid, what an unpaid one means, and who is reminded."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.club.actions.fees import save_fee
from vafa.club.models import Audit, Member
from vafa.club.reads.context import forget_contexts
from vafa.club.rules.fees import Fee
from vafa.commerce.models import Order, Purchase
from vafa.core.clock import now
from vafa.core.errors import InvalidInput
from vafa.core.jalali import add_months, format_date
from vafa.engage.actions.fee_reminders import remind_of_fees
from vafa.engage.models import Message
from vafa.flows.fees import LaterFee, NoFee, give_back_fee, last_paid_fee, pay_fee
from vafa.flows.merging import merge_members


def ask_for(world: World, **terms: int) -> None:
    save_fee(world.record.id, Fee(**{"amount": 1_000_000, **terms}), by=world.owner.label)
    forget_contexts()


def paid_until(world: World) -> object:
    return Member.objects.get(pk=world.member.id).fee_until


def pay(world: World, key: str = "k1") -> object:
    outcome = pay_fee(
        world.club, world.owner, world.member.id, branch_id=world.branch.id, payment="cash", key=key
    )
    return outcome.answer or outcome.error


def test_a_free_club_takes_no_fee(world: World) -> None:
    assert isinstance(pay(world), NoFee)
    assert world.buy(10_000_000).answer["points"] == 100
    with pytest.raises(InvalidInput):
        ask_for(world, months=0)


def test_an_unpaid_fee_pauses_earning_and_what_she_has_can_be_spent(world: World) -> None:
    assert world.buy(10_000_000).answer["points"] == 100
    ask_for(world)
    paused = world.buy(10_000_000)
    assert (paused.status, paused.answer["points"]) == ("recorded", 0)
    assert world.redeem("voucher").status == "recorded", "what she has is hers"
    today = world.club.local_date(now())
    until = add_months(today, 12, "jalali")
    assert pay(world)["fee_until"] == until.isoformat()  # type: ignore[index]
    assert world.buy(10_000_000).answer["points"] == 100
    world.verify()


def test_a_fee_is_paid_once_for_a_key_and_the_next_goes_on_where_it_ends(world: World) -> None:
    ask_for(world, months=1)
    today = world.club.local_date(now())
    first, again = pay(world), pay(world)
    assert first == again
    assert Order.objects.filter(club=world.record, kind="fee").count() == 1
    pay(world, "k2")
    assert paid_until(world) == add_months(add_months(today, 1, "jalali"), 1, "jalali")
    order = Order.objects.filter(club=world.record).earliest("id")
    assert (order.state, order.total, order.covers_from) == ("closed", 1_000_000, today)
    said = format_date(add_months(today, 1, "jalali"), "fa", "long")
    assert said in world.client("owner").get(reverse("panel:audit")).content.decode()
    assert not Purchase.objects.filter(club=world.record).exists(), "a fee is no sale"
    world.verify()


def test_beginning_and_end_have_their_days(world: World) -> None:
    ask_for(world, first_free_days=30, grace_days=10, months=1)
    assert world.buy(10_000_000).answer["points"] == 100, "free at first"
    pay(world)
    until = Member.objects.get(pk=world.member.id).fee_until
    assert until is not None
    end = world.club.day_start(until) + timedelta(hours=12)
    with time_machine.travel(end + timedelta(days=9), tick=False):
        assert world.buy(10_000_000).answer["points"] == 100, "in the days of grace"
    with time_machine.travel(end + timedelta(days=10), tick=False):
        assert world.buy(10_000_000).answer["points"] == 0
    world.verify()


def test_she_is_reminded_once_and_the_till_takes_what_she_owes(world: World) -> None:
    ask_for(world, months=1, remind_days=14)
    pay(world)
    assert remind_of_fees(world.club) == 0, "too early"
    soon = now() + timedelta(days=20)
    assert remind_of_fees(world.club, at=soon) == 1
    assert remind_of_fees(world.club, at=soon) == 0
    [told] = Message.objects.filter(club=world.record, kind="fee")
    assert "عضویت شما" in told.text and "۱۰۰٬۰۰۰ تومان" in told.text
    owed = Order.objects.get(club=world.record, kind="fee", state="placed")
    before = paid_until(world)
    till = world.client("cashier")
    taken = till.post(reverse("till:fee", args=[world.member.id]), {"key": "t1"})
    assert "حق عضویت ثبت شد" in taken.content.decode()
    owed.refresh_from_db()
    assert owed.state == "closed" and paid_until(world) != before
    again = till.post(reverse("till:fee", args=[world.member.id]), {"key": "t1"})
    assert again.status_code == 200
    seen = str(before or "")
    late = till.post(reverse("till:fee", args=[world.member.id]), {"key": "t2", "seen": seen})
    assert "همین کار را یک بار" in late.content.decode()
    assert Order.objects.filter(club=world.record, kind="fee").count() == 2
    world.verify()


def test_the_owner_sets_it_and_everybody_sees_how_she_stands(world: World) -> None:
    owner: Client = world.client("owner")
    typed = {
        **{"amount": "۱۰۰٬۰۰۰", "months": "۱۲", "first_free_days": "0"},
        **{"grace_days": "0", "remind_days": "14"},
    }
    assert owner.post(reverse("panel:fee"), typed).status_code == 302
    assert owner.post(reverse("panel:fee"), {**typed, "months": "0"}).status_code == 422
    page = owner.get(reverse("panel:member", args=[world.member.id])).content.decode()
    assert "سررسید شده" in page
    hers = world.client("member").get(reverse("portal:orders")).content.decode()
    assert "حق عضویت دورهٔ بعد" in hers
    answer = owner.post(
        reverse("panel:pay-fee", args=[world.member.id]),
        {"branch": world.branch.id, "payment": "cash", "key": "p1"},
    )
    assert answer.status_code == 302
    assert paid_until(world) is not None


def test_who_becomes_one_with_another_keeps_the_fee_and_the_rest(world: World) -> None:
    ask_for(world)
    pay(world)
    until, rest = paid_until(world), now() + timedelta(hours=5)
    Member.objects.filter(pk=world.member.id).update(frozen_until=rest)
    other = world.enrol(name="مریم دوم")
    merged = merge_members(
        world.club,
        keep_id=other.id,
        gone_id=world.member.id,
        reason="همان است",
        actor=world.owner,
    )
    assert merged.error is None
    other.refresh_from_db()
    assert (other.fee_until, other.frozen_until) == (until, rest)
    world.verify()


def test_a_fee_that_was_registered_by_mistake_is_given_back(world: World) -> None:
    ask_for(world, months=1)
    pay(world)
    first, until = last_paid_fee(world.member.id), paid_until(world)
    pay(world, "k2")
    second = last_paid_fee(world.member.id)
    assert first is not None and second is not None
    early = give_back_fee(world.club, world.owner, first.pk, reason="اشتباه", key="b0")
    assert isinstance(early.error, LaterFee)

    support, address = world.client("support"), reverse("panel:give-back-fee", args=[second.pk])
    assert world.client("accountant").post(address, {}).status_code == 403
    key = str(uuid4())
    without = support.post(address, {"key": key, "reason": " "})
    assert without.status_code == 422 and "دلیل این کار" in without.content.decode()
    assert paid_until(world) != until, "nothing has happened yet"
    for _ in range(2):  # the button was pressed twice
        assert support.post(address, {"key": key, "reason": "دو بار ثبت شد"}).status_code == 302
    assert paid_until(world) == until
    second.refresh_from_db()
    assert second.state == "cancelled"
    page = support.get(reverse("panel:order", args=[second.pk])).content.decode()
    assert "دو بار ثبت شد" in page and address not in page
    told = Audit.objects.get(club=world.record, action="fee.given_back")
    assert (told.reason, told.role) == ("دو بار ثبت شد", "support")
    assert support.get(address).status_code == 409

    give_back_fee(world.club, world.owner, first.pk, reason="اشتباه", key="b1")
    assert paid_until(world) is None
    assert world.buy(10_000_000).answer["points"] == 0, "the fee is due again"
    world.verify()
