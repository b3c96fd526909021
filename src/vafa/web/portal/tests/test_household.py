"""Members make their household in the portal: invitations by number and by link, and their ends."""

from __future__ import annotations

import re
from datetime import timedelta
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.world import World, new_mobile
from vafa.club.actions.household_invitations import forget_old_invitations
from vafa.club.models import Audit, Household, HouseholdInvitation, Member
from vafa.club.rules.households import DECLINED_FOR
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.engage.actions.wanted import write_what_is_wanted
from vafa.engage.models import Message
from vafa.flows.erasing import erase_member
from vafa.program.rules.document import HouseholdTerms
from vafa.web.portal.tests.test_login import come_in

PAGE = reverse("portal:household")
HOME = reverse("portal:home")
_UNREAD = (
    "SELECT 1 FROM engage_eventcursor WHERE name = 'messages' AND transaction <"
    " (SELECT max(transaction) FROM core_event WHERE club_id = %s)"
)


@pytest.fixture
def shared(world: World) -> World:
    """A club where members share accounts; ours leads a household of her own."""
    write_what_is_wanted()
    world.change_program(households=HouseholdTerms(is_on=True, most_members=3, by_members=True))
    return world


def member(world: World, person: Member | None = None) -> Client:
    client = Client()
    if person is None:
        client = world.client("member")
    else:
        come_in(client, world, str(person.mobile))
    client.post(reverse("ui:language"), {"lang": "en"})
    return client


def send(client: Client, name: str, *args: object, **fields: Any) -> Any:
    target = reverse(f"portal:{name}", args=args)
    return client.post(target, {"key": str(uuid4()), **fields}, follow=True)


def text(answer: Any) -> str:
    return str(answer.content.decode()).replace("&#x27;", "'")


def lead(world: World) -> Client:
    """The first member as the head of a household of her own."""
    head = member(world)
    assert "Now invite the others" in text(send(head, "make-household", spenders="all"))
    return head


def open_code(world: World) -> str:
    return HouseholdInvitation.objects.filter(club=world.record, state="open").latest("id").code


def told(world: World) -> list[Message]:
    """What was written of invitations; others' transactions on this server hold the log back."""
    deadline = monotonic() + 60
    while fetch(_UNREAD, [world.record.id]):
        assert monotonic() < deadline
        write_what_is_wanted()
        sleep(0.05)
    return list(Message.objects.filter(club=world.record, kind="household").order_by("id"))


def household_of(person: Member) -> int | None:
    return Member.objects.get(pk=person.pk).household_id


def test_she_invites_by_number_and_both_collect_together(shared: World) -> None:
    friend = shared.enrol(name="سارا محمدی")
    shared.buy(10_000_000)
    head = lead(shared)
    assert "seven" not in text(head.get(PAGE)) and shared.balance().available == 0
    asked = text(send(head, "invite-to-household", mobile=friend.mobile))
    assert "The invitation is noted" in asked and "Not answered yet" in asked
    [message] = told(shared)
    assert message.recipient == friend.mobile and "مریم" in message.text
    assert "رضایی" not in message.text
    invited = member(shared, friend)
    assert "مریم invites you" in re.sub("[⁦-⁩]", "", text(invited.get(HOME)))
    code = open_code(shared)
    page = text(invited.get(reverse("portal:household-invitation", args=[code])))
    assert "Your 20 points go into it too" in page and "120" not in page, "nothing of hers is shown"
    assert "رضایی" not in page
    for _ in range(2):
        assert "You belong to the household now" in text(
            send(invited, "household-invitation", code, answer="accept")
        )
    assert "140" in text(invited.get(PAGE)) and "سارا" in text(head.get(PAGE))
    said = Audit.objects.filter(club=shared.record, action__startswith="household.")
    assert [row.action for row in said.order_by("id")] == [
        *("household.made", "household.invited", "household.joined")
    ]
    assert len(told(shared)) == 1


def test_the_answer_is_the_same_whoever_has_the_number(shared: World) -> None:
    friend, nobody = shared.enrol(), new_mobile()
    head = lead(shared)
    answers = []
    for mobile in (str(friend.mobile), nobody):
        page = text(send(head, "invite-to-household", mobile=mobile))
        answers.append(re.findall(r"The invitation is noted[^<]*", page))
        again = send(head, "invite-to-household", mobile=mobile)
        assert again.status_code == 409 and "invited already" in text(again)
    assert answers[0] == answers[1] != []
    # Nobody who is not a member is written to; who joins later finds it.
    assert [message.recipient for message in told(shared)] == [friend.mobile]
    later = shared.enrol(mobile=nobody)
    assert "invites you" in text(member(shared, later).get(HOME))


def test_a_link_works_once_and_for_seven_days(shared: World, other_world: World) -> None:
    one, two = shared.enrol(), shared.enrol()
    head = lead(shared)
    page = text(send(head, "invite-to-household", by="link"))
    code = open_code(shared)
    link = reverse("portal:household-invitation", args=[code])
    assert link in page and "<svg" in page and told(shared) == []
    assert member(other_world).get(link).status_code == 404
    with time_machine.travel(now() + timedelta(days=7, minutes=1)):
        late = member(shared, one)
        assert send(late, "household-invitation", code, answer="accept").status_code == 409
    assert household_of(one) is None
    first, second = member(shared, one), member(shared, two)
    send(first, "household-invitation", code, answer="accept")
    refused = send(second, "household-invitation", code, answer="accept")
    assert refused.status_code == 409 and "This invitation is over." in text(refused)
    assert household_of(one) is not None and household_of(two) is None
    assert shared.balance(two).available == 20


