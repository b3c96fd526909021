"""A friend opens a member's link, joins, and both see what came of it."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse

from tests.world import World, new_mobile
from vafa.club.models import Member
from vafa.engage.models import Message
from vafa.flows.invitations import invitation_code
from vafa.flows.referrals import settle_referrals
from vafa.program.models import Referral
from vafa.program.rules.document import PointTerms, ReferralTerms


def _promise(world: World) -> str:
    world.change_program(referral=ReferralTerms(is_on=True, waits_days=0))
    return invitation_code(world.club, world.member.id)


def _join(world: World, browser: Client, name: str = "سارا احمدی") -> Member:
    """Through the portal's door, with a fresh mobile."""
    mobile = new_mobile()
    browser.post(reverse("portal:login", args=[world.record.slug]), {"mobile": mobile})
    text = Message.objects.filter(recipient=mobile).latest("id").text
    found = re.search(r"(?<![\w-])\d{6}(?![\w-])", text)
    assert found is not None
    code = found[0]
    browser.post(reverse("portal:code"), {"code": code})
    assert browser.post(reverse("portal:join"), {"name": name}).status_code == 302
    return Member.objects.get(club=world.record, mobile=mobile)


def test_a_friend_comes_by_the_link_and_both_are_rewarded(world: World) -> None:
    code = _promise(world)
    browser = Client(headers={"accept-language": "en"})
    page = browser.get(reverse("site:invitation", args=[world.record.slug, code]))
    words = page.content.decode()
    assert "مریم" in words and "رضایی" not in words
    friend = _join(world, browser)
    assert Referral.objects.get(friend=friend).inviter_id == world.member.id
    world.buy(2_000_000, member=("id", str(friend.id)))
    assert settle_referrals(world.club) == 1
    seen = world.client("member").get(reverse("portal:invite")).content.decode()
    assert "سارا" in seen and "احمدی" not in seen and code in seen
    history = world.client("member").get(reverse("portal:history")).content.decode()
    assert "دوستی که دعوت کرده بودید خرید کرد" in history


def test_both_see_that_it_waits_and_that_the_purchase_came_back(world: World) -> None:
    world.change_program(referral=ReferralTerms(is_on=True), terms=PointTerms(pending_days=9))
    code = invitation_code(world.club, world.member.id)
    browser = Client(headers={"accept-language": "en"})
    link = reverse("site:invitation", args=[world.record.slug, code])
    assert "۹ روز پس از خرید" in browser.get(link).content.decode()
    friend = _join(world, browser)
    bought = world.buy(2_000_000, member=("id", str(friend.id))).answer["purchase_id"]
    settle_referrals(world.club)
    hers = world.client("member")
    assert "در انتظار می‌مانند" in hers.get(reverse("portal:invite")).content.decode()
    staff = world.client("accountant")
    assert "در انتظار می‌مانند" in staff.get(reverse("panel:referrals")).content.decode()
    world.give_back(bought)
    assert "جایزه با خرید بعدی" in hers.get(reverse("portal:invite")).content.decode()
    assert "خرید دوست مرجوع شد" in staff.get(reverse("panel:referrals")).content.decode()
    history = hers.get(reverse("portal:history")).content.decode()
    assert "خریدی که جایزهٔ دعوت برای آن بود مرجوع شد" in history


def test_who_joins_again_in_her_own_browser_is_told_apart(world: World) -> None:
    code = _promise(world)
    browser = Client()
    first = _join(world, browser)
    own = invitation_code(world.club, first.id)
    browser.post(reverse("portal:logout"))
    browser.get(reverse("site:invitation", args=[world.record.slug, own]))
    second = _join(world, browser)
    found = Referral.objects.get(friend=second)
    assert (found.status, found.reason) == ("refused", "device")
    # She is not told why; the staff is.
    browser.post(reverse("portal:logout"))
    page = world.client("owner").get(reverse("panel:referrals")).content.decode()
    assert "احمدی" in page
    assert code != own


def test_links_that_lead_nowhere_are_not_found(world: World) -> None:
    link = reverse("site:invitation", args=[world.record.slug, "WRONG234"])
    assert Client().get(link).status_code == 404
    code = _promise(world)
    assert Client().get(link).status_code == 404
    world.change_program(referral=ReferralTerms())
    good = reverse("site:invitation", args=[world.record.slug, code])
    assert Client().get(good).status_code == 404
    home = world.client("member").get(reverse("portal:invite"))
    assert home.status_code == 302


def test_joining_goes_on_where_the_invitation_ended_meanwhile(world: World) -> None:
    code = _promise(world)
    browser = Client()
    browser.get(reverse("site:invitation", args=[world.record.slug, code]))
    world.change_program(referral=ReferralTerms())
    friend = _join(world, browser)
    assert not Referral.objects.filter(friend=friend).exists()
