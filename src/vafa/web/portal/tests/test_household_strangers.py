"""Who is invited into a household before she is a member: she joins the club on the way."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.world import World, new_mobile
from vafa.club.models import HouseholdInvitation, Member
from vafa.core.clock import now
from vafa.program.rules.document import HouseholdTerms
from vafa.web.portal.tests.test_household import PAGE, household_of, lead, open_code, send, text
from vafa.web.portal.tests.test_login import code_sent
from vafa.web.portal.tests.test_membership import publish

_JOIN = reverse("portal:join")


@pytest.fixture
def shared(world: World) -> World:
    """A club with terms, where members share accounts; ours leads a household that has 120 points."""
    world.change_program(households=HouseholdTerms(is_on=True, most_members=3, by_members=True))
    world.buy(10_000_000)
    return world


def browser() -> Client:
    """Somebody of whom the club knows nothing."""
    client = Client()
    client.post(reverse("ui:language"), {"lang": "en"})
    return client


def link_in(page: Any) -> str:
    """The address that the head sends, as her page shows it."""
    found = re.search(r'dir="ltr">(https?://[^<]+/invitation/[^<]+)</p>', text(page))
    assert found
    return found[1].removeprefix("http://testserver")


def to_the_form(client: Client, world: World, mobile: str, wanted: str) -> None:
    """From an address for members alone to the form of joining, as pages and redirections lead."""
    turned_away = client.get(wanted)
    assert turned_away.status_code == 302
    door = turned_away.url
    assert door.startswith(reverse("portal:login"))
    # Where several clubs live she chooses hers, and where she was going is not lost.
    hers = re.findall(rf'href="([^"]*/{world.record.slug}/login/[^"]*)"', text(client.get(door)))
    if hers:
        [door] = hers
    assert client.post(door, {"mobile": mobile}).url == reverse("portal:code")
    typed = {"code": code_sent(world, mobile)}
    assert client.post(reverse("portal:code"), typed).url == _JOIN


def join(client: Client, **told: str) -> Any:
    return client.post(_JOIN, {"name": "نگار امینی", "terms_version": "1", **told})


def lead_again(world: World) -> Client:
    """The head in a browser of that day."""
    head = world.client("member")
    head.post(reverse("ui:language"), {"lang": "en"})
    return head


def nothing_moved(world: World, mobile: str, *, members: int) -> None:
    """Nobody of this number came into the household, and it has what it had."""
    home = Member.objects.filter(club=world.record, household__isnull=False)
    assert home.count() == members
    assert not home.filter(mobile=mobile).exists()


def test_a_stranger_opens_the_link_joins_the_club_and_comes_into_the_household(
    shared: World, other_world: World
) -> None:
    publish(shared, asks_again=False)
    Member.objects.filter(pk=shared.member.pk).update(terms_version=1)
    head, mobile = lead(shared), new_mobile()
    link = link_in(send(head, "invite-to-household", by="link"))
    client = browser()
    to_the_form(client, shared, mobile, link)
    assert "مریم" not in text(client.get(_JOIN)), "no member yet: nothing of the household is shown"
    # Without the terms she is no member, and the invitation waits.
    refused = join(client)
    assert refused.status_code == 422 and "Please accept the terms" in text(refused)
    assert not Member.objects.filter(mobile=mobile).exists()
    assert client.get(link).url.startswith(reverse("portal:login"))
    joined = join(client, terms="on")
    assert joined.url == link, "she goes on to where she was going"

    page = text(client.get(link))
    assert "مریم" in page and "رضایی" not in page and "120" not in page
    assert "Your 20 points go into it too" in page
    negar = Member.objects.get(club=shared.record, mobile=mobile)
    assert household_of(negar) is None and shared.balance(negar).available == 20
    code = open_code(shared)
    assert "You belong to the household now" in text(
        send(client, "household-invitation", code, answer="accept")
    )
    assert household_of(negar) == household_of(shared.member) is not None
    hers = text(client.get(PAGE))
    assert "140 points" in hers and "مریم رضایی" in hers
    assert "140 points" in text(client.get(reverse("portal:home")))
    assert "نگار امینی" in text(head.get(PAGE))
    # What she buys goes into the account of both, and either may spend it.
    shared.buy(1_000_000, member=("id", str(negar.id)))
    assert "150 points" in text(head.get(PAGE))

    # It worked once: the next stranger joins the club, and not the household.
    late, other = browser(), new_mobile()
    to_the_form(late, shared, other, link)
    assert join(late, terms="on").url == link
    assert "This invitation is over." in text(late.get(link))
    assert send(late, "household-invitation", code, answer="accept").status_code == 409
    nothing_moved(shared, other, members=2)
    assert "150 points" in text(head.get(PAGE))


def test_a_stranger_of_an_invited_number_finds_it_when_she_has_joined(shared: World) -> None:
    head, mobile = lead(shared), new_mobile()
    send(head, "invite-to-household", mobile=mobile)
    client = browser()
    to_the_form(client, shared, mobile, PAGE)
    assert join(client).url == PAGE
    found = re.findall(r'href="([^"]+/invitation/[^"]+)"', text(client.get(PAGE)))
    assert found == [reverse("portal:household-invitation", args=[open_code(shared)])]
    answered = client.post(found[0], {"answer": "accept"}, follow=True)
    assert "You belong to the household now" in text(answered) and "140 points" in text(answered)


def test_a_wrong_a_foreign_and_an_old_link_let_a_stranger_into_the_club_alone(
    shared: World,
) -> None:
    head, meant, other = lead(shared), new_mobile(), new_mobile()
    send(head, "invite-to-household", mobile=meant)
    by_number = open_code(shared)
    by_link = link_in(send(head, "invite-to-household", by="link"))
    # A code that nobody made, and one that is for another number: as if there were none.
    client = browser()
    foreign = reverse("portal:household-invitation", args=[by_number])
    to_the_form(client, shared, other, foreign)
    assert join(client).url == foreign
    for code in (by_number, "zzzzzzzzzz"):
        target = reverse("portal:household-invitation", args=[code])
        assert client.get(target).status_code == 404
        assert client.post(target, {"answer": "accept"}).status_code == 404
    nothing_moved(shared, other, members=1)
    negar = Member.objects.get(club=shared.record, mobile=other)
    assert shared.balance(negar).available == 20
    assert set(HouseholdInvitation.objects.filter(club=shared.record).values_list("state")) == {
        ("open",)
    }
    # A week later the link is over, for her and for who joins with it.
    with time_machine.travel(now() + timedelta(days=7, minutes=1)):
        late, third = browser(), new_mobile()
        to_the_form(late, shared, third, by_link)
        assert join(late).url == by_link
        assert "This invitation is over." in text(late.get(by_link))
        assert late.post(by_link, {"answer": "accept"}).status_code == 409
        nothing_moved(shared, third, members=1)
        assert "120 points" in text(lead_again(shared).get(PAGE))
