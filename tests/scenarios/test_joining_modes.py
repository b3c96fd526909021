"""A club that is not open to all: by invitation, by code, by receipt, by approval; at every door."""

from __future__ import annotations

import re
from datetime import timedelta
from time import monotonic, sleep
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.world import World, new_mobile
from vafa.club.actions.joining import make_joining_code, save_joining_terms
from vafa.club.models import Audit, Joining, JoiningCode, JoiningRequest, Member
from vafa.club.rules.joining import Terms
from vafa.core.clock import now
from vafa.engage.actions.wanted import write_what_is_wanted
from vafa.engage.models import Message
from vafa.flows.invitations import invitation_code
from vafa.program.rules.referral import ReferralTerms

LEAST = 5_000_000


def close(world: World, **ways: Any) -> None:
    save_joining_terms(world.record.id, Terms(mode="closed", **ways), by=world.owner.label)


def code_for(world: World, **fields: Any) -> JoiningCode:
    return make_joining_code(world.record.id, name="پوستر", by=world.owner.label, **fields)


def proved(world: World, mobile: str, client: Client | None = None) -> Client:
    """A browser in which a stranger has shown that the mobile is hers."""
    browser = client or Client()
    browser.post(reverse("portal:login", args=[world.record.slug]), {"mobile": mobile})
    text = Message.objects.filter(club=world.record, recipient=mobile).latest("id").text
    found = re.search(r"\b\d{6}\b", text)
    assert found
    answer = browser.post(reverse("portal:code"), {"code": found[0]})
    assert answer.url == reverse("portal:join")
    return browser


def join(browser: Client, **fields: Any) -> Any:
    return browser.post(reverse("portal:join"), {"name": "زهرا احمدی", **fields})


def is_member(world: World, mobile: str) -> bool:
    return bool(Member.objects.filter(club=world.record, mobile=mobile).exists())


def way_of(world: World, mobile: str) -> Joining:
    return Joining.objects.get(club=world.record, member__mobile=mobile)


def told_to(world: World, count: int) -> list[Message]:
    """The answers to requests, as soon as transactions of others on this server let them be seen."""
    deadline = monotonic() + 60
    while True:
        write_what_is_wanted()
        told = list(Message.objects.filter(club=world.record, kind="joining").order_by("id"))
        if len(told) >= count or monotonic() > deadline:
            return told
        sleep(0.1)


def api(world: World, path: str, body: dict[str, Any], key: str = "k", secret: str = "") -> Any:
    return Client().post(
        f"/api/v1{path}",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret or world.api_key()}", "Idempotency-Key": key},
    )


def test_an_open_club_asks_nothing_and_knows_who_came_by_a_link(world: World) -> None:
    code = code_for(world, branch_id=world.other_branch.id, opens=False)
    mobile, browser = new_mobile(), Client()
    followed = browser.get(reverse("site:joining-link", args=[world.record.slug, code.code]))
    assert followed.url == reverse("site:club", args=[world.record.slug])

    assert join(proved(world, mobile, browser)).url == reverse("portal:home")

    came = way_of(world, mobile)
    assert (came.way, came.code, came.member.branch) == ("code", code, world.other_branch)
    code.refresh_from_db()
    assert code.uses == 1
    world.verify()


def test_a_closed_club_says_what_opens_it_and_takes_nobody_else(world: World) -> None:
    close(world, by_code=True)
    mobile = new_mobile()
    before = world.snapshot()
    browser = proved(world, mobile)
    answer = join(browser)
    assert answer.status_code == 409
    assert "زهرا احمدی" in answer.content.decode()
    assert join(browser, joining_code="NOWHERE9").status_code == 422

    till = world.client("cashier").post(reverse("till:enrol"), {"mobile": mobile, "name": "ز"})
    assert till.status_code == 200 and not is_member(world, mobile)
    refused = api(world, "/members", {"mobile": mobile, "name": "ز"})
    assert (refused.status_code, refused.json()["code"]) == (409, "club_is_closed")
    assert world.snapshot() == before


def test_a_code_opens_it_as_often_as_it_may(world: World) -> None:
    close(world, by_code=True)
    code = code_for(world, code="Nowruz-1406", most_uses=2)
    first, second, third = new_mobile(), new_mobile(), new_mobile()

    assert join(proved(world, first), joining_code="nowruz-۱۴۰۶").url == reverse("portal:home")
    body, secret = {"mobile": second, "joining_code": "NOWRUZ-1406"}, world.api_key()
    made = api(world, "/members", body, "one", secret)
    again = api(world, "/members", body, "one", secret)
    assert (made.status_code, again.json()) == (201, made.json())
    fields = {"mobile": third, "name": "ز", "joining_code": "NOWRUZ-1406"}
    world.client("cashier").post(reverse("till:enrol"), fields)

    code.refresh_from_db()
    assert (code.uses, is_member(world, first), is_member(world, third)) == (2, True, False)
    assert way_of(world, second).way == "code"
    world.verify()


def test_a_code_that_opens_nothing_or_is_over_opens_nothing(world: World) -> None:
    close(world, by_code=True)
    only_tells = code_for(world, opens=False)
    over = code_for(world, last_day=world.club.local_date(now()) - timedelta(days=1))
    for code in (only_tells, over):
        mobile = new_mobile()
        assert join(proved(world, mobile), joining_code=code.code).status_code == 409
        assert not is_member(world, mobile)


