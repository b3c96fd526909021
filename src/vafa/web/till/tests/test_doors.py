"""Who gets in, at which branch, and whose things nobody sees."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.world import PASSWORD, World
from vafa.commerce.models import Purchase
from vafa.web.till.tests.steps import HTMX, bill, find, record, take_back, words


def test_a_stranger_is_sent_to_the_login_and_back(world: World) -> None:
    client = Client()
    page = client.get(reverse("till:recent"))
    assert page.status_code == 302
    assert page.headers["Location"] == "/till/login/?next=%2Ftill%2Fpurchases%2F"
    posted = {
        "username": world.staff["cashier"].user.username,
        "password": PASSWORD,
    }
    back = client.post(page.headers["Location"], posted)
    assert back.headers["Location"] == "/till/purchases/"
    assert client.get(reverse("till:recent")).status_code == 200
    client.post(reverse("till:logout"))
    assert client.get(reverse("till:home")).status_code == 302


def test_a_wrong_password_says_so_and_leads_nowhere_else(world: World) -> None:
    client = Client()
    name = world.staff["cashier"].user.username
    page = client.post(reverse("till:login"), {"username": name, "password": "no"})
    assert page.status_code == 422
    assert "درست نیست" in words(page)
    right = {"username": name, "password": PASSWORD}
    elsewhere = reverse("till:login") + "?next=https://elsewhere.example/"
    assert client.post(elsewhere, right).headers["Location"] == "/till/"


def test_a_session_that_ended_sends_a_fragment_to_the_login(world: World) -> None:
    page = Client().get(reverse("till:find"), {"q": "1"}, headers=HTMX)
    assert page.headers["HX-Redirect"].startswith("/till/login/")


def test_the_accountant_may_not_sell(world: World) -> None:
    client = world.client("accountant")
    assert client.get(reverse("till:home")).status_code == 403
    assert record(client, bill(world, amount="1000")).status_code == 403


def test_a_cashier_stands_at_her_own_branch(world: World) -> None:
    client = world.client("cashier")
    assert world.branch.name in words(client.get(reverse("till:home")))
    page = record(client, bill(world, amount="1000", branch=world.other_branch.id))
    assert page.status_code == 404
    elsewhere = world.buy(1_000_000, branch="second").answer["purchase_id"]
    assert client.get(reverse("till:purchase", args=[elsewhere])).status_code == 404
    assert take_back(client, elsewhere, amount="1000").status_code == 404
    assert Purchase.objects.filter(club=world.record).count() == 1


@pytest.mark.parametrize("role", ["owner", "manager"])
def test_who_has_several_branches_chooses_one(world: World, role: str) -> None:
    client = Client()
    posted = {"username": world.staff[role].user.username, "password": PASSWORD}
    client.post(reverse("till:login"), posted)
    assert client.get(reverse("till:home")).headers["Location"] == reverse("till:branches")
    assert world.other_branch.name in words(client.get(reverse("till:branches")))
    client.post(reverse("till:branches"), {"branch": world.other_branch.id})
    page = client.get(reverse("till:home"))
    assert world.other_branch.name in words(page)
    assert "شعبهٔ دیگر" in words(page)
    assert client.post(reverse("till:branches"), {"branch": "x"}).status_code == 404


def test_nothing_of_another_club_is_seen_or_moved(world: World, other_world: World) -> None:
    client = world.client("cashier")
    theirs = other_world.buy(1_000_000).answer["purchase_id"]
    assert other_world.member.mobile is not None
    assert "عضو تازه" in words(find(client, other_world.member.mobile))
    assert client.get(reverse("till:home"), {"member": other_world.member.id}).status_code == 404
    member = other_world.member.id
    assert record(client, bill(world, amount="1000", member=member)).status_code == 404
    assert (
        record(client, bill(world, amount="1000", branch=other_world.branch.id)).status_code == 404
    )
    assert client.get(reverse("till:purchase", args=[theirs])).status_code == 404
    assert take_back(client, theirs, amount="1000").status_code == 404
    reward = other_world.rewards["voucher"].id
    for at, gift in ((member, reward), (world.member.id, reward)):
        page = client.post(reverse("till:redeem", args=[at, gift]), {"key": "k"})
        assert page.status_code == 404
    assert world.balance().available == 20
    assert other_world.balance().available == 30


def test_the_till_speaks_english_too(world: World) -> None:
    client = world.client("cashier")
    client.cookies["vafa_lang"] = "en"
    assert "Amount of the bill" in words(client.get(reverse("till:home")))
    assert "Record the purchase and 24 points" in words(
        client.post(reverse("till:preview"), bill(world, amount="245000"), headers=HTMX)
    )
