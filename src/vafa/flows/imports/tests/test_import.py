"""Histories brought in whole: who becomes a member, what is recorded, what coming twice does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from tests.world import World
from vafa.club.actions.attributes import define_attribute
from vafa.club.models import Member
from vafa.commerce.models import Product, Purchase, Return
from vafa.commerce.rules.payment_card import card_digest
from vafa.core.text import to_latin_digits
from vafa.flows.imports.tests.files import bring_in, plan_of, refusals, text_file

# What the test club gives whoever joins.
WELCOME = 20
ORDERS = """شماره فاکتور,تاریخ,ساعت,موبایل,نام مشتری,مبلغ کل
101,۱۴۰۴/۰۳/۰۱,۱۰:۳۰,۰۹۱۲۱۱۱۲۲۳۳,علي كريمي,۱٬۲۰۰٬۰۰۰
102,1404/03/02,18:05,9121112233,علی کریمی,500000
103,1404/02/30,09:00,09351112244,مینا,300000
104,1404/03/03,09:00,,,250000
"""
LINES = """invoice,date,customer_id,sku,product,quantity,unit price
A1,2025-05-01 10:00,7,tea,Tea,2,1000
A2,2025-05-02 10:00,7,tea,Tea,3,1000
A1,2025-05-01 10:00,7,cup,Cup,1,5000
C9,2025-05-03 10:00,7,tea,Tea,-4,1000
C10,2025-05-03 11:00,,tea,Tea,-1,1000
A3,2025-05-04 10:00,8,cup,Cup,1,5000
"""


def test_brands_and_ways_of_paying(world: World, tmp_path: Path) -> None:
    rows = """invoice,date,customer_id,sku,product,brand,amount,payment method
P1,2025-05-01,7,tea,Tea,Golestan,2000,نقدی
P1,2025-05-01,7,cup,Cup,,3000,
P2,2025-05-02,7,tea,Tea,Other,2000,Credit Card
P3,2025-05-03,7,tea,Tea,,2000,Bitcoin
P4,2025-05-04,7,tea,Tea,,2000,2000
"""
    assert bring_in(world, text_file(tmp_path, rows)).rows_refused == 0
    tea = Product.objects.get(club=world.record, sku="tea")
    assert tea.brand == "Golestan", "the first sale describes it"
    paid = Purchase.objects.filter(club=world.record).order_by("receipt_no")
    assert [p.payment for p in paid] == ["cash", "card", "other", ""]


def test_what_tells_bank_cards_apart(world: World, tmp_path: Path) -> None:
    rows = """invoice,date,customer_id,amount,masked card
P1,2025-05-01,7,2000,603799******1234
P1,2025-05-01,7,3000,
P2,2025-05-02,8,2000,6037-9975-9999-9993
P3,2025-05-03,9,2000,1234
"""
    summary = bring_in(world, text_file(tmp_path, rows))
    [bought] = Purchase.objects.filter(club=world.record)
    assert bought.payment_card == card_digest(world.record.id, "603799******1234")
    why = refusals(summary)
    assert "whole number" in why[4] and "8 to 64" in why[5]
    assert summary.refused_path is not None
    assert "9993" not in summary.refused_path.read_text("utf-8"), "nor there"


def test_what_rows_say_of_members_beside(world: World, tmp_path: Path) -> None:
    club = world.record.id
    define_attribute(club, key="children", kind="number", name="تعداد فرزند")
    define_attribute(club, key="pet", kind="choice", name="حیوان", choices=["گربه", "سگ"])
    define_attribute(club, key="since", kind="date", name="از کی")
    rows = """invoice,date,customer_id,amount,تعداد فرزند,attribute:pet,Since When
