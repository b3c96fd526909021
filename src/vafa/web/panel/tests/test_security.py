"""The second step of a login, recovery codes, passwords, and sessions that are ended."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factors import app_code, with_factor
from tests.world import PASSWORD, World
from vafa.club.actions.second_factor import use_second_factor
from vafa.club.actions.staff import set_staff_active
from vafa.club.models import Audit, SecondFactor, Session, Staff
from vafa.club.staff_errors import WrongSecondFactor
from vafa.core.clock import now
from vafa.core.vault import unseal


def password_of(world: World, role: str) -> dict[str, str]:
    return {"username": world.staff[role].user.username, "password": PASSWORD}


def half_in(world: World, role: str = "manager", face: str = "panel") -> Client:
    """A browser after the right password of somebody who has a second step."""
    browser = Client()
    answer = browser.post(reverse(f"{face}:login"), password_of(world, role))
    assert answer.url.startswith(reverse(f"{face}:second-step"))
    return browser


def second(browser: Client, code: str, face: str = "panel") -> Any:
    return browser.post(reverse(f"{face}:second-step"), {"code": code})


def is_in(browser: Client) -> bool:
    return browser.get(reverse("panel:security")).status_code == 200


def test_she_sets_it_up_and_needs_it_from_then_on(world: World) -> None:
    person, hers = world.staff["manager"], world.client("manager")
    page = hers.get(reverse("panel:set-factor")).content.decode()
    key = unseal(SecondFactor.objects.get(user=person.user).sealed_key)
    assert key[:4] in page and "otpauth" not in page, (
        "the key stands there to be typed, in no address"
    )
    assert key not in str(SecondFactor.objects.filter(user=person.user).values())
    wrong = hers.post(reverse("panel:set-factor"), {"code": "000000"})
    assert wrong.status_code == 422
    browser = Client()
    assert browser.post(reverse("panel:login"), password_of(world, "manager")).url == reverse(
        "panel:dashboard"
    ), "until it is confirmed the password is enough"

    done = hers.post(reverse("panel:set-factor"), {"code": app_code(person)})
    codes = re.findall(r"<li>([a-z0-9]{5}-[a-z0-9]{5})</li>", done.content.decode())
    assert len(codes) == 10
    stored = SecondFactor.objects.get(user=person.user)
    assert len(stored.recovery) == 10 and codes[0].replace("-", "") not in str(stored.recovery)
    assert hers.get(reverse("panel:set-factor")).status_code == 302, "not shown again"

    browser = half_in(world)
    assert not is_in(browser), "half in is not in"
    assert second(browser, codes[0]).status_code == 302
    assert is_in(browser)
    assert second(half_in(world), codes[0]).status_code == 422, "a recovery code works once"
    assert len(SecondFactor.objects.get(user=person.user).recovery) == 9


def test_a_code_is_good_once_and_for_a_minute(world: World) -> None:
    person = with_factor(world.staff["manager"])
    code = app_code(person)
    first = half_in(world)
    assert second(first, "۱۲۳ ۴۵۶").status_code == 422
    assert second(first, f"{code[:3]} {code[3:]}").status_code == 302
    again = half_in(world)
    assert second(again, code).status_code == 422 and not is_in(again), "somebody looked over her"
    for minutes in (-2, 2):
        with pytest.raises(WrongSecondFactor):
            use_second_factor(person.user, app_code(person, now() + timedelta(minutes=minutes)))


def test_five_wrong_codes_and_she_waits(world: World) -> None:
    person = with_factor(world.staff["manager"])
    browser = half_in(world)
    for _n in range(5):
        assert second(browser, "000000").status_code == 422
    assert second(browser, app_code(person)).status_code == 429
    assert second(half_in(world), app_code(person)).status_code == 429, "in any browser"
    rows = Audit.objects.filter(club=world.record, action="login.second_failed")
    assert rows.count() == 5


def test_the_second_step_needs_the_first(world: World) -> None:
    person = with_factor(world.staff["cashier"])
    stranger = Client()
    assert second(stranger, app_code(person)).url == reverse("panel:login")
    browser = half_in(world, "cashier", "till")
    session = browser.session
    session["second_step"] = [person.pk, now().timestamp() - 6 * 60]
    session.save()
    assert second(browser, app_code(person), "till").url == reverse("till:login"), "too late"
    browser = half_in(world, "cashier", "till")
    assert second(browser, app_code(person), "till").url == reverse("till:home")


def test_owners_and_accountants_must_have_one(world: World, settings: Any) -> None:
    settings.SECOND_FACTOR = True
    for role in ("owner", "accountant"):
        hers = world.client(role)
        assert hers.get(reverse("panel:members")).url == reverse("panel:security")
        assert hers.get(reverse("panel:set-factor")).status_code == 200
        assert hers.post(reverse("panel:password"), {"old": ""}).status_code == 422
        person = world.staff[role]
        hers.post(reverse("panel:set-factor"), {"code": app_code(person)})
        assert hers.get(reverse("panel:members")).status_code == 200
        later = {"code": app_code(person, now() + timedelta(seconds=30))}
        assert hers.post(reverse("panel:end-factor"), later).status_code == 409
    assert world.client("manager").get(reverse("panel:members")).status_code == 200
    assert world.client("owner").get(reverse("till:home")).status_code == 200


def test_an_owner_takes_a_lost_one_away_and_she_is_told(world: World) -> None:
    person, owner = with_factor(world.staff["manager"]), world.client("owner")
    url = reverse("panel:reset-factor", args=[person.pk])
    assert world.client("accountant").post(url).status_code == 403
    assert owner.post(url).status_code == 302
    browser = Client()
    browser.post(reverse("panel:login"), password_of(world, "manager"))
    assert "برداشته شده" in browser.get(reverse("panel:security")).content.decode()
    own = reverse("panel:reset-factor", args=[world.staff["owner"].pk])
    with_factor(world.staff["owner"])
    assert owner.post(own).status_code == 403, "her own one ends with a code"
    assert SecondFactor.objects.filter(user=world.staff["owner"].user).exists()


def test_one_club_alone_takes_no_second_step_of_two_away(world: World, other_world: World) -> None:
    """She works in two clubs with one login: what the one thinks lost still guards the other."""
    person, owner = with_factor(world.staff["manager"]), world.client("owner")
    there = Staff.objects.create(club=other_world.record, user=person.user, role="manager")
    url = reverse("panel:reset-factor", args=[person.pk])
    page = owner.get(reverse("panel:edit-staff", args=[person.pk])).content.decode()
    assert url not in page and "vafa staff reset-second-factor" in page
    refused = owner.post(url)
    assert refused.status_code == 409 and "باشگاه دیگری" in refused.content.decode()
    person.user.refresh_from_db()
    assert (
        SecondFactor.objects.filter(user=person.user).exists() and not person.user.factor_reset_at
    )
    assert not Audit.objects.filter(action="second_factor.reset", thing_id=str(person.pk)).exists()
    half_in(world)

    set_staff_active(there, False, actor=other_world.owner)
    assert url in owner.get(reverse("panel:edit-staff", args=[person.pk])).content.decode()
    assert owner.post(url).status_code == 302
    assert not SecondFactor.objects.filter(user=person.user).exists()


def test_another_password_ends_what_others_opened(world: World) -> None:
    hers, thief = Client(), Client()
    for browser in (hers, thief):
        browser.post(reverse("panel:login"), password_of(world, "manager"))
    change = {"old": "not-hers", "new": "quite-another-passphrase"}
    assert hers.post(reverse("panel:password"), change).status_code == 422
    assert is_in(thief)
    change["old"] = PASSWORD
    assert hers.post(reverse("panel:password"), change).status_code == 302
    assert is_in(hers) and not is_in(thief)
    assert Session.objects.filter(staff=world.staff["manager"]).count() == 1


def test_sessions_are_listed_and_ended(world: World) -> None:
    phone, office = Client(), Client()
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
    phone.post(reverse("panel:login"), password_of(world, "manager"), HTTP_USER_AGENT=agent)
    before = office.session.session_key
    office.post(reverse("panel:login"), password_of(world, "manager"))
    assert office.session.session_key != before
    page = office.get(reverse("panel:security")).content.decode()
    assert "Chrome روی Android" in page
    other = Session.objects.get(staff=world.staff["manager"], device=agent)
    support = world.client("support")
    support.post(reverse("panel:end-session"), {"session": other.pk})
    assert is_in(phone), "nobody ends another's"
    office.post(reverse("panel:end-session"), {"session": other.pk})
    assert is_in(office) and not is_in(phone)
    owner = world.client("owner")
    owner.post(reverse("panel:end-staff-sessions", args=[world.staff["manager"].pk]))
    assert not is_in(office)
