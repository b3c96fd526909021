"""The blocks `invitation` and `challenge` of docs/how-points-work.md are what a real club does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from tests.world import World, new_mobile
from vafa.club.actions.members import NewMember
from vafa.club.models import Member
from vafa.core.clock import now
from vafa.flows.enrolment import enrol_members
from vafa.flows.invitations import Invitation, invitation_code
from vafa.flows.referrals import settle_referrals
from vafa.flows.upkeep import run_upkeep
from vafa.program.rules.document import Challenge, PointTerms, Program, ReferralTerms
from vafa.program.rules.rule import Fixed, Rule, Text

PAGE = (Path(__file__).parents[1] / "docs" / "how-points-work.md").read_text("utf-8")
RIALS = 10
N = Text(fa="چالش")


def block(kind: str) -> tuple[str, list[str]]:
    [found] = re.findall(rf"```{kind}\n(.*?)\n```", PAGE, re.S)
    head, *rows = found.splitlines()
    return head, rows


def numbers(text: str) -> list[int]:
    return [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", text)]


def invited(world: World) -> Member:
    invitation = Invitation(invitation_code(world.club, world.member.id))
    [enrolled] = enrol_members(
        world.club,
        [NewMember(mobile=new_mobile())],
        actor=world.owner,
        welcome=False,
        invitation=invitation,
    )
    return Member.objects.get(pk=enrolled.member_id)


def has(world: World, member: Member) -> list[int]:
    found = world.balance(member)
    return [found.available, found.pending]


def live_through(
    world: World, buyer: Member, rows: list[str], seen: Callable[[], list[int]]
) -> None:
    """Each row on its day: what the buyer does, what the jobs do then, and how everybody stands."""
    began, bought = now(), 0
    for row in rows:
        done, expected = row.split(" = ")
        day, *amounts = numbers(done)
        with time_machine.travel(began + timedelta(days=day, minutes=1), tick=True):
            if "buys" in done:
                told = world.buy(amounts[0] * RIALS, member=("id", str(buyer.id)))
                bought = told.answer["purchase_id"]
            elif "returns" in done:
                assert world.give_back(bought, amount=amounts[0] * RIALS).error is None
            settle_referrals(world.club)
            run_upkeep(world.club)
            assert seen() == numbers(expected), row
    world.verify()


@pytest.fixture
def nobody(world: World) -> World:
    """The club, whose member has no points yet."""
    world.adjust(-world.balance().available)
    return world


def test_invitation(nobody: World) -> None:
    head, rows = block("invitation")
    days, least, inviter, friend = numbers(head)
    terms = ReferralTerms(
        is_on=True, inviter_points=inviter, friend_points=friend, least=least * RIALS
    )
    nobody.publish(Program(terms=PointTerms(pending_days=days), referral=terms))
    sent = invited(nobody)
    live_through(nobody, sent, rows, lambda: [*has(nobody, nobody.member), *has(nobody, sent)])


def test_challenge(nobody: World) -> None:
    head, rows = block("challenge")
    days, points = numbers(head)
    twice = Challenge(code="twice", name=N, kind="purchases", count=2, days=30)
    gives = Rule(id="twice", name=N, on="challenge", what="twice", gives=Fixed(points=points))
    terms = PointTerms(pending_days=days)
    nobody.publish(Program(terms=terms, challenges=(twice,), rules=(gives,)))
    live_through(nobody, nobody.member, rows, lambda: has(nobody, nobody.member))
