"""The owner sets her account for text messages up, tries it, and sees what went out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from tests.sms_server import KEY, Standin, serving
from tests.world import World, new_mobile
from vafa.club.models import Audit
from vafa.engage.actions.accounts import provider_of, sms_settings
from vafa.engage.actions.login_codes import request_code
from vafa.engage.errors import KeyUnreadable
from vafa.engage.models import Message

SETTINGS, LIST = reverse("panel:sms"), reverse("panel:messages")
FIELDS = {
    **{"kind": "kavenegar", "key": KEY, "sender": "۱۰۰۰ ۴۳۴۶", "template": "login"},
    **{"footer": "لغو۱۱", "part_price": "140", "hour_limit": "۱۰۰", "month_limit": "500,000"},
    "is_on": "on",
}


@pytest.fixture
def house(settings: Any) -> Iterator[Standin]:
    with serving() as standin:
        settings.REAL_MESSAGES, settings.OUTBOX_PAGE = True, False
        settings.SMS_URLS = standin.urls
        yield standin


def text_of(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


def test_from_the_settings_to_the_list(house: Standin, world: World) -> None:
    owner = world.client("owner")
    assert "panel-card" in text_of(owner.get(SETTINGS))
    assert owner.post(SETTINGS, FIELDS).url == SETTINGS
    stored = sms_settings(world.record.id)
    assert stored is not None
    assert (stored.sender, stored.part_price, stored.month_limit) == ("10004346", 1_400, 5_000_000)
    page = text_of(owner.get(SETTINGS))
    assert KEY not in page and KEY[-4:] in page

    tried = owner.post(reverse("panel:try-sms"), {"mobile": "09121112233"}, follow=True)
    assert "سرویس پیامک کد آزمایشی را پذیرفت" in text_of(tried)
    assert "۵٬۰۰۰ تومان" in text_of(tried), "what is left in the account"
    assert house.sent[0].text == "123456"
    listed = text_of(owner.get(LIST))
    assert "سرویس پیامک پذیرفت" in listed and "••••••" in listed
    assert "۱۳۵ تومان" in listed.replace("\xa0", " ").replace('<span class="unit">', "")
    assert "123456" not in listed and KEY not in listed


def test_the_key_stays_when_the_field_is_left_empty(house: Standin, world: World) -> None:
    owner = world.client("owner")
    owner.post(SETTINGS, FIELDS)
    assert owner.post(SETTINGS, {**FIELDS, "key": "", "sender": "2000"}).status_code == 302
    request_code(world.club, new_mobile())
    assert len(house.sent) == 1
    rows = Audit.objects.filter(club=world.record, action="sms.changed").order_by("id")
    assert rows[1].after == {"sender": "2000"} and rows[0].after["new_key"] is True
    assert not any(KEY in str(row.after) + row.search_text for row in rows)
    audit = text_of(owner.get(reverse("panel:audit")))
    assert "حساب ارسال پیامک" in audit and "خط ارسال" in audit


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": ""},
        {"key": "کلید"},
        {"sender": "my shop"},
        {"kind": "smsir"},
        {"kind": "other"},
        {"part_price": ""},
        {"hour_limit": "-1"},
        {"month_limit": "much"},
    ],
)
def test_what_cannot_work_is_said_at_its_field(world: World, wrong: dict[str, str]) -> None:
    answer = world.client("owner").post(SETTINGS, {**FIELDS, **wrong})
    assert answer.status_code == 422 and "aria-invalid" in text_of(answer)
    assert sms_settings(world.record.id) is None


def test_another_provider_needs_its_own_key(house: Standin, world: World) -> None:
    owner = world.client("owner")
    owner.post(SETTINGS, FIELDS)
    other = {**FIELDS, "kind": "smsir", "template": "77", "key": ""}
    assert owner.post(SETTINGS, other).status_code == 422
    assert owner.post(SETTINGS, {**other, "key": KEY}).status_code == 302


@pytest.mark.parametrize(("code", "said"), [(403, "کلید API"), (418, "شارژ"), (424, "قالب")])
def test_a_failed_test_says_what_to_do(house: Standin, world: World, code: int, said: str) -> None:
    owner = world.client("owner")
    owner.post(SETTINGS, FIELDS)
    house.break_next("refuse", code)
    tried = owner.post(reverse("panel:try-sms"), {"mobile": "09121112233"}, follow=True)
    assert "پیامک آزمایشی فرستاده نشد" in text_of(tried) and said in text_of(tried)
    assert said in text_of(owner.get(LIST))


def test_in_a_demo_the_test_stays_in_the_outbox(world: World) -> None:
    owner = world.client("owner")
    owner.post(SETTINGS, FIELDS)
    tried = owner.post(reverse("panel:try-sms"), {"mobile": "09121112233"}, follow=True)
    assert "صندوق پیام‌ها" in text_of(tried)
    assert Message.objects.get(club=world.record).state == "stored"


def test_the_list_is_filtered_and_looks_only(house: Standin, world: World) -> None:
    owner = world.client("owner")
    owner.post(SETTINGS, FIELDS)
    house.break_next("lost")
    request_code(world.club, str(world.member.mobile))
    assert "معلوم نیست" in text_of(owner.get(LIST, {"state": "failed"}))
    assert world.member.name in text_of(owner.get(LIST))
    assert "••••••" not in text_of(owner.get(LIST, {"state": "sent"}))
    assert SETTINGS not in text_of(world.client("accountant").get(LIST))
    assert world.client("manager").get(SETTINGS).status_code == 403


def test_another_installations_key_is_asked_for_again(
    house: Standin, world: World, settings: Any
) -> None:
    owner = world.client("owner")
    owner.post(SETTINGS, FIELDS)
    stored = sms_settings(world.record.id)
    assert stored is not None
    settings.SECRET_KEY = "another-installation's-secret-key-of-its-own"
    with pytest.raises(KeyUnreadable):
        provider_of(stored)
