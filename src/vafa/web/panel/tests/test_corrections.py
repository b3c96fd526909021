"""Corrections in the panel: adjusting, a second person, undoing, giving back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import time_machine
from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.club.models import Audit
from vafa.core.clock import now
from vafa.flows.upkeep import run_upkeep
from vafa.program.models import Adjustment
from vafa.program.rules.document import After, PointTerms


def english(world: World, role: str) -> Client:
    client = world.client(role)
    client.post(reverse("ui:language"), {"lang": "en"})
    return client


def adjust(client: Client, world: World, amount: str, **fields: Any) -> Any:
    given = {
        "unit": "points",
        "direction": "1",
        "points": amount,
        "reason": "جبران تأخیر",
        "key": str(uuid4()),
    }
    return client.post(reverse("panel:adjust", args=[world.member.id]), {**given, **fields})


def decide(client: Client, adjustment: Adjustment, approve: bool) -> str:
    answer = client.post(
        reverse("panel:decide-adjustment", args=[adjustment.id]),
        {"approve": "1" if approve else "0"},
        follow=True,
    )
    return str(answer.content.decode())


def correct(client: Client, name: str, world: World, transfer: int | None, **fields: Any) -> Any:
    address = reverse(f"panel:{name}", args=[world.member.id, transfer])
    given = {"reason": "اشتباه صندوق", "key": str(uuid4()), **fields}
    return client.post(address, given)


def available(world: World) -> int:
    return world.balance().available


def page(client: Client, world: World) -> str:
    answer = client.get(reverse("panel:member", args=[world.member.id]))
    return str(answer.content.decode())


def test_an_accountant_gives_points_and_the_member_reads_why(world: World) -> None:
    accountant = english(world, "accountant")
    assert adjust(accountant, world, "۳۰").status_code == 302
    assert available(world) == 50
    assert "30 points added by the club, for this reason: “جبران تأخیر”" in page(accountant, world)
    credit = {"unit": "credit", "points": "", "credit": "20,000"}
    assert adjust(accountant, world, "", **credit).status_code == 302
    assert "20,000 toman of credit added by the club" in page(accountant, world)
    read = world.client("member").get(reverse("portal:history")).content.decode()
    assert "جبران تأخیر" in read and "۲۰٬۰۰۰" in read


def test_a_correction_sent_twice_counts_once(world: World) -> None:
    owner, key = world.client("owner"), str(uuid4())
    for _ in range(2):
        assert adjust(owner, world, "5", key=key).status_code == 302
    assert available(world) == 25


def test_what_is_not_accepted_moves_nothing(world: World) -> None:
    owner = english(world, "owner")
    for fields, words in (
        ({"reason": "  "}, "Say why."),
        ({"points": ""}, "How much?"),
        ({"points": "0"}, "greater than or equal to 1"),
        ({"direction": "-1", "points": "21"}, "Not enough balance: 20 of 21."),
        ({"unit": "gold"}, "gold is not one of the available choices"),
    ):
        answer = adjust(owner, world, "5", **fields)
        assert answer.status_code == 422 and words in answer.content.decode(), words
    assert available(world) == 20
    assert not Adjustment.objects.filter(club=world.record).exists()
    cashier = world.client("cashier")
    assert adjust(cashier, world, "5").status_code == 403


def test_much_waits_for_another_person(world: World) -> None:
    manager, owner = english(world, "manager"), english(world, "owner")
    answer = adjust(manager, world, "5000")
    assert answer.headers["Location"] == reverse("panel:adjustments")
    waiting = Adjustment.objects.get(club=world.record)
    assert available(world) == 20
    assert "1 correction waits" in owner.get(reverse("panel:members")).content.decode()
    mine = manager.get(reverse("panel:adjustments")).content.decode()
    assert "Somebody else decides about it." in mine and "Approve" not in mine
    assert "Whoever asked for it cannot approve it." in decide(manager, waiting, True)
    assert available(world) == 20
    assert "Approve" in owner.get(reverse("panel:adjustments")).content.decode()
    assert "approved by" in decide(owner, waiting, True)
    assert available(world) == 5020
    assert "was decided already" in decide(owner, waiting, False)
    acts = Audit.objects.filter(club=world.record, action__startswith="adjustment.")
    assert list(acts.order_by("id").values_list("action", "reason")) == [
        ("adjustment.requested", "جبران تأخیر"),
        ("adjustment.applied", "جبران تأخیر"),
    ]


def test_a_second_person_refuses_for_good(world: World) -> None:
    adjust(world.client("owner"), world, "5000")
    waiting = Adjustment.objects.get(club=world.record)
    decide(world.client("accountant"), waiting, False)
    assert "was decided already" in decide(english(world, "manager"), waiting, True)
    assert available(world) == 20


def test_another_clubs_correction_is_not_found(world: World, other_world: World) -> None:
    adjust(world.client("owner"), world, "5000")
    waiting = Adjustment.objects.get(club=world.record)
    address = reverse("panel:decide-adjustment", args=[waiting.id])
    assert other_world.client("owner").post(address, {"approve": "1"}).status_code == 404
    assert (
        "جبران"
        not in other_world.client("owner").get(reverse("panel:adjustments")).content.decode()
    )


def test_a_line_of_the_history_is_undone_once(world: World, other_world: World) -> None:
    world.buy(10_000_000)
    owner, bought = english(world, "owner"), world.line("purchase").transfer_id
    address = reverse("panel:reverse", args=[world.member.id, bought])
    assert address in page(owner, world)
    assert "100" in owner.get(address).content.decode()
    assert correct(owner, "reverse", world, bought, reason="").status_code == 422
    assert correct(owner, "reverse", world, bought).status_code == 302
    assert available(world) == 20
    again = correct(owner, "reverse", world, bought)
    assert again.status_code == 422 and "was reversed already" in again.content.decode()
    assert available(world) == 20 and address not in page(owner, world)
    # Only a line of this very member's.
    friend = world.enrol()
    theirs = world.line("join", friend).transfer_id
    assert correct(owner, "reverse", world, theirs).status_code == 404
    assert correct(other_world.client("owner"), "reverse", world, bought).status_code == 404


def test_expired_points_are_given_back(world: World) -> None:
    world.change_program(terms=PointTerms(expiry=After(count=5, each="days"), revive_days=30))
    world.buy(10_000_000)
    with time_machine.travel(now() + timedelta(days=10)):
        run_upkeep(world.club)
        owner, expired = english(world, "owner"), world.line("expire").transfer_id
        address = reverse("panel:revive", args=[world.member.id, expired])
        assert address in page(owner, world)
        before = available(world)
        answer = correct(owner, "revive", world, expired, days="0")
        assert answer.status_code == 422
        assert correct(owner, "revive", world, expired, days="7").status_code == 302
        assert available(world) == before + 100
        assert address not in page(owner, world)
        assert correct(owner, "revive", world, expired, days="7").status_code == 422
        assert "that had expired came back to you" in page(owner, world)
    with time_machine.travel(now() + timedelta(days=20)):
        run_upkeep(world.club)
        assert available(world) == before
    with time_machine.travel(now() + timedelta(days=60)):
        late = reverse("panel:revive", args=[world.member.id, world.line("expire").transfer_id])
        assert late not in page(english(world, "owner"), world)
