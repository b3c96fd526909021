"""One member: everything that happened, her cards, and the search of everything."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.club.models import Audit, Card
from vafa.flows.households import make_household
from vafa.insight.reads.timeline import KINDS, timeline
from vafa.program.rules.document import HouseholdTerms


def page(client: Client, name: str, query: str = "", *args: Any, **headers: str) -> str:
    answer = client.get(reverse(f"panel:{name}", args=args) + query, headers=headers)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_everything_that_happened_stands_in_one_list(world: World) -> None:
    bought = world.buy(60_000_000, receipt_no="R-1")
    world.give_back(bought.answer["purchase_id"], amount=1_000_000)
    world.redeem("voucher", use=True)
    owner = world.client("owner")
    owner.post(reverse("panel:member-edit", args=[world.member.id]), {"name": "مریم‌بانو"})
    shown = page(owner, "member", "", world.member.id)
    for words in (
        *("خرید ۶٬۰۰۰٬۰۰۰ تومان", "مرجوعی ۱۰۰٬۰۰۰ تومان", "کد تخفیف گرفت"),
        *("کد تخفیف را به کار برد", "نام"),
    ):
        assert words in shown, words
    trade = page(owner, "member-timeline", "?kind=trade", world.member.id, hx_request="true")
    assert "خرید ۶٬۰۰۰٬۰۰۰ تومان" in trade
    assert "کد تخفیف گرفت" not in trade
    assert "<html" not in trade


def test_what_staff_did_is_told_without_numbers_of_the_database(world: World) -> None:
    world.change_program(households=HouseholdTerms(is_on=True))
    assert make_household(world.club, head_id=world.member.id, actor=world.owner).error is None
    world.adjust(5_000, role="manager")
    owner = world.client("owner")
    shown = page(owner, "member-timeline", "?kind=staff", world.member.id, hx_request="true")
    assert "خانوار ساخت" in shown and "خانوار:" not in shown
    assert "امتیاز: ۵٬۰۰۰ امتیاز" in shown, "nothing stood before: no arrow from a dash"


def test_pages_of_the_list_follow_each_other_without_a_gap(world: World) -> None:
    for _ in range(3):
        world.buy(10_000_000)
    world.adjust(5)
    whole = timeline(world.club, world.member.id)
    assert len(whole) > 4
    assert {event.kind for event in whole} <= set(KINDS)
    pieces, after = [], None
    while found := timeline(world.club, world.member.id, after=after, limit=2):
        pieces += found
        after = found[-1].place
    assert pieces == whole
    assert [event.at for event in whole] == sorted((e.at for e in whole), reverse=True)


def test_what_she_likes_is_told_once_it_is_a_habit(world: World) -> None:
    owner = world.client("owner")
    world.buy(1_000_000)
    assert "معمولاً می‌خرد" not in page(owner, "member", "", world.member.id)
    for _ in range(3):
        world.buy(1_000_000)
    shown = page(owner, "member", "", world.member.id)
    assert "روز همیشگی" in shown
    assert world.branch.name in shown


def test_a_lost_card_finds_nobody_until_that_is_undone(world: World) -> None:
    owner = world.client("owner")
    cards = reverse("panel:member-cards", args=[world.member.id])
    assert owner.post(cards, {"number": "۷۷۸۸ ۹۹۰۰"}).status_code == 302
    mine = Card.objects.get(club=world.record, number="77889900")
    assert owner.post(cards, {"number": "77889900"}).status_code == 422
    assert owner.post(cards, {"number": "کارت"}).status_code == 422
    assert Card.objects.filter(member=world.member).count() == 2
    switch = reverse("panel:member-card", args=[world.member.id, mine.pk])
    closed = owner.post(switch, {"active": "0"}, follow=True).content.decode()
    assert "&quot;undo&quot;" in closed
    assert switch in closed
    mine.refresh_from_db()
    assert not mine.is_active
    owner.post(switch, {"active": "1"})
    mine.refresh_from_db()
    assert mine.is_active
    acts = Audit.objects.filter(club=world.record, action__startswith="card.").order_by("id")
    assert [row.action for row in acts] == ["card.given", "card.closed", "card.reopened"]


def test_the_search_finds_everything_that_one_may_open(world: World) -> None:
    world.furnish()
    world.buy(5_000_000, receipt_no="A-1002")
    owner, accountant = world.client("owner"), world.client("accountant")

    def found(client: Client, text: str) -> str:
        return page(client, "search", f"?q={text}", hx_request="true")

    assert reverse("panel:member", args=[world.member.id]) in found(owner, "مريم")
    assert "A-1002" in found(owner, "a-۱۰۰۲")
    assert reverse("panel:draws") in found(owner, "قرعه")
    assert reverse("panel:edit-reward", args=[world.rewards["voucher"].id]) in found(
        owner, "۵۰ هزار"
    )
    assert world.loose_code in found(owner, world.loose_code.lower())
    manager = world.staff["manager"].user
    assert "panel/staff/" in found(owner, manager.username)
    # Who may not open a thing does not find it.
    assert "panel/staff/" not in found(accountant, manager.username)
    assert reverse("panel:draws") not in found(accountant, "قرعه")
    assert "چیزی با این نام" in found(owner, "٪٪ناموجود")
    assert "<html" in page(owner, "search", "?q=مریم")


def test_a_branch_manager_finds_receipts_of_her_branch_alone(world: World) -> None:
    world.hire_branch_manager()
    world.buy(1_000_000, receipt_no="Z-1")
    world.buy(1_000_000, receipt_no="Z-2", branch="second")
    hers = world.client("branch_manager")
    assert "Z-1" in page(hers, "search", "?q=Z-1", hx_request="true")
    assert "panel/purchases/" not in page(hers, "search", "?q=Z-2", hx_request="true")
    assert world.member.name not in page(hers, "search", "?q=مریم", hx_request="true")
