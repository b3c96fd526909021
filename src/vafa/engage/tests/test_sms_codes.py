"""One-time codes through a provider: at once, once, and nowhere to be read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.sms_server import Standin, serving
from tests.world import World, new_mobile
from vafa.core.db import fetch
from vafa.engage.actions import codes, delivery
from vafa.engage.actions.delivery import send_due
from vafa.engage.actions.following import follow
from vafa.engage.actions.login_codes import check_code, request_code
from vafa.engage.errors import NoChannel, NotSent, SendingLimited
from vafa.engage.tests.sms_world import connect, later, messages, states, steps


@pytest.fixture
def house(settings: Any) -> Iterator[Standin]:
    with serving() as standin:
        settings.REAL_MESSAGES, settings.OUTBOX_PAGE = True, False
        settings.SMS_URLS = standin.urls
        yield standin


@pytest.mark.parametrize("kind", ["kavenegar", "smsir"])
def test_she_comes_in_with_the_code_of_a_text_message(
    house: Standin, world: World, kind: str
) -> None:
    connect(world, kind)
    client, mobile = Client(), str(world.member.mobile)
    asked = client.post(reverse("portal:login", args=[world.record.slug]), {"mobile": mobile})
    assert asked.url == reverse("portal:code")
    [sent] = house.sent
    assert (sent.to, sent.template) == ("0" + mobile[3:], "77")
    entered = client.post(reverse("portal:code"), {"code": sent.text})
    assert entered.url == reverse("portal:home")
    [message] = messages(world)
    assert (message.state, message.sealed) == ("accepted", None)
    assert message.cost == 1_350 if kind == "kavenegar" else message.cost == 1_400 * message.parts
    assert steps(message) == ["began", "accepted"]


def test_without_a_template_the_whole_text_goes(house: Standin, world: World) -> None:
    connect(world, template="")
    request_code(world.club, new_mobile())
    assert world.club.name in house.sent[0].text
    assert house.sent[0].template == ""


def test_members_and_strangers_are_answered_alike(house: Standin, world: World) -> None:
    connect(world)
    door = reverse("portal:login", args=[world.record.slug])
    answers = [
        Client().post(door, {"mobile": mobile}) for mobile in (world.member.mobile, new_mobile())
    ]
    assert len({(answer.status_code, answer.url, answer.content) for answer in answers}) == 1
    assert len(house.sent) == 2


def test_no_code_and_no_key_can_be_read_in_the_database(house: Standin, world: World) -> None:
    connect(world)
    mobile = new_mobile()
    house.break_next("refuse", 451)
    request_code(world.club, mobile)
    [message] = messages(world)
    assert message.state == "queued" and message.sealed
    later(world, minutes=1)
    assert send_due(world.club) == 1
    code = house.sent[0].text
    assert check_code(world.club, mobile, code) is None
    tables = ("engage_message", "engage_attempt", "engage_smssettings", "club_audit", "core_event")
    for table in tables:
        rows = fetch(f"SELECT t::text FROM {table} t WHERE club_id = %s", [world.record.id])
        assert not any(code in text or "4B6F" in text for (text,) in rows), table


def test_a_slow_provider_holds_nobody_up_and_sends_once(house: Standin, world: World) -> None:
    connect(world)
    house.break_next("slow", 3.5)
    began = time.monotonic()
    request_code(world.club, new_mobile())
    assert time.monotonic() - began < 3
    assert send_due(world.club) == 0, "it is somebody else's to send"
    wait_until(lambda: states(world) == ["accepted"])
    assert len(house.sent) == 1


def test_where_no_thread_is_free_the_worker_sends_it(
    house: Standin, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(world)
    monkeypatch.setattr(codes, "WAIT_SECONDS", 0.2)
    house.break_next("slow", 3, times=codes._AT_ONCE)
    for _ in range(codes._AT_ONCE + 1):
        request_code(world.club, new_mobile())
    assert states(world).count("queued") == 1
    assert fetch(
        "SELECT 1 FROM procrastinate_jobs WHERE task_name = %s AND args @> %s::jsonb",
        [codes.SEND_JOB, f'{{"club_id": {world.record.id}}}'],
    )
    assert send_due(world.club) == 1
    wait_until(lambda: set(states(world)) == {"accepted"})
    assert len(house.sent) == codes._AT_ONCE + 1


def test_what_may_have_gone_is_not_sent_again(house: Standin, world: World) -> None:
    connect(world)
    house.break_next("lost")
    request_code(world.club, new_mobile())
    later(world, minutes=5)
    follow(world.club)
    send_due(world.club)
    assert states(world) == ["unknown"] and len(house.sent) == 1


def test_a_provider_that_cannot_be_reached_is_tried_again(
    house: Standin, world: World, settings: Any
) -> None:
    connect(world)
    settings.SMS_URLS = {"kavenegar": "http://127.0.0.1:9/"}
    request_code(world.club, new_mobile())
    [message] = messages(world)
    assert steps(message) == ["began", "refused unavailable"]
    settings.SMS_URLS = house.urls
    assert send_due(world.club) == 0, "a minute later, not at once"
    later(world, minutes=1)
    assert send_due(world.club) == 1 and len(house.sent) == 1


def test_a_code_that_comes_too_late_is_not_sent(house: Standin, world: World) -> None:
    connect(world)
    house.break_next("refuse", 409)
    request_code(world.club, new_mobile())
    later(world, minutes=1)
    delivery._expire(world.record.id, messages(world)[0].good_until)
    assert states(world) == ["expired"] and messages(world)[0].sealed is None
    assert send_due(world.club) == 0 and house.sent == []


@pytest.mark.parametrize("code", [403, 411, 412, 418, 424, 426])
def test_she_is_told_when_no_code_will_come(house: Standin, world: World, code: int) -> None:
    connect(world)
    house.break_next("refuse", code)
    with pytest.raises(NotSent):
        request_code(world.club, new_mobile())
    assert house.sent == []


def test_a_club_without_an_account_sends_nothing(house: Standin, world: World) -> None:
    with pytest.raises(NoChannel):
        request_code(world.club, new_mobile())
    connect(world, is_on=False)
    with pytest.raises(NoChannel):
        request_code(world.club, new_mobile())


def test_a_clubs_own_limits_hold(house: Standin, world: World) -> None:
    connect(world, hour_limit=3)
    for _ in range(3):
        request_code(world.club, new_mobile())
    with pytest.raises(SendingLimited):
        request_code(world.club, new_mobile())
    connect(world, month_limit=3 * 1_350 + 1_399)
    with pytest.raises(SendingLimited):
        request_code(world.club, new_mobile())
    connect(world, month_limit=3 * 1_350 + 1_400)
    request_code(world.club, new_mobile())
    assert len(house.sent) == 4


def wait_until(holds: Any) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_key_of_another_installation_is_told_to_nobody_but_the_owner(
    house: Standin, world: World, settings: Any
) -> None:
    connect(world)
    settings.SECRET_KEY = "another-installation's-secret-key-of-its-own"
    with pytest.raises(NotSent):
        request_code(world.club, new_mobile())
    assert send_due(world.club) == 0 and states(world) == ["queued"]
