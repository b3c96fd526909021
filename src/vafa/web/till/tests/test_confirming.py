"""Above the club's limit the member says herself that she pays with her points."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from time_machine import travel

from tests.world import World
from vafa.club.actions.card_codes import card_code
from vafa.club.models import Card
from vafa.commerce.models import Purchase
from vafa.core.clock import now
from vafa.core.text import to_persian_digits
from vafa.engage.models import Message
from vafa.program.models import OfflineSale
from vafa.program.rules.document import TillTerms
from vafa.web.till.tests.steps import HTMX, bill, find, preview, record, words
from vafa.web.till.tests.test_offline import send


@pytest.fixture
def strict(world: World) -> World:
    """From 100 points on the member confirms; she has 320."""
    world.change_program(till=TillTerms(confirm_points=100))
    world.buy(30_000_000)
    return world


def test_less_than_the_limit_needs_nobodys_word(strict: World) -> None:
    client = strict.client("cashier")
    posted = bill(strict, amount="500000", pay_points="99")
    assert "member_code" not in preview(client, posted)
    assert record(client, posted).status_code == 200
    assert strict.balance().available == 320 - 99 + 47


def test_the_code_of_her_card_page_is_good_once(strict: World) -> None:
    client, url = strict.client("cashier"), reverse("till:confirm", args=[strict.member.id])
    posted = bill(strict, amount="500000", pay_points="100")
    page = preview(client, posted)
    assert "member_code" in page
    assert 'id="confirm"' not in page
    assert record(client, posted).status_code == 422
    assert not Purchase.objects.filter(club=strict.record, source="till").exists()
    wrong = client.post(url, {"member_code": "000000"}, headers=HTMX)
    assert wrong.status_code == 422
    shown = strict.client("member").get(reverse("portal:card")).content.decode()
    code, left = card_code(strict.record.id, strict.member.id, now())
    assert 0 < left <= 30
    assert to_persian_digits(code) in shown
    assert client.post(url, {"member_code": code}, headers=HTMX).status_code == 200
    again = strict.client("manager").post(url, {"member_code": code}, headers=HTMX)
    assert again.status_code == 422
    assert 'id="confirm"' in preview(client, posted)
    assert record(client, posted).status_code == 200
    assert Purchase.objects.get(club=strict.record, source="till").paid_by_points == 300_000
    strict.verify()


def test_a_scanned_card_brings_its_code_along(strict: World) -> None:
    client = strict.client("cashier")
    number = Card.objects.get(member=strict.member).number
    code, _left = card_code(strict.record.id, strict.member.id, now())
    assert "مریم" in words(find(client, f"{number}*{code}"))
    posted = bill(strict, amount="500000", pay_points="100")
    assert 'id="confirm"' in preview(client, posted)
    with travel(now() + timedelta(minutes=6), tick=False):
        assert 'id="confirm"' not in preview(client, posted)
        assert "مریم" in words(find(client, f"{number}*{code}"))
        assert 'id="confirm"' not in preview(client, posted)


def test_a_message_to_her_mobile_does_as_well(strict: World) -> None:
    client = strict.client("cashier")
    sent = client.post(reverse("till:confirm-send", args=[strict.member.id]), headers=HTMX)
    assert sent.status_code == 200
    assert Message.objects.filter(club=strict.record).exists()
    login = strict.client("member")
    assert login.get(reverse("portal:home")).status_code == 200


def test_ten_wrong_codes_are_enough(strict: World) -> None:
    client, url = strict.client("cashier"), reverse("till:confirm", args=[strict.member.id])
    for _ in range(10):
        client.post(url, {"member_code": "000000"}, headers=HTMX)
    code, _left = card_code(strict.record.id, strict.member.id, now())
    assert client.post(url, {"member_code": code}, headers=HTMX).status_code == 429


def test_a_cut_bill_that_she_never_confirmed_is_recorded_without_it(strict: World) -> None:
    client = strict.client("cashier")
    posted = bill(strict, amount="500000", pay_points="150")
    head = json.loads(client.get(reverse("till:home")).context["till_head"])
    form = "&".join(f"{name}={value}" for name, value in posted.items())
    kept = {"id": str(uuid.uuid4()), "head": head, "at": now().isoformat(), "form": form}
    for _ in range(2):
        (told,) = send(client, kept)
        assert told["why"] == "confirm"
    made = Purchase.objects.get(club=strict.record, source="till")
    assert (made.total, made.paid_by_points) == (5_000_000, 0)
    assert OfflineSale.objects.get(club=strict.record).short_points == 150
    strict.verify()
