"""Who gets in, and what each role and each club sees."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.world import PASSWORD, World

PAGES = ("dashboard", "members", "purchases", "returns", "points", "program", "revisions")
PAGES += ("rewards", "products", "branches")
EDITING = ("draft", "new-tier", "edit-terms", "new-reward", "members-export")
OWNING = ("staff", "new-staff", "keys", "new-key")


def statuses(client: Client, names: tuple[str, ...]) -> set[int]:
    return {client.get(reverse(f"panel:{name}")).status_code for name in names}


def test_strangers_come_in_through_the_login(world: World) -> None:
    client = Client()
    wanted = reverse("panel:purchases") + "?q=1"
    asked = client.get(wanted)
    assert asked.status_code == 302
    username = world.staff["manager"].user.username
    wrong = client.post(asked["Location"], {"username": username, "password": "no"})
    assert wrong.status_code == 422
    assert "گذرواژه" in wrong.content.decode()
    right = client.post(asked["Location"], {"username": username, "password": PASSWORD})
    assert (right.status_code, right["Location"]) == (302, wanted)
    assert client.get(wanted).status_code == 200
    client.post(reverse("panel:logout"))
    assert client.get(wanted).status_code == 302


def test_the_login_leads_nowhere_else(world: World) -> None:
    username = world.staff["owner"].user.username
    for target in ("https://example.org/panel/", "//example.org/panel/", "/till/"):
        answer = Client().post(
            reverse("panel:login") + f"?next={target}",
            {"username": username, "password": PASSWORD},
        )
        assert answer["Location"] == reverse("panel:dashboard")


def test_each_role_has_its_pages(world: World) -> None:
    assert statuses(world.client("owner"), PAGES + EDITING + OWNING) == {200}
    assert statuses(world.client("manager"), PAGES + EDITING) == {200}
    assert statuses(world.client("manager"), OWNING) == {403}
    assert statuses(world.client("accountant"), PAGES) == {200}
    assert statuses(world.client("accountant"), EDITING + OWNING) == {403}
    assert statuses(world.client("cashier"), PAGES + EDITING + OWNING) == {403}


def test_an_accountant_is_offered_nothing_to_change(world: World) -> None:
    client = world.client("accountant")
    member = client.get(reverse("panel:member", args=[world.member.id])).content.decode()
    assert reverse("panel:member-edit", args=[world.member.id]) not in member
    assert reverse("panel:new-reward") not in client.get(reverse("panel:rewards")).content.decode()
    assert reverse("panel:draft") not in client.get(reverse("panel:program")).content.decode()
    assert reverse("panel:keys") not in member


def test_another_clubs_rows_do_not_exist(world: World, other_world: World) -> None:
    bought = world.buy(1_000_000, receipt_no="SECRET-1")
    stranger = other_world.client("owner")
    rows = [
        ("member", world.member.id),
        ("member-history", world.member.id),
        ("member-edit", world.member.id),
        ("purchase", bought.answer["purchase_id"]),
        ("edit-reward", world.rewards["voucher"].id),
    ]
    for name, pk in rows:
        assert stranger.get(reverse(f"panel:{name}", args=[pk])).status_code == 404, name
    found = stranger.get(reverse("panel:purchases")).content.decode()
    assert "SECRET-1" not in found
    member = stranger.get(reverse("panel:purchases") + f"?member={world.member.id}")
    assert world.member.name not in member.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?page=-1&sort=;drop&q=%00",
        "?page=999999999999&sort=-nothing",
        "?from=1405/13/45&to=abc&branch=٣&tier='&least=-5&points=x",
        "?from=2030-01-01&to=1990-01-01&joined_from=x&member=99999999999999999999",
        "?period=never&by=hour&from=0001-01-01&to=9999-12-31",
        "?period=custom&from=&to=&category=1e9&kind=%F0%9F%92%A5",
    ],
)
def test_nonsense_in_an_address_is_passed_over(world: World, query: str) -> None:
    client = world.client("owner")
    for name in ("dashboard", "members", "purchases", "returns", "points", "products", "rewards"):
        assert client.get(reverse(f"panel:{name}") + query).status_code == 200, name
