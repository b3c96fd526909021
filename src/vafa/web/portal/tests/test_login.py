from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.world import World, new_mobile
from vafa.club.models import LoginCode, Member
from vafa.engage.models import Message


def door(world: World) -> str:
    return reverse("portal:login", args=[world.record.slug])


def ask(client: Client, world: World, mobile: str) -> Any:
    return client.post(door(world), {"mobile": mobile})


def code_sent(world: World, mobile: str) -> str:
    text = Message.objects.filter(club=world.record, recipient=mobile).order_by("-id")[0].text
    found = re.search(r"\b\d{6}\b", text)
    assert found
    return found[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def come_in(client: Client, world: World, mobile: str) -> Any:
    ask(client, world, mobile)
    return client.post(reverse("portal:code"), {"code": code_sent(world, mobile)})


def test_she_comes_in_with_persian_digits_and_goes_out(world: World) -> None:
    client = Client()
    mobile = str(world.member.mobile)
    typed = ("0" + mobile[3:]).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert ask(client, world, typed).url == reverse("portal:code")
    answer = client.post(reverse("portal:code"), {"code": code_sent(world, mobile)})

    assert answer.url == reverse("portal:home")
    assert world.member.name in client.get(answer.url).content.decode()
    client.post(reverse("portal:logout"))
    assert reverse("portal:login") in client.get(reverse("portal:home")).headers["Location"]


def test_strangers_are_sent_to_the_login_and_back(world: World) -> None:
    client = Client()
    for name in ("home", "card", "rewards", "history", "profile"):
        answer = client.get(reverse(f"portal:{name}"))
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(reverse("portal:login"))

    wanted = reverse("portal:history")
    client.post(f"{door(world)}?next={wanted}", {"mobile": world.member.mobile})
    mobile = str(world.member.mobile)
    answer = client.post(reverse("portal:code"), {"code": code_sent(world, mobile)})
    assert answer.url == wanted


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/panel/", "javascript:x"]
)
def test_the_way_back_stays_in_the_portal(world: World, target: str) -> None:
    client = Client()
    mobile = str(world.member.mobile)
    client.post(f"{door(world)}?next={target}", {"mobile": mobile})
    answer = client.post(reverse("portal:code"), {"code": code_sent(world, mobile)})

    assert answer.url == reverse("portal:home")


def test_nobody_can_tell_members_from_strangers(world: World) -> None:
    known, unknown = str(world.member.mobile), new_mobile()
    answers = []
    for mobile in (known, unknown):
        client = Client()
        asked = ask(client, world, mobile)
        page = client.get(asked.url).content.decode()
        failed = client.post(reverse("portal:code"), {"code": wrong(code_sent(world, mobile))})
        answers.append((asked.status_code, asked.url, len(page), failed.status_code))

    assert answers[0] == answers[1]


def test_the_code_is_in_no_answer(world: World) -> None:
    client = Client()
    mobile = str(world.member.mobile)
    asked = ask(client, world, mobile)
    code = code_sent(world, mobile)
    page = client.get(asked.url)

    assert code not in asked.content.decode() + page.content.decode()
    assert code not in f"{asked.headers}{page.headers}{client.cookies}{dict(client.session)}"


def test_five_wrong_codes_and_the_right_one_is_no_use(world: World) -> None:
    client = Client()
    mobile = str(world.member.mobile)
    ask(client, world, mobile)
    code = code_sent(world, mobile)
    statuses = [
        client.post(reverse("portal:code"), {"code": wrong(code)}).status_code for _ in range(5)
    ]

    assert statuses == [422, 422, 422, 422, 429]
    assert client.post(reverse("portal:code"), {"code": code}).status_code == 429
    assert client.post(reverse("portal:send-again")).status_code == 429
    assert client.get(reverse("portal:home")).status_code == 302