def test_who_declines_is_left_in_peace_and_what_is_withdrawn_is_over(shared: World) -> None:
    friend, other = shared.enrol(), shared.enrol()
    head, invited = lead(shared), member(shared, friend)
    send(head, "invite-to-household", mobile=friend.mobile)
    send(invited, "household-invitation", open_code(shared), answer="decline")
    assert "invites you" not in text(invited.get(HOME))
    again = send(head, "invite-to-household", mobile=friend.mobile)
    assert again.status_code == 409 and "after 30 days" in text(again)
    send(head, "invite-to-household", mobile=other.mobile)
    code, number = open_code(shared), HouseholdInvitation.objects.latest("id").pk
    send(head, "withdraw-household-invitation", invitation=number)
    refused = send(member(shared, other), "household-invitation", code, answer="accept")
    assert refused.status_code == 409 and household_of(other) is None
    # What was declined or withdrawn before the worker came is not written of.
    send(head, "invite-to-household", mobile=other.mobile)
    assert [m.recipient for m in told(shared)] == [other.mobile]
    # Again on the same day: she is not written to a second time.
    last = HouseholdInvitation.objects.latest("id").pk
    send(head, "withdraw-household-invitation", invitation=last)
    send(head, "invite-to-household", mobile=other.mobile)
    assert len(told(shared)) == 1
    assert shared.balance(friend).available == 20


def test_how_many_may_be_open_and_who_may_do_what(shared: World) -> None:
    friend, third = shared.enrol(), shared.enrol()
    head = lead(shared)
    send(head, "invite-to-household", mobile=friend.mobile)
    partner = member(shared, friend)
    code = open_code(shared)
    # To her number alone, however the other came by the code.
    stranger = member(shared, third)
    assert send(stranger, "household-invitation", code, answer="accept").status_code == 404
    send(partner, "household-invitation", code, answer="accept")
    refused = text(send(partner, "invite-to-household", by="link"))
    assert "Only the head of the household may do this." in refused
    assert "Only the head" in text(send(partner, "leave-household", member=shared.member.id))
    assert household_of(shared.member) is not None
    for _ in range(5):
        send(head, "invite-to-household", mobile=new_mobile())
    assert "at most 5 may be open" in text(send(head, "invite-to-household", mobile=new_mobile()))
    assert HouseholdInvitation.objects.filter(club=shared.record, state="open").count() == 5


def test_the_head_hands_over_and_leaves_and_the_last_takes_all(shared: World) -> None:
    friend = shared.enrol(name="سارا")
    head = lead(shared)
    send(head, "invite-to-household", mobile=friend.mobile)
    partner = member(shared, friend)
    send(partner, "household-invitation", open_code(shared), answer="accept")
    refused = send(head, "leave-household", member=shared.member.id)
    assert household_of(shared.member) is not None and refused.status_code == 200
    send(head, "lead-household", head=friend.id, spenders="head")
    assert (Household.objects.get(club=shared.record).head_id) == friend.id
    assert "You have left the household." in text(
        send(head, "leave-household", member=shared.member.id)
    )
    assert shared.balance().available == 0, "what was shared stays"
    send(partner, "invite-to-household", by="link")
    code = open_code(shared)
    send(partner, "leave-household", member=friend.id)
    assert shared.balance(friend).available == 40
    over = send(head, "household-invitation", code, answer="accept")
    assert over.status_code == 409 and household_of(shared.member) is None


def test_nothing_moves_while_a_number_is_new_or_the_staff_does_it(shared: World) -> None:
    friend = shared.enrol()
    head = lead(shared)
    send(head, "invite-to-household", mobile=friend.mobile)
    code, partner = open_code(shared), member(shared, friend)
    Member.objects.filter(pk=friend.pk).update(frozen_until=now() + timedelta(hours=3))
    assert send(partner, "household-invitation", code, answer="accept").status_code == 409
    Member.objects.filter(pk=friend.pk).update(frozen_until=None)
    shared.change_program(households=HouseholdTerms(is_on=True, by_members=False))
    assert send(partner, "household-invitation", code, answer="accept").status_code == 409
    assert "please speak to the club" in text(head.get(PAGE))
    assert household_of(friend) is None and shared.balance(friend).available == 20
    alone = member(shared, shared.enrol())
    assert alone.get(PAGE).status_code == 302
    assert "the staff makes households" in text(send(alone, "make-household", spenders="all"))


def test_numbers_are_forgotten_with_her_and_in_time(shared: World) -> None:
    friend = shared.enrol()
    head = lead(shared)
    send(head, "invite-to-household", mobile=friend.mobile)
    erased = erase_member(shared.club, member_id=friend.id, reason="خواست خودش", actor=shared.owner)
    assert erased.error is None
    kept = HouseholdInvitation.objects.get(club=shared.record)
    assert (kept.mobile, kept.state) == (None, "withdrawn")
    nobody = new_mobile()
    send(head, "invite-to-household", mobile=nobody)
    forget_old_invitations(now())
    assert HouseholdInvitation.objects.filter(mobile=nobody).exists()
    forget_old_invitations(now() + timedelta(days=8))
    assert not HouseholdInvitation.objects.filter(mobile=nobody).exists()
    assert timedelta(days=7) < DECLINED_FOR
