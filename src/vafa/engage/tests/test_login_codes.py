from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from tests.world import World, new_mobile
from vafa.club.actions.login_codes import MAX_REQUESTS, MAX_WRONG_TRIES
from vafa.club.errors import InactiveMember, TooManyTries, WrongCode
from vafa.club.models import LoginCode, Member
from vafa.core.errors import DomainError
from vafa.engage.actions.login_codes import check_code, request_code
from vafa.engage.errors import NoChannel
from vafa.engage.models import Message


def code_sent(world: World, mobile: str) -> str:
    """The code in the latest text to a mobile."""
    text = Message.objects.filter(club=world.record, recipient=mobile).order_by("-id")[0].text
    found = re.search(r"\b\d{6}\b", text)
    assert found, text
    return found[0]


def wrong(code: str) -> str:
    """Another code of six digits."""
    return f"{(int(code) + 1) % 10**6:06}"


def outcome(world: World, mobile: str, code: str) -> str:
    """What became of a try, in a word; for threads."""
    try:
        check_code(world.club, mobile, code)
    except DomainError as error:
        return error.code
    finally:
        connection.close()
    return "in"


def test_the_code_comes_back_once(world: World) -> None:
    mobile = str(world.member.mobile)
    request_code(world.club, mobile)
    code = code_sent(world, mobile)

    persian = code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert check_code(world.club, mobile, f" {persian[:3]} {persian[3:]} ") == world.member
    with pytest.raises(WrongCode):
        check_code(world.club, mobile, code)


def test_a_new_code_makes_the_old_one_void(world: World) -> None:
    mobile = str(world.member.mobile)
    request_code(world.club, mobile)
    old = code_sent(world, mobile)
    request_code(world.club, mobile)
    new = code_sent(world, mobile)

    if old != new:
        with pytest.raises(WrongCode):
            check_code(world.club, mobile, old)
    assert check_code(world.club, mobile, new) == world.member


def test_a_stranger_gets_a_code_too_and_proves_her_mobile(world: World) -> None:
    mobile = new_mobile()
    request_code(world.club, mobile)

    assert check_code(world.club, mobile, code_sent(world, mobile)) is None


def test_a_code_is_of_one_club_only(world: World, other_world: World) -> None:
    mobile = str(world.member.mobile)
    request_code(world.club, mobile)

    with pytest.raises(WrongCode):
        check_code(other_world.club, mobile, code_sent(world, mobile))


def test_an_inactive_member_is_told_only_after_the_right_code(world: World) -> None:
    mobile = str(world.member.mobile)
    Member.objects.filter(pk=world.member.pk).update(is_active=False)
    request_code(world.club, mobile)
    code = code_sent(world, mobile)

    with pytest.raises(WrongCode):
        check_code(world.club, mobile, wrong(code))
    with pytest.raises(InactiveMember):
        check_code(world.club, mobile, code)


def test_an_old_code_is_refused(world: World) -> None:
    mobile = str(world.member.mobile)
    request_code(world.club, mobile)
    row = LoginCode.objects.get(club=world.record, mobile=mobile)
    assert row.expires_at - row.created_at == timedelta(minutes=2)
    LoginCode.objects.filter(pk=row.pk).update(
        created_at=row.created_at - timedelta(minutes=5),
        expires_at=row.expires_at - timedelta(minutes=5),
    )

    with pytest.raises(WrongCode):
        check_code(world.club, mobile, code_sent(world, mobile))


def test_five_wrong_tries_lock_the_code_and_new_ones_until_it_runs_out(world: World) -> None:
    mobile = str(world.member.mobile)
    request_code(world.club, mobile)
    code = code_sent(world, mobile)
    for _ in range(MAX_WRONG_TRIES - 1):
        with pytest.raises(WrongCode):
            check_code(world.club, mobile, wrong(code))
    with pytest.raises(TooManyTries):
        check_code(world.club, mobile, wrong(code))

    with pytest.raises(TooManyTries) as refusal:
        check_code(world.club, mobile, code)
    assert 1 <= refusal.value.details["minutes"] <= 5
    with pytest.raises(TooManyTries):
        request_code(world.club, mobile)


def test_five_codes_an_hour(world: World) -> None:
    mobile = new_mobile()
    for _ in range(MAX_REQUESTS):
        request_code(world.club, mobile)
    with pytest.raises(TooManyTries) as refusal:
        request_code(world.club, mobile)
    assert 59 <= refusal.value.details["minutes"] <= 60

    LoginCode.objects.filter(club=world.record, mobile=mobile).update(
        created_at=LoginCode.objects.filter(mobile=mobile)[0].created_at - timedelta(hours=1)
    )
    request_code(world.club, mobile)


@pytest.mark.race
def test_wrong_codes_at_the_same_moment_are_all_counted(world: World) -> None:
    mobile = str(world.member.mobile)
    request_code(world.club, mobile)
    code = code_sent(world, mobile)
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda _: outcome(world, mobile, wrong(code)), range(24)))

    assert "in" not in results
    assert LoginCode.objects.get(club=world.record, mobile=mobile).wrong_tries == MAX_WRONG_TRIES
    with pytest.raises(TooManyTries):
        check_code(world.club, mobile, code)


@pytest.mark.race
def test_the_right_code_lets_one_in_however_many_send_it(world: World) -> None:
    mobile = str(world.member.mobile)
    request_code(world.club, mobile)
    code = code_sent(world, mobile)
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda _: outcome(world, mobile, code), range(8)))

    assert sorted(results) == ["in", *["wrong_code"] * 7]


@pytest.mark.race
def test_requests_at_the_same_moment_stay_within_the_limit(world: World) -> None:
    mobile = new_mobile()

    def ask(_: int) -> bool:
        try:
            request_code(world.club, mobile)
        except TooManyTries:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(ask, range(16))) == MAX_REQUESTS


def test_the_code_is_neither_stored_nor_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    mobile = str(world.member.mobile)
    with caplog.at_level(logging.DEBUG):
        request_code(world.club, mobile)
        code = code_sent(world, mobile)
        check_code(world.club, mobile, code)

    assert code not in LoginCode.objects.get(club=world.record, mobile=mobile).code_hash
    assert code not in caplog.text


def test_without_a_channel_nothing_is_promised(world: World, settings: object) -> None:
    settings.OUTBOX_PAGE = False  # type: ignore[attr-defined]  # pytest-django's own object
    mobile = new_mobile()
    with pytest.raises(NoChannel):
        request_code(world.club, mobile)

    assert not LoginCode.objects.filter(mobile=mobile).exists()
    assert not Message.objects.filter(recipient=mobile).exists()
