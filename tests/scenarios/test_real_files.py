"""Two real histories brought in whole, against totals worked out from the files by other means.

The files are public data for development and are not part of the repository: they are looked for
beside the checkout, and without them these stories are passed over.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.db.models import Count, Sum

from tests.world import World, make_world
from vafa.club.models import Member
from vafa.commerce.models import Product, Purchase, Return
from vafa.flows.entries import MAX_LINES
from vafa.flows.imports.plan import Choices, inspect_file
from vafa.flows.imports.purchases import import_purchases
from vafa.flows.imports.summary import Summary
from vafa.insight.reads.dashboard import busy_span, series, trade
from vafa.insight.reads.spans import periods

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
IRAN = DATA / "iran_1398_orders.csv.gz"
RETAIL = DATA / "online_retail_2010_2011.parquet"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (IRAN.exists() and RETAIL.exists()), reason="no data beside the checkout"
    ),
]


def bring_in(world: World, path: Path, refused_to: Path, **options: Any) -> Summary:
    unit = "rial" if world.club.currency == "IRR" else ""
    plan = inspect_file(path, world.club, Choices(unit=unit, branch="main"))
    summary = import_purchases(world.club, plan, refused_to=refused_to, **options)
    assert summary.adds_up
    return summary


def rows_of(path: Path) -> int:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def test_orders_of_an_iranian_web_shop(world: World, tmp_path: Path) -> None:
    with gzip.open(IRAN, "rt", encoding="utf-8") as file:
        orders = list(csv.DictReader(file))
    spent = sum(int(order["total"]) for order in orders)
    customers = {order["customer_id"] for order in orders}

    summary = bring_in(world, IRAN, tmp_path / "refused.csv")
    assert (summary.rows, summary.rows_refused) == (len(orders), 0) == (40_537, 0)
    assert (summary.purchases.bills, summary.purchases.amount) == (len(orders), spent)
    assert summary.members == len(customers) == 14_964
    assert summary.points > 0

    mine = Purchase.objects.filter(club=world.record)
    stored = mine.aggregate(
        n=Count("id"), total=Sum("total"), members=Count("member", distinct=True)
    )
    assert stored == {"n": len(orders), "total": spent, "members": len(customers)}
    first = mine.order_by("purchased_at").first()
    assert first is not None and first.purchased_at == datetime(2019, 3, 20, 20, 34, tzinfo=UTC)
    joined = Member.objects.get(club=world.record, external_id="5bf1092b24aa9a000135ac7c")
    assert joined.joined_at == first.purchased_at

    the_panel_says_what_the_file_says(world, orders)
    again = bring_in(world, IRAN, tmp_path / "refused.csv")
    assert (again.purchases.bills, again.members, again.points) == (0, 0, 0)
    assert again.purchases_repeated.amount == spent
    assert mine.count() == len(orders)


def the_panel_says_what_the_file_says(world: World, orders: list[dict[str, str]]) -> None:
    """The dashboard's cards and its months, against sums over the file's own rows."""
    by_customer = Counter(order["customer_id"] for order in orders)
    by_month: Counter[str] = Counter()
    for order in orders:
        by_month[order["jalali_date"].split("-")[1]] += int(order["total"])
    busy = busy_span(world.club)
    assert busy is not None
    seen = trade(world.club, busy)
    assert (seen.sales, seen.purchases) == (sum(by_month.values()), len(orders))
    assert (seen.buyers, seen.returned) == (len(by_customer), 0)
    assert seen.repeat_buyers == sum(1 for n in by_customer.values() if n > 1)
    months = series(world.club, periods(busy, "month", "jalali"))
    assert [figures.trade.sales for figures in months] == list(by_month.values())


@pytest.fixture
def british(database: None) -> Iterator[World]:
    """A club that counts in pounds and lives in London."""
    made = make_world(currency="GBP", zone="Europe/London", calendar="gregorian", language="en")
    yield made
    made.verify()


def retail(sql: str) -> tuple[Any, ...]:
    """One row about the bills of the file: n lines, what they come to in pence, the customer."""
    with duckdb.connect() as connection:
        found = connection.execute(
            "WITH bill AS (SELECT invoice, count(*) n, any_value(customer_id) customer,"
            " sum(CAST(round(CAST(CAST(price AS VARCHAR) AS DECIMAL(18, 3)) * quantity * 100)"
            " AS BIGINT)) pence"
            f" FROM '{RETAIL}' GROUP BY invoice) {sql}"
        ).fetchone()
    assert found is not None
    return found


def test_invoices_of_a_british_web_shop(british: World, tmp_path: Path) -> None:
    sales = f"FROM bill WHERE invoice NOT LIKE 'C%' AND invoice NOT LIKE 'A%' AND pence > 0 AND n <= {MAX_LINES}"
    bills, pence, without_customer = retail(
        f"SELECT count(*), sum(pence), count(*) FILTER (customer IS NULL) {sales}"
    )
    cancelled, back = retail("SELECT count(*), -sum(pence) FROM bill WHERE invoice LIKE 'C%'")
    taken = (
        retail(f"SELECT coalesce(sum(n), 0) {sales}")[0]
        + retail("SELECT sum(n) FROM bill WHERE invoice LIKE 'C%'")[0]
    )

    refused = tmp_path / "refused.csv"
    summary = bring_in(british, RETAIL, refused)
    assert summary.rows == 541_909
    assert (summary.purchases.bills, summary.purchases.amount) == (bills, pence)
    assert (
        (summary.returns.bills, summary.returns.amount) == (cancelled, back) == (3836, 89_681_249)
    )
    assert summary.rows_refused == rows_of(refused) == summary.rows - taken

    bought = Purchase.objects.filter(club=british.record)
    assert bought.aggregate(n=Count("id"), total=Sum("total")) == {"n": bills, "total": pence}
    assert bought.filter(member=None).count() == without_customer
    lines = bought.aggregate(n=Count("lines"), total=Sum("lines__amount"))
    assert lines == {"n": retail(f"SELECT sum(n) {sales}")[0], "total": pence}
    returned = Return.objects.filter(club=british.record)
    assert returned.aggregate(total=Sum("total")) == {"total": back}
    # The most famous order of this file: 74,215 jars bought and given back 16 minutes later.
    jars = returned.get(receipt_no="C541433")
    assert (jars.total, jars.purchase and jars.purchase.receipt_no) == (7_718_360, "541431")
    assert returned.exclude(purchase=None).count() > 3000

    again = bring_in(british, RETAIL, refused)
    assert (again.purchases.bills, again.returns.bills, again.members, again.products) == (0,) * 4
    assert (again.purchases_repeated.bills, again.returns_repeated.bills) == (bills, cancelled)
    assert bought.count() == bills
    assert Product.objects.filter(club=british.record, sku="85123A").exists()
