"""One-time codes are messages that cost money, and guesses that must stay rare."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.models import F
from django.test import Client
from django.urls import reverse

from tests.world import World, new_mobile
from vafa.club.actions import login_codes, login_limits
from vafa.club.actions.login_codes import MAX_WRONG_A_DAY, MAX_WRONG_TRIES
from vafa.club.actions.login_limits import MAX_PER_ADDRESS, limited_address
from vafa.club.errors import TooManyTries, WrongCode
from vafa.club.models import LoginCode, LoginFailure
from vafa.core.clock import now
from vafa.engage.actions.login_codes import check_code, request_code
from vafa.engage.models import Message
from vafa.engage.tests.test_login_codes import code_sent, wrong

_taken = iter(range(1, 250))


@pytest.fixture
def address() -> str:
    """A public address that no other test asks from."""
    return f"8.8.4.{next(_taken)}"


def ask(world: World, address: str) -> str:
    """A code for a new mobile; the mobile."""
    mobile = new_mobile()
    request_code(world.club, mobile, address=address)
    return mobile


def test_one_address_asks_for_so_many_codes_and_no_more(world: World, address: str) -> None:
    for _ in range(MAX_PER_ADDRESS):
        ask(world, address)
    with pytest.raises(TooManyTries) as refusal:
        ask(world, address)
    assert 59 <= refusal.value.details["minutes"] <= 60
    assert Message.objects.filter(club=world.record).count() == MAX_PER_ADDRESS

    with time_machine.travel(now() + timedelta(hours=1, seconds=1)):
        ask(world, address)


def test_a_day_has_a_limit_for_an_address_and_for_a_number(
    world: World, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login_limits, "MAX_PER_ADDRESS_A_DAY", 7)
    monkeypatch.setattr(login_codes, "MAX_REQUESTS_A_DAY", 7)
    mobile, begun = new_mobile(), now()
    for n in range(7):
        with time_machine.travel(begun + timedelta(hours=n)):
            request_code(world.club, mobile, address=address)
    with time_machine.travel(begun + timedelta(hours=8)):
        with pytest.raises(TooManyTries) as refusal:
            request_code(world.club, mobile)
        assert refusal.value.details["hours"] == 16
        with pytest.raises(TooManyTries):
            ask(world, address)
    with time_machine.travel(begun + timedelta(hours=24, minutes=1)):
        request_code(world.club, mobile, address=address)


def test_a_shop_full_of_customers_logs_in(world: World, address: str) -> None:
    for _ in range(MAX_PER_ADDRESS + 5):
        mobile = ask(world, address)
        check_code(world.club, mobile, code_sent(world, mobile), address=address)

    assert not LoginFailure.objects.filter(name=address).exists()


def test_a_club_pays_for_so_many_codes_and_no_more(
    world: World,
    other_world: World,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(login_limits, "MAX_PER_CLUB", 3)
    for _ in range(3):
        ask(world, "")
    with pytest.raises(TooManyTries):
        ask(world, "")
    assert "no more sent" in caplog.text

    ask(other_world, "")


def test_ten_wrong_codes_and_the_day_is_over(world: World, address: str) -> None:
    mobile = str(world.member.mobile)
    for _ in range(MAX_WRONG_A_DAY // MAX_WRONG_TRIES):
        request_code(world.club, mobile, address=address)
        code = code_sent(world, mobile)
        for _ in range(MAX_WRONG_TRIES - 1):
            with pytest.raises(WrongCode):
                check_code(world.club, mobile, wrong(code))
        with pytest.raises(TooManyTries):
            check_code(world.club, mobile, wrong(code))
        LoginCode.objects.filter(mobile=mobile).update(
            expires_at=F("expires_at") - timedelta(minutes=5)
        )

    with pytest.raises(TooManyTries) as refusal:
        request_code(world.club, mobile, address=address)
    assert refusal.value.details == {"hours": 24}
    with time_machine.travel(now() + timedelta(days=1)):
        request_code(world.club, mobile, address=address)
        assert check_code(world.club, mobile, code_sent(world, mobile)) == world.member


def test_a_day_counts_the_tries_at_a_fresh_code_too(world: World) -> None:
    mobile = str(world.member.mobile)
    request_code(world.club, mobile)
    LoginCode.objects.filter(mobile=mobile).update(wrong_tries=MAX_WRONG_TRIES - 1)
    request_code(world.club, mobile)
    LoginCode.objects.filter(mobile=mobile, wrong_tries=0).update(wrong_tries=MAX_WRONG_TRIES - 1)
    request_code(world.club, mobile)
    code = code_sent(world, mobile)
    with pytest.raises(WrongCode):
        check_code(world.club, mobile, wrong(code))
    with pytest.raises(TooManyTries):
        check_code(world.club, mobile, wrong(code))
    with pytest.raises(TooManyTries):
        check_code(world.club, mobile, code)


@pytest.mark.race
def test_requests_of_one_address_at_the_same_moment(world: World, address: str) -> None:
    def asked(_: int) -> bool:
        try:
            ask(world, address)
        except TooManyTries:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(asked, range(MAX_PER_ADDRESS + 20))) == MAX_PER_ADDRESS


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("5.160.1.2", "5.160.1.2"),
        ("::ffff:5.160.1.2", "5.160.1.2"),
        ("2a01:5ec0:1:2:aaaa::1", "2a01:5ec0:1:2::/64"),
        ("2a01:5ec0:1:2:bbbb::7", "2a01:5ec0:1:2::/64"),
        ("127.0.0.1", ""),
        ("192.168.1.20", ""),
        ("unix:", ""),
        ("", ""),
    ],
)
def test_what_counts_as_one_address(address: str, counted: str) -> None:
    assert limited_address(address) == counted


def knock(world: World, times: int, **headers: str) -> list[int]:
    """Asks through the portal's door; the statuses."""
    door = reverse("portal:login", args=[world.record.slug])
    client: Any = Client(**headers)
    return [client.post(door, {"mobile": new_mobile()}).status_code for _ in range(times)]


def test_nobody_claims_another_address(world: World, address: str, settings: Any) -> None:
    settings.PROXIES = 0
    statuses = [
        knock(world, 1, REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR=f"9.9.9.{n}")[0]
        for n in range(MAX_PER_ADDRESS + 1)
    ]
    assert statuses == [302] * MAX_PER_ADDRESS + [429]


def test_behind_a_proxy_it_is_the_address_that_the_proxy_saw(
    world: World, address: str, settings: Any
) -> None:
    settings.PROXIES = 1
    for n in range(MAX_PER_ADDRESS):
        claim = f"9.9.8.{n}, {address}"
        assert knock(world, 1, REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR=claim) == [302]
    assert knock(world, 1, REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR=address) == [429]
    others = f"{address}, 8.8.5.5"
    assert knock(world, 1, REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR=others) == [302]