def test_a_members_invitation_opens_it(world: World) -> None:
    world.change_program(referral=ReferralTerms(is_on=True))
    close(world, by_invitation=True)
    mobile, browser = new_mobile(), Client()
    link = invitation_code(world.club, world.member.id)
    browser.get(reverse("site:invitation", args=[world.record.slug, link]))

    assert join(proved(world, mobile, browser)).url == reverse("portal:home")
    assert way_of(world, mobile).way == "invitation"
    assert join(proved(world, new_mobile())).status_code == 409


def test_a_large_purchase_opens_it_once(world: World) -> None:
    close(world, by_receipt_of=LEAST, receipt_days=30)
    world.buy(LEAST, member=None, receipt_no="R-77")
    world.buy(LEAST - 1, member=None, receipt_no="R-78")
    world.buy(LEAST, receipt_no="R-79")
    mobile = new_mobile()
    browser = proved(world, mobile)
    for number, total in (("R-77", "499,999"), ("R-78", "499,999"), ("R-79", "500,000")):
        answer = join(browser, receipt_no=number, receipt_total=total)
        assert answer.status_code == 422 and not is_member(world, mobile)

    assert join(browser, receipt_no="R-77", receipt_total="500,000").url == reverse("portal:home")
    assert way_of(world, mobile).purchase is not None
    friend = new_mobile()
    fields = {"receipt_no": "R-77", "receipt_total": LEAST}
    refused = api(world, "/members", {"mobile": friend, **fields})
    assert refused.json()["code"] == "receipt_does_not_open" and not is_member(world, friend)
    world.verify()


def test_nobody_tries_codes_for_ever(world: World) -> None:
    close(world, by_code=True)
    code = code_for(world)
    browser = proved(world, mobile := new_mobile())
    for n in range(10):
        assert join(browser, joining_code=f"WRONG{n}").status_code == 422

    assert join(browser, joining_code=code.code).status_code == 429
    assert not is_member(world, mobile)


def test_the_club_decides_about_who_asks(world: World) -> None:
    close(world, by_approval=True)
    mobile, other = new_mobile(), new_mobile()
    browser = proved(world, mobile)
    allowed = {"consent_offers:sms": "on"}
    assert join(browser, **allowed).url == reverse("portal:waiting")
    assert browser.get(reverse("portal:waiting")).status_code == 200
    assert join(proved(world, other)).url == reverse("portal:waiting")
    write_what_is_wanted()
    hers, theirs = (JoiningRequest.objects.get(mobile=m) for m in (mobile, other))
    assert not is_member(world, mobile)

    manager = world.client("manager")
    assert "زهرا احمدی" in manager.get(reverse("panel:joining-requests")).content.decode()
    for wrong in ({}, {"accept": "yes"}, {"accept": "0", "reason": "x" * 201}):
        answer = manager.post(reverse("panel:decide-joining", args=[theirs.pk]), wrong)
        assert answer.status_code == 422
        theirs.refresh_from_db()
        assert theirs.state == "waiting", "an answer is final, and nobody gave one"
    manager.post(reverse("panel:decide-joining", args=[hers.pk]), {"accept": "1"})
    manager.post(
        reverse("panel:decide-joining", args=[theirs.pk]), {"accept": "0", "reason": "تکراری"}
    )

    told = told_to(world, 2)
    assert [m.recipient for m in told] == [mobile, other] and "تکراری" in told[1].text
    hers.refresh_from_db()
    assert (hers.state, way_of(world, mobile).way) == ("accepted", "approval")
    joined = Member.objects.get(mobile=mobile)
    assert (joined.consents, world.balance(joined).available) == (["offers:sms"], 20)
    assert not is_member(world, other)
    again = manager.post(reverse("panel:decide-joining", args=[theirs.pk]), {"accept": "1"})
    assert again.status_code == 409 and not is_member(world, other)
    refused = proved(world, other).get(reverse("portal:join")).content.decode()
    assert "تکراری" in refused
    acts = Audit.objects.filter(club=world.record, thing_kind="joining_request")
    assert set(acts.values_list("action", flat=True)) == {"joining.accepted", "joining.refused"}
    world.verify()


def test_the_till_and_programs_ask_too(world: World, other_world: World) -> None:
    close(world, by_approval=True)
    at_till, by_program = new_mobile(), new_mobile()
    fields = {"mobile": at_till, "name": "ز"}
    world.client("cashier").post(reverse("till:enrol"), fields)
    body = {"mobile": by_program, "name": "نسرین"}
    asked = api(world, "/joining-requests", body)
    assert asked.status_code == 201
    assert api(world, "/joining-requests", body).json()["id"] == asked.json()["id"]
    assert JoiningRequest.objects.filter(club=world.record, state="waiting").count() == 2
    assert not is_member(world, at_till) and not is_member(world, by_program)

    stranger = other_world.client("owner")
    url = reverse("panel:decide-joining", args=[asked.json()["id"]])
    assert stranger.post(url, {"accept": "1"}).status_code == 404
    assert world.client("cashier").post(url, {"accept": "1"}).status_code == 403
    assert api(other_world, "/joining-requests", body).status_code == 409
    assert not is_member(world, by_program)


def test_who_became_a_member_meanwhile_stays_one_member(world: World) -> None:
    close(world, by_approval=True, by_code=True)
    mobile = new_mobile()
    join(proved(world, mobile))
    asked = JoiningRequest.objects.get(mobile=mobile)
    code = code_for(world)
    world.client("cashier").post(
        reverse("till:enrol"), {"mobile": mobile, "name": "ز", "joining_code": code.code}
    )
    world.client("manager").post(reverse("panel:decide-joining", args=[asked.pk]), {"accept": "1"})

    member = Member.objects.get(club=world.record, mobile=mobile)
    asked.refresh_from_db()
    assert (asked.state, asked.member) == ("accepted", member)
    assert world.balance(member).available == 20
    world.verify()
