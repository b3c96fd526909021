"""Searching, filtering and sorting of the panel's lists."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.world import World
from vafa.commerce.models import Product
from vafa.core.clock import now
from vafa.core.text import sort_key
from vafa.flows.entries import LineEntry
from vafa.insight.reads.member_filters import MemberFilter
from vafa.insight.reads.members import count_members, list_members
from vafa.insight.reads.one_member import totals
from vafa.insight.reads.points import list_points, sum_points
from vafa.insight.reads.portrait import portrait
from vafa.insight.reads.products import ProductFilter, count_products, list_products
from vafa.insight.reads.purchases import PurchaseFilter, list_purchases, sum_purchases
from vafa.insight.reads.spans import Span
from vafa.program.reads.revisions import live_program


def names(world: World, sort: str = "name", **wanted: object) -> list[str]:
    program = live_program(world.club.id).program
    keep = MemberFilter(**wanted)  # type: ignore[arg-type]
    rows = list_members(world.club, program, keep, sort=sort)
    assert count_members(world.club, program, keep) == len(rows)
    return [row.name for row in rows]


def test_names_are_in_the_order_of_the_persian_alphabet(world: World) -> None:
    for name in ("وحید", "پریسا", "آرش", "ژاله", "گلناز", "هما", "بابک", "یاسمن", "چنگیز", "کیان"):
        world.enrol(name=name)
    found = names(world)
    assert found == [
        *("آرش", "بابک", "پریسا", "چنگیز", "ژاله", "کیان", "گلناز"),
        *("مریم رضایی", "وحید", "هما", "یاسمن"),
    ]
    assert names(world, "-name") == found[::-1]


@pytest.mark.parametrize("text", ["رضائی نژاد", "رضایی‌نژاد", "رضايي نژاد", "ايي‌نژ"])
def test_a_name_is_found_however_it_is_spelt(world: World, text: str) -> None:
    world.enrol(name="نرگس رضایی‌نژاد")
    assert names(world, text=text) == ["نرگس رضایی‌نژاد"]


def test_numbers_are_found_in_any_digits(world: World) -> None:
    member = world.enrol(name="سارا", mobile="+989121234567", external_id="C-77")
    card = member.cards.get().number
    for text in ("۰۹۱۲۱۲۳۴۵۶۷", "+98 912 123 4567", "0912123", "34567", card, "C-77"):
        assert "سارا" in names(world, text=text), text
    assert names(world, text="100%") == []


def test_filters_of_a_figure_keep_the_rows_behind_it(world: World) -> None:
    often = world.enrol(name="آذر", joined_at=now() - timedelta(days=40))
    once = world.enrol(name="بهار", joined_at=now() - timedelta(days=40))
    world.enrol(name="پونه", joined_at=now() - timedelta(days=40))
    for member, branch in ((often, "main"), (often, "second"), (once, "second")):
        world.buy(1_000_000, member=("id", str(member.id)), branch=branch)
    today = world.club.local_date(now())
    span = Span(today - timedelta(days=2), today + timedelta(days=1))
    assert names(world, bought=span) == ["آذر", "بهار"]
    assert names(world, bought=span, at_least=2) == ["آذر"]
    assert names(world, bought=span, branch_id=world.branch.id) == ["آذر"]
    assert names(world, joined=span) == ["مریم رضایی"]
    assert names(world, "-purchases")[:2] == ["آذر", "بهار"]
    assert names(world, "-spent")[0] == "آذر"
    assert names(world, "-last")[:2] == ["بهار", "آذر"]


def test_tiers_part_the_members(world: World) -> None:
    world.buy(60_000_000)  # 600 points and 20 for joining: silver from 500
    world.enrol(name="برنزی")
    program = live_program(world.club.id).program
    by_tier = {tier.code: names(world, tier=tier.code) for tier in program.tiers}
    assert by_tier["bronze"] == ["برنزی"]
    assert by_tier["silver"] == ["مریم رضایی"]
    assert by_tier["gold"] == []
    assert names(world, tier="none") == []
    assert names(world, tier="no-such-tier") == []


def test_rows_carry_points_and_trade(world: World) -> None:
    bought = world.buy(10_000_000)
    world.give_back(bought.answer["purchase_id"], amount=4_000_000)
    program = live_program(world.club.id).program
    row = list_members(world.club, program, MemberFilter(), sort="-points")[0]
    assert row.points == world.balance().available
    assert row.tier == program.tier("bronze")
    assert (row.purchases, row.spent) == (1, 6_000_000)


def test_the_number_of_statements_does_not_grow_with_the_rows(world: World) -> None:
    for _ in range(5):
        world.enrol(name="زهرا")
        world.buy(1_000_000)
    program = live_program(world.club.id).program
    for read in (
        lambda: list_members(world.club, program, MemberFilter()),
        lambda: list_purchases(world.club, PurchaseFilter()),
    ):
        with CaptureQueriesContext(connection) as queries:
            assert len(read()) >= 5
        assert len(queries) <= 2  # of members also what counts for their tiers


def test_purchases_by_receipt_name_branch_and_kind(world: World) -> None:
    first = world.buy(1_000_000, receipt_no="A-100")
    world.buy(2_000_000, receipt_no="A-101", branch="second", member=None)
    world.give_back(first.answer["purchase_id"], amount=400_000)

    def receipts(**wanted: object) -> list[str]:
        keep = PurchaseFilter(**wanted)  # type: ignore[arg-type]
        rows = list_purchases(world.club, keep, sort="total")
        found = sum_purchases(world.club, keep)
        assert (found.n, found.total) == (len(rows), sum(row.total for row in rows))
        return [row.receipt_no for row in rows]

    assert receipts(text="A-۱۰") == ["A-100", "A-101"]
    assert receipts(text="رضائي") == ["A-100"]
    assert receipts(branch_id=world.other_branch.id) == ["A-101"]
    assert receipts(returned=True) == ["A-100"]
    assert receipts(strangers=True) == ["A-101"]
    assert receipts(member_id=world.member.id) == ["A-100"]
    row = list_purchases(world.club, PurchaseFilter(text="A-100"))[0]
    assert (row.returned, row.points) == (400_000, 6)


def test_movements_add_up_to_the_figures(world: World) -> None:
    bought = world.buy(10_000_000)
    world.give_back(bought.answer["purchase_id"], amount=4_000_000)
    rows = list_points(world.club, "issued", None)
    assert sum(row.points for row in rows) == sum_points(world.club, "issued", None).points
    assert sum(row.points for row in rows) == world.balance().available
    assert {row.member_id for row in rows} == {world.member.id}


def test_products_are_found_by_name_and_code(world: World) -> None:
    Product.objects.create(
        club=world.record, sku="K-1", name="كره‌ي محلی", sort_key=sort_key("کره‌ی محلی")
    )

    def found(text: str) -> list[str]:
        keep = ProductFilter(text=text)
        rows = list_products(world.club, keep)
        assert count_products(world.club, keep) == len(rows)
        return [row.sku for row in rows]

    assert found("کرهٔ ی محلي") == found("کره‌ی") == found("k-1") == ["K-1"]
    assert found("نیست") == []


def test_a_members_trade_and_favourites(world: World) -> None:
    assert totals(world.member.id).basket is None
    lines = (LineEntry(900_000, "milk"), LineEntry(800_000, "lamp"))
    week_ago = now() - timedelta(days=7)
    world.buy(1_700_000, lines=lines, purchased_at=week_ago)
    world.buy(300_000, branch="second", purchased_at=week_ago - timedelta(days=14))
    world.buy(500_000)
    found = totals(world.member.id)
    assert (found.purchases, found.total, found.basket) == (3, 2_500_000, 833_333)
    assert found.days_between in (10, 11)
    known = portrait(world.club, world.member.id)
    assert known.totals == found
    assert known.branches[0].name == world.branch.name
    assert [c.name for c in known.categories] == ["لبنیات", "خانه"]


def test_of_few_digits_the_best_are_shown_and_that_there_are_more(world: World) -> None:
    for n in range(9):
        world.enrol(name=f"سارا {n}", mobile=f"+98912{n:03d}4321")
    hers = world.enrol(name="نرگس", mobile="+989359914321")
    owner = world.client("owner")

    def shown(query: str) -> tuple[int, bool]:
        page = owner.get(reverse("panel:members"), {"q": query}).content.decode()
        return page.count('class="link-row"'), "بیشتری از نام یا شماره را بنویسید" in page

    assert shown("۴۳۲۱") == (8, True)
    assert shown("۹۱۴۳۲۱") == (1, False)
    assert shown("نرگس ۴۳۲۱") == (1, False)
    # What else narrows the list is asked of all of them.
    branch = {"q": "4321", "status": "active"}
    page = owner.get(reverse("panel:members"), branch).content.decode()
    assert page.count('class="link-row"') == 10
    assert hers.name in page
