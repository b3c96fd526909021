"""Who belongs together in the demo club: friends who came by an invitation, and households.

The heroine has a friend who has not bought yet and an invitation that waits for her answer: neither
changes her standing.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from vafa.club.access import staff_actor
from vafa.club.actions.members import NewMember
from vafa.club.actor import Actor
from vafa.club.models import Household, HouseholdInvitation, Member, Staff
from vafa.core.errors import DomainError
from vafa.flows.demo.people import DEMO_MOBILE, free_mobiles
from vafa.flows.demo.promise import with_messages
from vafa.flows.demo.shop import OWNER, SLUG, Shop
from vafa.flows.enrolment import enrol_members
from vafa.flows.entries import Outcome, PurchaseEntry
from vafa.flows.invitations import Invitation, invitation_code
from vafa.flows.own_households import answer_invitation, invite_to_household, start_household
from vafa.flows.purchases import record_purchases
from vafa.flows.referrals import settle_referrals
from vafa.program.actions.revisions import publish_program
from vafa.program.models import Referral
from vafa.program.reads.revisions import live_program

# Beyond those with whom the staff's desks deal.
_FIRST_REGULAR = 6
# By who invited: her place among the regulars, -1 for the heroine; the first bill, 0 for none yet.
_FRIENDS = (
    (0, "نیلوفر صالحی", "female", 4_350_000),
    (0, "امیرحسین کاظمی", "male", 1_980_000),
    (0, "پگاه رستمی", "female", 0),
    (1, "فرهاد یزدانی", "male", 7_200_000),
    (-1, "الهام سلطانی", "female", 0),
)


def draw_circles(shop: Shop) -> None:
    """Lay them there; what is there already stays."""
    regulars = _regulars(shop)
    if not Referral.objects.filter(club_id=shop.club.id).exists():
        _speak_to_members(shop)
        _invite_friends(shop, regulars[:2])
    if not Household.objects.filter(club_id=shop.club.id).exists():
        _share_accounts(shop, regulars[2:8])


def _speak_to_members(shop: Shop) -> None:
    by = staff_actor(Staff.objects.get(club__slug=SLUG, user__username=OWNER))
    program = with_messages(live_program(shop.club.id).program)
    with transaction.atomic(durable=True):
        publish_program(shop.club.id, program, actor=by.label, note="پیام به اعضا")


def _regulars(shop: Shop) -> list[Member]:
    """Members of long standing but for the heroine."""
    others = Member.objects.filter(club_id=shop.club.id, is_active=True, household=None)
    return list(others.exclude(mobile=DEMO_MOBILE).order_by("id")[_FIRST_REGULAR:][:8])


def _invite_friends(shop: Shop, inviters: list[Member]) -> None:
    by = shop.cashiers["tehran"]
    members = Member.objects.filter(club_id=shop.club.id)
    heroine = members.get(mobile=DEMO_MOBILE)
    mobiles = free_mobiles(set(members.values_list("mobile", flat=True)), len(_FRIENDS))
    for n, (mobile, (place, name, gender, spent)) in enumerate(zip(mobiles, _FRIENDS, strict=True)):
        inviter = heroine if place < 0 else inviters[place]
        friend = NewMember(
            mobile=mobile,
            name=name,
            gender=gender,
            birth_date=date(1991, 4, 1 + len(name)),
            branch_id=shop.branches["tehran"],
            terms_version=1,
            # Every second one may not be written to.
            consents=("offers:sms",) if n % 2 == 0 else (),
        )
        code = invitation_code(shop.club, inviter.pk)
        [enrolled] = enrol_members(shop.club, [friend], actor=by, invitation=Invitation(code))
        _raise(enrolled.error)
        if spent:
            bill = PurchaseEntry(
                by, shop.branches["tehran"], spent, member=("id", str(enrolled.member_id))
            )
            [bought] = record_purchases(shop.club, [bill])
            _raise(bought.error)
    settle_referrals(shop.club)


def _share_accounts(shop: Shop, people: list[Member]) -> None:
    """A household of three, and one of two that invites the heroine and whoever has a link."""
    first, second = people[:3], people[3:5]
    for family in (first, second):
        head = _as_herself(shop, family[0])
        made = start_household(
            shop.club, member_id=family[0].pk, spenders="all", actor=head, key="demo-household"
        )
        _answer(made)
        for person in family[1:]:
            code = _invited(shop, family[0], person.mobile)
            _answer(
                answer_invitation(
                    shop.club,
                    member_id=person.pk,
                    code=code,
                    accepts=True,
                    actor=_as_herself(shop, person),
                )
            )
    _invited(shop, second[0], DEMO_MOBILE)
    _invited(shop, second[0], None)


def _invited(shop: Shop, head: Member, mobile: str | None) -> str:
    asked = invite_to_household(
        shop.club, head_id=head.pk, mobile=mobile, actor=_as_herself(shop, head)
    )
    number = _answer(asked).answer["invitation_id"]
    return HouseholdInvitation.objects.get(pk=number).code


def _as_herself(shop: Shop, person: Member) -> Actor:
    return Actor("member", person.pk, shop.club.id)


def _answer(outcome: Outcome) -> Outcome:
    _raise(outcome.error)
    return outcome


def _raise(error: DomainError | None) -> None:
    if error is not None:
        raise error
