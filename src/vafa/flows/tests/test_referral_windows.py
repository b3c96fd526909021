"""Stories of rewards for friends that wait for the return window, and of purchases that come back in
it and after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
import time_machine

from tests.breaking import broken
from tests.world import World, new_mobile
from vafa.club.actions.members import NewMember
from vafa.club.models import Member
from vafa.core.clock import now
from vafa.flows.deliveries import record_delivery
from vafa.flows.enrolment import enrol_members
from vafa.flows.households import make_household
from vafa.flows.invitations import Invitation, invitation_code
from vafa.flows.merging import merge_members
from vafa.flows.referrals import settle_referrals
from vafa.flows.reversals import reverse_transfer
from vafa.flows.upkeep import run_upkeep
from vafa.flows.verification import verify
from vafa.program.models import Referral
from vafa.program.reads.referrals import invited_by
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import HouseholdTerms, ReferralTerms
from vafa.program.rules.explain import explain_parts
from vafa.program.rules.promise_parts import referral_words
from vafa.program.rules.recipes import per_amount
from vafa.program.rules.rule import Text

DAY = timedelta(days=1)


def _promise(world: World, *, waits: int = 0, **terms: Any) -> None:
    """100 points for the one who invites, 40 for the friend; purchases earn nothing."""
    told = ReferralTerms(
        is_on=True, inviter_points=100, friend_points=40, least=1_000_000, waits_days=waits
    )
    known = live_program(world.record.id).program.terms.model_copy(update=terms)
    world.change_program(referral=told, rules=(), terms=known)


def _invite(world: World) -> Member:
    person = NewMember(mobile=new_mobile(), name="سارا")
    invitation = Invitation(invitation_code(world.club, world.member.id))
    [enrolled] = enrol_members(world.club, [person], actor=world.owner, invitation=invitation)
    return Member.objects.get(pk=enrolled.member_id)


def _buy(world: World, friend: Member, total: int = 2_000_000, **fields: Any) -> int:
    bought = world.buy(total, member=("id", str(friend.id)), **fields)
    assert bought.error is None, bought.error
    number: int = bought.answer["purchase_id"]
    return number


def later(days: int) -> time_machine.travel:
    """So many days from now."""
    return time_machine.travel(now() + days * DAY, tick=True)


def _became(friend: Member) -> tuple[str, str]:
    found = Referral.objects.get(friend=friend)
    return found.status, found.reason


def _has(world: World, friend: Member) -> list[tuple[int, int]]:
    """Available and pending, of the one who invites and of the friend."""
    both = (world.balance(), world.balance(friend))
    return [(one.available, one.pending) for one in both]


def test_both_sides_wait_for_the_return_window_of_the_purchase(world: World) -> None:
    _promise(world, pending_days=7)
    mine, friend, bought_at = world.balance().available, _invite(world), now()
    with later(2):
        # The till was cut off meanwhile: the window is that of the purchase.
        _buy(world, friend, purchased_at=bought_at)
        assert settle_referrals(world.club) == 1 and _became(friend) == ("paid", "")
        assert _has(world, friend) == [(mine, 100), (0, 40)]
        assert [line.waits for line in invited_by([world.member.id], 9)] == [True]
    run_upkeep(world.club, at=bought_at + timedelta(days=6, hours=23))
    assert _has(world, friend) == [(mine, 100), (0, 40)]
    run_upkeep(world.club, at=bought_at + 7 * DAY)
    assert _has(world, friend) == [(mine + 100, 0), (40, 0)]
    assert [line.waits for line in invited_by([world.member.id], 9)] == [False]
    world.verify()


def test_where_purchases_do_not_wait_the_invitation_has_days_of_its_own(world: World) -> None:
    _promise(world, waits=10)
    friend = _invite(world)
    _buy(world, friend)
    settle_referrals(world.club)
    assert _has(world, friend)[1] == (0, 40)
    said = referral_words(live_program(world.record.id).program, "toman", "en", "inviter")
    assert "Points can be spent 10 days after the purchase" in said
    run_upkeep(world.club, at=now() + 10 * DAY)
    assert _has(world, friend)[1] == (40, 0)
    world.verify()


def test_a_return_in_the_window_takes_both_back_and_another_purchase_counts(world: World) -> None:
    _promise(world, pending_days=7)
    mine, friend = world.balance().available, _invite(world)
    first = _buy(world, friend)
    settle_referrals(world.club)
    world.give_back(first, amount=900_000)
    assert _has(world, friend) == [(mine, 100), (0, 40)], "what she kept is enough"
    back = world.give_back(first, amount=200_000).answer
    assert back["points_taken"] == 40 and back["balance"] == {"available": 0, "pending": 0}
    assert _has(world, friend) == [(mine, 0), (0, 0)]
    assert _became(friend) == ("waiting", "returned")
    line = world.line("return")
    assert line.points == -100 and line.receipt_no is None, "where she buys is her own business"
    [why] = explain_parts(live_program(world.record.id).program, line.parts, "toman", "fa")
    assert "پس گرفته شد" in why
    assert settle_referrals(world.club) == 0, "what is left of that purchase counts no more"
    _buy(world, friend)
    assert settle_referrals(world.club) == 1 and _became(friend) == ("paid", "")
    assert _has(world, friend) == [(mine, 100), (0, 40)]
    run_upkeep(world.club, at=now() + 8 * DAY)
    assert _has(world, friend) == [(mine + 100, 0), (40, 0)]
    world.verify()


def test_after_the_window_who_invited_keeps_hers_and_the_friend_gives_back(world: World) -> None:
    _promise(world, pending_days=7)
    mine, friend = world.balance().available, _invite(world)
    bought = _buy(world, friend)
    settle_referrals(world.club)
    with later(8):
        run_upkeep(world.club)
        assert _has(world, friend) == [(mine + 100, 0), (40, 0)]
        assert world.give_back(bought).answer["points_taken"] == 40
        assert _has(world, friend) == [(mine + 100, 0), (0, 0)]
        assert _became(friend) == ("paid", "")
        _buy(world, friend)
        assert settle_referrals(world.club) == 0, "it was rewarded once"
    world.verify()


def test_the_clock_of_the_return_decides_not_that_of_who_tells_of_it(world: World) -> None:
    _promise(world, pending_days=7)
    mine, friend, bought_at = world.balance().available, _invite(world), now()
    bought = _buy(world, friend)
    settle_referrals(world.club)
    with later(8):
        run_upkeep(world.club)
        in_time = bought_at + timedelta(days=6, hours=23)
        assert world.give_back(bought, returned_at=in_time).answer["points_taken"] == 40
        assert _has(world, friend) == [(mine, 0), (0, 0)]
        assert _became(friend) == ("waiting", "returned")
    world.verify()


def test_what_is_judged_late_waits_no_more(world: World) -> None:
    _promise(world, pending_days=7)
    mine, friend = world.balance().available, _invite(world)
    bought = _buy(world, friend)
    with later(8):
        settle_referrals(world.club)
        assert _has(world, friend) == [(mine + 100, 0), (40, 0)]
        world.give_back(bought)
        assert _has(world, friend) == [(mine + 100, 0), (0, 0)]
    world.verify()


def test_without_any_window_a_return_takes_both_back_whenever_it_comes(world: World) -> None:
    _promise(world)
    mine, friend = world.balance().available, _invite(world)
    bought = _buy(world, friend)
    settle_referrals(world.club)
    assert _has(world, friend) == [(mine + 100, 0), (40, 0)]
    world.give_back(bought)
    assert _has(world, friend) == [(mine, 0), (0, 0)]
    assert _became(friend) == ("waiting", "returned")
    world.verify()


def test_it_waits_for_the_delivery_where_purchases_do(world: World) -> None:
    _promise(world, pending_until="delivery", pending_days=0)
    mine, friend, other = world.balance().available, _invite(world), _invite(world)
    sent, there = _buy(world, friend), _buy(world, other)
    deliver = {"actor": world.owner}
    record_delivery(world.club, purchase_id=there, **deliver)
    assert settle_referrals(world.club) == 2
    # What was there before it was judged waits for nothing.
    assert _has(world, other) == [(mine + 100, 100), (40, 0)]
    assert _has(world, friend)[1] == (0, 40)
    done = record_delivery(world.club, purchase_id=sent, **deliver)
    assert done.answer["points_available"] == 40, "the buyer's own"
    assert _has(world, friend) == [(mine + 200, 0), (40, 0)]
    world.give_back(sent)
    assert _has(world, friend) == [(mine + 200, 0), (0, 0)]
    world.verify()


def test_what_the_staff_undid_by_hand_is_not_earned_again(world: World) -> None:
    _promise(world, pending_days=7)
    mine, friend = world.balance().available, _invite(world)
    bought = _buy(world, friend)
    settle_referrals(world.club)
    transfer = world.line("happening").transfer_id
    assert transfer is not None
    reverse_transfer(world.club, transfer_id=transfer, reason="تقلب", actor=world.owner)
    assert _has(world, friend) == [(mine, 0), (0, 40)]
    world.give_back(bought)
    assert _became(friend) == ("taken_back", "returned")
    _buy(world, friend)
    assert settle_referrals(world.club) == 0
    assert _has(world, friend) == [(mine, 0), (0, 0)]
    world.verify()


def test_a_purchase_that_the_staff_reverses_takes_what_waits_for_it(world: World) -> None:
    _promise(world, pending_days=7)
    mine, friend = world.balance().available, _invite(world)
    world.change_program(rules=(per_amount("base", Text(fa="پایه"), 1, 100_000),))
    _buy(world, friend)
    settle_referrals(world.club)
    assert _has(world, friend) == [(mine, 100), (0, 60)]
    transfer = world.line("purchase", friend).transfer_id
    assert transfer is not None
    reverse_transfer(world.club, transfer_id=transfer, reason="مشتری دیگر", actor=world.owner)
    assert _has(world, friend) == [(mine, 0), (0, 0)]
    assert _became(friend) == ("waiting", "returned")
    program = live_program(world.record.id).program
    [why] = explain_parts(program, world.line("reverse").parts, "toman", "en")
    assert (
        why
        == "100 points were taken back, because the purchase that the invitation was rewarded for was corrected"
    )
    assert settle_referrals(world.club) == 0
    _buy(world, friend)
    settle_referrals(world.club)
    assert _has(world, friend) == [(mine, 100), (0, 60)]
    world.verify()


def test_once_it_matured_a_reversal_takes_only_what_it_names(world: World) -> None:
    _promise(world, pending_days=7)
    mine, friend = world.balance().available, _invite(world)
    world.change_program(rules=(per_amount("base", Text(fa="پایه"), 1, 100_000),))
    _buy(world, friend)
    settle_referrals(world.club)
    with later(8):
        run_upkeep(world.club)
        transfer = world.line("purchase", friend).transfer_id
        assert transfer is not None
        reverse_transfer(world.club, transfer_id=transfer, reason="اشتباه", actor=world.owner)
    assert _has(world, friend) == [(mine + 100, 0), (40, 0)]
    world.verify()


def test_what_was_spent_meanwhile_becomes_a_debt(world: World) -> None:
    _promise(world)
    mine, friend = world.balance().available, _invite(world)
    bought = _buy(world, friend)
    settle_referrals(world.club)
    world.adjust(-(mine + 90))
    world.give_back(bought)
    assert (world.balance().available, world.balance().debt) == (0, -90)
    world.verify()


def test_a_reward_that_stands_without_its_invitation_is_found(world: World) -> None:
    _promise(world, pending_days=7)
    friend = _invite(world)
    _buy(world, friend)
    settle_referrals(world.club)
    which = f"WHERE friend_id = {friend.id}"
    wrong = "UPDATE program_referral SET status = 'waiting', judged_at = NULL"
    right = "UPDATE program_referral SET status = 'paid', judged_at = made_at"
    with broken(f"{wrong} {which}", f"{right} {which}"):
        [found] = verify(world.record.id)
        assert found.subject.startswith("referral ") and found.found == "2"


@pytest.mark.parametrize("order", sorted(permutations(("return", "mature", "people"))))
def test_any_order_of_these_adds_up(world: World, order: tuple[str, ...]) -> None:
    _promise(world, pending_days=7)
    world.change_program(households=HouseholdTerms(is_on=True))
    friend, spare = _invite(world), world.enrol()
    bought = _buy(world, friend)
    settle_referrals(world.club)

    def people() -> None:
        who = {"keep_id": spare.id, "gone_id": friend.id}
        merge_members(world.club, **who, reason="یکی", actor=world.owner)
        make_household(world.club, head_id=world.member.id, actor=world.owner)

    steps: dict[str, Callable[[], object]] = {
        "return": lambda: world.give_back(bought),
        "mature": lambda: run_upkeep(world.club, at=now() + 8 * DAY),
        "people": people,
    }
    for step in order:
        steps[step]()
    assert _became(friend) == ("waiting", "returned")
    world.verify()
