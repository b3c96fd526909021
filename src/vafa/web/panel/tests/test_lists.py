"""The dashboard, the lists and the pages behind their rows."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.club.models import Member, MemberAttribute
from vafa.flows.redemptions import redeem_reward
from vafa.web.panel.files import safe_cell


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def page(client: Client, name: str, query: str = "", *args: Any, **headers: str) -> str:
    return text(client.get(reverse(f"panel:{name}", args=args) + query, headers=headers))


def in_english(client: Client) -> Client:
    client.post(reverse("ui:language"), {"lang": "en"})
    return client


def test_the_dashboard_says_what_was_sold_and_leads_to_it(world: World) -> None:
    bought = world.buy(24_500_000)
    world.give_back(bought.answer["purchase_id"], amount=500_000)
    owner = world.client("owner")
    shown = page(owner, "dashboard")
    assert "۲٬۴۵۰٬۰۰۰ تومان" in shown.replace("‎", "") or "۲٫۵" in shown
    assert "۵۰٬۰۰۰ تومان مرجوع شد" in shown
    assert reverse("panel:returns") in shown
    english = page(in_english(owner), "dashboard", "?period=year&by=month")
    assert "2.5M" in english or "2,450,000" in english


def test_the_picked_period_stays(world: World) -> None:
    world.buy(1_000_000)
    owner = in_english(world.client("owner"))
    page(owner, "dashboard", f"?period=year&by=month&branch={world.branch.id}")
    page(owner, "members")
    again = page(owner, "dashboard")
    assert '<option value="year" selected>' in again
    assert f'<option value="{world.branch.id}" selected>' in again


def test_days_without_sales_point_to_those_with(world: World) -> None:
    owner = in_english(world.client("owner"))
    world.buy(1_000_000)
    old = page(owner, "dashboard", "?period=custom&from=1400/01/01&to=1400/01/31")
    assert "?period=all" in old
    assert "21 Mar 2021" in old


def test_a_list_answers_htmx_with_its_rows_only(world: World) -> None:
    owner = world.client("owner")
    part = page(owner, "members", "?q=مریم", hx_request="true")
    assert world.member.name in part
    assert "<html" not in part
    assert "<html" in page(owner, "members", "?q=مریم")


def test_searching_keeps_the_days_of_a_figure(world: World) -> None:
    part = page(world.client("owner"), "members", "?from=2020-01-01&to=2020-02-01&least=2")
    assert 'form="filters" name="from" value="2020-01-01"' in part
    assert "دو خرید یا بیشتر" in part


def test_a_member_without_a_name_is_shown_by_her_number(world: World) -> None:
    world.enrol(mobile=None, external_id="C<b>7")
    shown = page(world.client("owner"), "members")
    assert "C&lt;b&gt;7" in shown
    assert "C<b>7" not in shown


def test_one_members_page_tells_everything(world: World) -> None:
    world.buy(60_000_000)
    redeem_reward(
        world.club,
        member_id=world.member.id,
        reward_id=world.rewards["voucher"].id,
        actor=world.owner,
        key="a",
    )
    owner = in_english(world.client("owner"))
    shown = page(owner, "member", "", world.member.id)
    for words in (
        "570",  # 600 for the purchase and 20 for joining, less 50 for the voucher
        "Silver",
        "600 for the purchase, 1 for every 10,000 toman",
        "20 for joining",
        "50 points for the reward",
        "50,000 toman voucher",
        "6,000,000",
    ):
        assert words in shown, words
    beside = page(owner, "member", "", world.member.id, hx_request="true")
    assert "data-close-beside" in beside
    assert "<html" not in beside
    assert "20 for joining" in page(owner, "member-history", "", world.member.id)


def test_a_members_details_are_changed(world: World) -> None:
    owner = world.client("owner")
    url = reverse("panel:member-edit", args=[world.member.id])
    wrong = owner.post(url, {"name": "مریم", "birth_date": "۱۴۰۵/۱۳/۰۱"})
    assert wrong.status_code == 422
    late = owner.post(url, {"name": "مریم", "birth_date": "1500/01/01"})
    assert late.status_code == 422
    right = owner.post(
        url, {"name": "مريم  رضايي‌نژاد", "gender": "female", "birth_date": "۱۳۷۰/۰۲/۱۴"}
    )
    assert right.status_code == 302
    world.member.refresh_from_db()
    assert world.member.name == "مریم رضایی‌نژاد"
    assert str(world.member.birth_date) == "1991-05-04"
    assert "مریم رضایی‌نژاد" in page(owner, "members", "?q=رضائی نژاد")


def test_a_purchases_page_explains_its_points(world: World) -> None:
    bought = world.buy(10_000_000)
    number = bought.answer["purchase_id"]
    world.give_back(number, amount=4_000_000, reason="too small")
    shown = page(in_english(world.client("accountant")), "purchase", "", number)
    for words in (
        "100 for the purchase, 1 for every 10,000 toman",
        "40 points of this purchase were taken back",
        "by revision 1 of the rules",
        "too small",
        "400,000",
    ):
        assert words in shown, words
    assert reverse("panel:revision", args=[1]) in shown


def test_lists_come_as_files_for_spreadsheets(world: World) -> None:
    world.enrol(name="=HYPERLINK(1)")
    world.buy(24_500_000, receipt_no="-7x")
    owner = world.client("owner")

    def rows(name: str) -> list[list[str]]:
        answer = owner.get(reverse(f"panel:{name}-export"))
        raw = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        assert raw.startswith("\ufeff".encode())
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))

    header, *members = rows("members")
    assert header[0] == "نام"
    assert "'=HYPERLINK(1)" in [row[0] for row in members]
    her = next(row for row in members if row[0] == world.member.name)
    assert her[header.index("خرید (تومان)")] == "2450000"
    header, only = rows("purchases")
    assert only[0] == "'-7x"
    assert only[1].startswith("14")
    assert only[2].startswith("20")


def test_numbers_are_no_formulas() -> None:
    assert safe_cell("-1200.5") == "-1200.5"
    assert safe_cell("+98912") == "'+98912"
    assert safe_cell("@x") == "'@x"
    assert safe_cell(-3) == -3


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t="])
def test_what_the_club_calls_its_attribute_is_no_formula_in_a_header(
    world: World, begins: str
) -> None:
    """A name that a manager chose stands above the column of everybody's file."""
    evil = f'{begins}HYPERLINK("http://evil.example","x")'
    MemberAttribute.objects.create(club=world.record, key="evil", kind="text", name=evil)
    Member.objects.filter(pk=world.member.pk).update(attributes={"evil": "@SUM(A1)"})
    owner = world.client("owner")
    owner.post(reverse("panel:members-columns"), {"column": ["mobile", "a.evil"]})
    told = owner.get(reverse("panel:members-export"))
    text = b"".join(told.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    header, *rows = csv.reader(io.StringIO(text))
    assert f"'{evil}" in header, header
    assert any("'@SUM(A1)" in row for row in rows)
    assert not [cell for row in [header, *rows] for cell in row if cell[:1] in ("=", "@", "\t")]
