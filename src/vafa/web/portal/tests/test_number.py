"""A member changes her number in the portal, and logs her devices out."""

from __future__ import annotations

import re
from time import monotonic, sleep
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.world import World, new_mobile
from vafa.club.models import Member, NumberChange, Session
from vafa.engage.actions.wanted import write_what_is_wanted
from vafa.engage.models import Message


def code_to(mobile: str) -> str:
    """The last code that was sent there."""
    text = Message.objects.filter(recipient=mobile, kind="login_code").latest("id").text
    found = re.search(r"\b(\d{6})\b", text)
    assert found
    return found[1]


def ask(browser: Client, mobile: str) -> Any:
    return browser.post(reverse("portal:number"), {"mobile": mobile})


def give(browser: Client, code: str) -> Any:
    return browser.post(reverse("portal:number-code"), {"code": code})


def log_in(world: World) -> Client:
    """A browser of her own, which the list of devices knows."""
    browser = Client()
    browser.post(reverse("portal:login", args=[world.record.slug]), {"mobile": world.member.mobile})
    browser.post(reverse("portal:code"), {"code": code_to(world.member.mobile or "")})
    return browser


def test_both_numbers_are_proved_and_the_old_one_is_told(world: World) -> None:
    write_what_is_wanted()
    old, new = world.member.mobile or "", new_mobile()
    hers, elsewhere = log_in(world), log_in(world)
    assert ask(hers, old).status_code == 422
    assert ask(hers, new).url == reverse("portal:number-code")
    assert give(hers, "000000").status_code == 422
    assert give(hers, code_to(old)).url == reverse("portal:number-code")
    assert Member.objects.get(pk=world.member.pk).mobile == old, "half the way"
    done = give(hers, code_to(new))
    assert done.url == reverse("portal:profile")
    member = Member.objects.get(pk=world.member.pk)
    assert member.mobile == new and member.frozen_until is not None
    page = hers.get(reverse("portal:profile")).content.decode()
    assert "شمارهٔ شما عوض شد" in page
    assert elsewhere.get(reverse("portal:home")).status_code == 302, "logged out elsewhere"
    told_to_old = Message.objects.filter(recipient=old, kind="number")
    deadline = monotonic() + 60
    while not told_to_old.exists():
        # Others' transactions on this server hold the event log back.
        assert monotonic() < deadline
        write_what_is_wanted()
        sleep(0.05)
    [told] = told_to_old
    assert "همین حالا به باشگاه خبر دهید" in told.text
    again = Client()
    again.post(reverse("portal:login", args=[world.record.slug]), {"mobile": new})
    assert again.post(reverse("portal:code"), {"code": code_to(new)}).url == reverse("portal:home")


def test_a_stranger_learns_of_no_number_whose_it_is(world: World) -> None:
    """With her phone in hand one still finds out nothing about another's number."""
    other, hers = world.enrol(), log_in(world)
    free, taken = new_mobile(), other.mobile or ""
    for mobile in (free, taken):
        assert ask(hers, mobile).url == reverse("portal:number-code")
        assert give(hers, code_to(world.member.mobile or "")).status_code == 302
        page = hers.get(reverse("portal:number-code")).content.decode()
        assert "عضو دیگری" not in page
        assert give(hers, "111111").status_code == 422
    refused = give(hers, code_to(taken))
    assert refused.status_code == 422
    assert "عضو دیگری" in refused.content.decode(), "who holds the number may know"
    assert not NumberChange.objects.filter(club=world.record).exists()
    assert Member.objects.get(pk=world.member.pk).mobile == world.member.mobile


def test_without_the_old_code_nothing_begins(world: World) -> None:
    hers = world.client("member")
    assert give(hers, "123456").url == reverse("portal:number")
    new = new_mobile()
    ask(hers, new)
    assert not Message.objects.filter(recipient=new).exists(), "the new one comes second"


def test_she_logs_a_device_out(world: World) -> None:
    phone, lost = log_in(world), log_in(world)
    sessions = Session.objects.filter(member=world.member)
    assert sessions.count() == 2
    assert "همین دستگاه" in phone.get(reverse("portal:devices")).content.decode()
    other = sessions.exclude(key=phone.session.session_key).get()
    stranger = world.enrol()
    theirs = Client()
    theirs.post(reverse("portal:login", args=[world.record.slug]), {"mobile": stranger.mobile})
    theirs.post(reverse("portal:code"), {"code": code_to(stranger.mobile or "")})
    theirs.post(reverse("portal:end-device"), {"session": other.pk})
    assert lost.get(reverse("portal:home")).status_code == 200, "nobody ends another's"
    phone.post(reverse("portal:end-device"), {"session": other.pk})
    assert lost.get(reverse("portal:home")).status_code == 302
    assert phone.get(reverse("portal:home")).status_code == 200