def test_a_code_that_ran_out(world: World) -> None:
    client = Client()
    mobile = str(world.member.mobile)
    ask(client, world, mobile)
    row = LoginCode.objects.get(club=world.record, mobile=mobile)
    LoginCode.objects.filter(pk=row.pk).update(expires_at=row.created_at)
    answer = client.post(reverse("portal:code"), {"code": code_sent(world, mobile)})

    assert answer.status_code == 422
    assert "زمان آن گذشته" in answer.content.decode()


def test_a_fresh_code_on_request(world: World) -> None:
    client = Client()
    mobile = str(world.member.mobile)
    ask(client, world, mobile)
    assert client.post(reverse("portal:send-again")).url == reverse("portal:code")
    answer = client.post(reverse("portal:code"), {"code": code_sent(world, mobile)})

    assert answer.url == reverse("portal:home")


@pytest.mark.parametrize("typed", ["", "abc", "02112345678", "0912", "۰۹۱۲۳۴۵۶۷۸۹۰۱۲", "x" * 5000])
def test_what_is_no_mobile_is_refused_in_words(world: World, typed: str) -> None:
    answer = ask(Client(), world, typed)

    assert answer.status_code == 422
    assert "text-error" in answer.content.decode()


def test_a_stranger_joins_with_her_name(world: World) -> None:
    client = Client()
    mobile = new_mobile()
    assert come_in(client, world, mobile).url == reverse("portal:join")
    assert client.post(reverse("portal:join"), {"name": ""}).status_code == 422
    form = {"name": "سارا  كريمي", "birth_date": "1370/05/12"}
    assert client.post(reverse("portal:join"), form).url == reverse("portal:home")

    member = Member.objects.get(club=world.record, mobile=mobile)
    assert member.name == "سارا کریمی"
    assert str(member.birth_date) == "1991-08-03"
    assert world.balance(member).available == 20
    page = client.get(reverse("portal:home")).content.decode()
    assert "سارا کریمی" in page and "۲۰" in page


def test_joining_twice_is_joining_once(world: World) -> None:
    client, twin = Client(), Client()
    mobile = new_mobile()
    come_in(client, world, mobile)
    come_in(twin, world, mobile)
    for browser in (client, twin):
        assert browser.post(reverse("portal:join"), {"name": "نگار"}).url == reverse("portal:home")

    member = Member.objects.get(club=world.record, mobile=mobile)
    assert world.balance(member).available == 20


def test_nobody_joins_without_a_proved_mobile(world: World) -> None:
    client = Client()
    assert client.get(reverse("portal:join")).url == reverse("portal:login")
    ask(client, world, new_mobile())
    assert client.post(reverse("portal:join"), {"name": "x"}).url == reverse("portal:login")


def test_a_closed_membership_ends_the_session(world: World) -> None:
    client = Client()
    come_in(client, world, str(world.member.mobile))
    Member.objects.filter(pk=world.member.pk).update(is_active=False)

    assert client.get(reverse("portal:home")).status_code == 302


def test_the_door_of_an_unknown_club(world: World) -> None:
    assert Client().get(reverse("portal:login", args=["no-such-club"])).status_code == 404
    assert Client().get(reverse("portal:enter", args=["no-such-club"])).status_code == 404


def test_each_club_has_its_own_door(world: World, other_world: World) -> None:
    client = Client()
    come_in(client, world, str(world.member.mobile))

    assert client.get(reverse("portal:enter", args=[world.record.slug])).url == reverse(
        "portal:home"
    )
    foreign = client.get(reverse("portal:enter", args=[other_world.record.slug]))
    assert foreign.url == door(other_world)
    assert other_world.record.name in client.get(foreign.url).content.decode()


def test_without_a_channel_the_page_says_so(world: World, settings: Any) -> None:
    settings.OUTBOX_PAGE = False
    answer = ask(Client(), world, str(world.member.mobile))

    assert answer.status_code == 503
    assert "ارسال پیام" in answer.content.decode()