P1,2025-05-01,7,2000,۲,سگ,1398/01/01
P2,2025-05-02,7,2000,3,,
P3,2025-05-03,8,2000,many,گربه,
"""
    file = text_file(tmp_path, rows)
    summary = bring_in(world, file, columns={"attribute:since": "Since When"})
    assert (summary.purchases.bills, summary.rows_refused) == (2, 1)
    assert "تعداد فرزند" in refusals(summary)[4]
    seven = Member.objects.get(club=world.record, external_id="7")
    assert seven.attributes == {"children": 3, "pet": "سگ", "since": 20190321}


def test_orders_of_a_persian_shop(world: World, tmp_path: Path) -> None:
    # As an old Windows program wrote it: no Persian digits, ي and ك.
    old = to_latin_digits(ORDERS).replace("٬", "").replace("ی", "ي").replace("ک", "ك")
    summary = bring_in(world, text_file(tmp_path, old, encoding="cp1256"))
    assert (summary.purchases.bills, summary.purchases.amount) == (4, 2_250_000)
    assert (summary.members, summary.rows_refused, summary.refused_path) == (2, 0, None)
    ali = Member.objects.get(club=world.record, mobile="+989121112233")
    assert (ali.name, ali.external_id) == ("علی کریمی", None)
    assert ali.joined_at == datetime(2025, 5, 22, 7, 0, tzinfo=UTC)
    bought = Purchase.objects.filter(member=ali).order_by("purchased_at")
    assert [p.receipt_no for p in bought] == ["101", "102"]
    assert {p.source for p in bought} == {"import"}
    assert Purchase.objects.get(club=world.record, receipt_no="104").member is None


def test_points_are_those_that_the_till_would_have_granted(world: World, tmp_path: Path) -> None:
    granted = bring_in(world, text_file(tmp_path, ORDERS))
    assert granted.points == 12 + 5 + 3 + 2 * WELCOME
    ali = Member.objects.get(club=world.record, mobile="+989121112233")
    # 20 for joining; what is older than 12 months has expired meanwhile.
    assert world.balance(ali).available in (0, 20 + 12 + 5)


def test_old_points_have_expired_when_the_import_ends(world: World, tmp_path: Path) -> None:
    text = "receipt,date,mobile,total\n1,1390/01/01,09121112233,1000000\n"
    assert bring_in(world, text_file(tmp_path, text)).points == 10 + WELCOME
    member = Member.objects.get(club=world.record, mobile="+989121112233")
    assert world.balance(member).available == 0


def test_history_without_points(world: World, tmp_path: Path) -> None:
    summary = bring_in(world, text_file(tmp_path, ORDERS), grant_points=False)
    assert (summary.purchases.bills, summary.points) == (4, 0)
    ali = Member.objects.get(club=world.record, mobile="+989121112233")
    assert world.balance(ali).available == 0


def test_coming_again_adds_nothing(world: World, tmp_path: Path) -> None:
    path = text_file(tmp_path, LINES)
    first = bring_in(world, path)
    again = bring_in(world, path)
    assert (first.purchases.bills, first.returns.bills) == (3, 2)
    assert (again.purchases.bills, again.returns.bills, again.members, again.products) == (0,) * 4
    assert again.purchases_repeated.amount == first.purchases.amount == 15_000
    assert again.returns_repeated.amount == first.returns.amount == 5_000
    assert Purchase.objects.filter(club=world.record).count() == 3


def test_a_longer_file_adds_what_is_new(world: World, tmp_path: Path) -> None:
    bring_in(world, text_file(tmp_path, ORDERS))
    longer = ORDERS + "105,1404/03/04,10:00,09351112244,,400000\n"
    summary = bring_in(world, text_file(tmp_path, longer))
    assert (summary.purchases.bills, summary.purchases_repeated.bills) == (1, 4)
    assert summary.members == 0


def test_lines_become_bills_and_cancellations_returns(world: World, tmp_path: Path) -> None:
    summary = bring_in(world, text_file(tmp_path, LINES))
    bills = {p.receipt_no: p for p in Purchase.objects.filter(club=world.record)}
    assert {no: p.total for no, p in bills.items()} == {"A1": 7000, "A2": 3000, "A3": 5000}
    assert [line.name for line in bills["A1"].lines.order_by("number")] == ["Tea", "Cup"]
    # Four teas came back: three of the later bill, one of the earlier.
    returns = {r.receipt_no: r for r in Return.objects.filter(club=world.record)}
    assert {no: (r.purchase_id, r.total) for no, r in returns.items()} == {
        "C9": (bills["A2"].id, 3000),
        "C9/2": (bills["A1"].id, 1000),
        "C10": (None, 1000),
    }
    assert (summary.linked.amount, summary.alone.amount) == (4000, 1000)
    tea = Product.objects.get(club=world.record, sku="tea")
    assert (tea.name, tea.price, summary.products) == ("Tea", 1000, 2)


@pytest.mark.parametrize("batch_bills", [1, 2, 2000])
def test_the_size_of_batches_changes_nothing(
    world: World, tmp_path: Path, batch_bills: int
) -> None:
    text = "invoice,date,mobile,sku,quantity,price\n" + "".join(
        f"{'C' * (i % 3 == 2)}{i},2025-0{1 + i // 5}-{10 + i},09121112233,tea,"
        f"{-2 if i % 3 == 2 else 3 + i},1000000\n"
        for i in range(15)
    )
    summary = bring_in(world, text_file(tmp_path, text), batch_bills=batch_bills)
    assert (summary.purchases.bills, summary.returns.bills, summary.alone.bills) == (10, 5, 0)
    # Silver (120 %) from 500 points on, which the returns put off until the last two purchases.
    assert summary.points == 950 - 100 + (150 + 160) // 5 - 4 + WELCOME


def test_a_dry_run_says_what_would_happen_and_writes_nothing(world: World, tmp_path: Path) -> None:
    path = text_file(tmp_path, LINES + "A4,2099-01-01,9,tea,Tea,1,1000\n")
    members = Member.objects.filter(club=world.record).count()
    rehearsed = bring_in(world, path, dry_run=True)
    assert Member.objects.filter(club=world.record).count() == members
    assert not Purchase.objects.filter(club=world.record).exists()
    assert list(refusals(rehearsed)) == [8]
    done = bring_in(world, path)
    for name in ("purchases", "returns", "members", "rows_refused", "sales"):
        assert getattr(rehearsed, name) == getattr(done, name)
    after = bring_in(world, path, dry_run=True)
    assert (after.purchases.bills, after.purchases_repeated.bills) == (0, 3)
    assert after.returns_repeated.bills == 2


def test_an_excel_sheet_that_lost_the_zeros_of_mobiles(world: World, tmp_path: Path) -> None:
    path = tmp_path / "sales.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["فاکتور", "تاریخ", "موبایل", "مبلغ کل"])
    sheet.write_row(1, 0, [1, "1404/01/15", 9121112233, 450000])
    sheet.write_row(2, 0, [2, "۱۴۰۴/۰۱/۱۶", "۹۱۲۱۱۱۲۲۳۳", "۴۵۰٬۰۰۰"])
    book.close()
    summary = bring_in(world, path)
    assert (summary.purchases.amount, summary.members) == (900_000, 1)
    assert Member.objects.filter(club=world.record, mobile="+989121112233").exists()


def test_parquet(world: World, tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT i AS invoice, TIMESTAMP '2025-01-01 10:00' + i * INTERVAL 1 HOUR AS date,"
            " 1000 + i AS customer_id, i * 1500.0 AS total FROM range(1, 101) r(i))"
            f" TO '{path}' (FORMAT parquet)"
        )
    summary = bring_in(world, path)
    assert (summary.purchases.bills, summary.purchases.amount) == (100, 1500 * 5050)
    assert summary.members == 100


def test_rows_without_receipts_are_known_again_by_their_contents(
    world: World, tmp_path: Path
) -> None:
    text = "date,customer_id,amount\n" + "2025-01-18,1,29000\n" * 2 + "2025-01-19,1,14000\n"
    path = text_file(tmp_path, text)
    assert bring_in(world, path).purchases.bills == 3
    assert bring_in(world, path).purchases_repeated.bills == 3


def test_branches_of_the_file(world: World, tmp_path: Path) -> None:
    text = (
        "receipt,date,total,branch\n1,1404/01/01,1000,main\n"
        "1,1404/01/01,2000,شعبهٔ دوم\n2,1404/01/01,3000,\n3,1404/01/01,4000,third\n"
    )
    summary = bring_in(world, text_file(tmp_path, text))
    at = Purchase.objects.filter(club=world.record).values_list("branch__code", "receipt_no")
    assert sorted(at) == [("main", "1"), ("main", "2"), ("second", "1")]
    assert list(refusals(summary)) == [5]


def test_one_customer_under_two_references(world: World, tmp_path: Path) -> None:
    bring_in(world, text_file(tmp_path, "receipt,date,customer,total\n1,1404/01/01,55,1000\n"))
    text = (
        "receipt,date,customer,mobile,total\n"
        "2,1404/01/02,55,09121112233,1000\n"
        "3,1404/01/03,56,09121112244,1000\n"
        "4,1404/01/04,56,09121112255,1000\n"
        "5,1404/01/05,,09121112244,1000\n"
    )
    assert bring_in(world, text_file(tmp_path, text)).members == 1
    bought = Purchase.objects.filter(club=world.record).order_by("receipt_no")
    by_customer = [p.member.external_id for p in bought if p.member]
    assert by_customer == ["55", "55", "56", "56", "56"]


def test_categories_and_names_of_products_are_kept(world: World, tmp_path: Path) -> None:
    text = (
        "receipt,date,product,category,amount,sku\n"
        "1,1404/01/01,پنیر تازه,لبنیات,1000,cheese\n1,1404/01/01,عسل,صبحانه,2000,\n"
    )
    bring_in(world, text_file(tmp_path, text))
    products = {p.sku: p for p in Product.objects.filter(club=world.record)}
    assert products["cheese"].name == "پنیر"
    assert products["cheese"].category == world.products["milk"].category
    honey = products["عسل"]
    assert honey.category is not None and honey.category.name == "صبحانه"


def test_the_plan_tells_how_the_file_is_understood(world: World, tmp_path: Path) -> None:
    plan = plan_of(world, text_file(tmp_path, LINES))
    assert (plan.columns.by_lines, plan.style.calendar) == (True, "gregorian")
    plan = plan_of(world, text_file(tmp_path, ORDERS))
    assert (plan.columns.by_lines, plan.style.calendar) == (False, "jalali")
    assert plan.date_sample == "۱۴۰۴/۰۳/۰۱"
