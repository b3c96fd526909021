from __future__ import annotations

from datetime import UTC, datetime

from vafa.commerce.reads.sold_lines import SoldLine
from vafa.flows.imports.cancellations import SoldStock
from vafa.flows.imports.rows import Line

MAY, JUNE, JULY = (datetime(2024, month, 1, tzinfo=UTC) for month in (5, 6, 7))


def sold(purchase: int, at: datetime, quantity: int, amount: int, number: int = 1) -> SoldLine:
    return SoldLine(7, "tea", purchase, at, number, quantity * 1000, amount)


def back(quantity: int, amount: int, sku: str = "tea") -> Line:
    return Line(1, "C1", 1, 0, "", "7", "", sku, "", "", -quantity * 1000, -amount, None)


def test_the_latest_purchase_before_is_undone_first_and_then_the_earlier() -> None:
    stock = SoldStock([sold(3, JULY, 9, 900), sold(2, JUNE, 2, 200), sold(1, MAY, 5, 500)])
    undone = stock.undo(7, [back(3, 300)], JUNE)
    assert undone.purchases == {2: {1: (2000, 200)}, 1: {1: (1000, 100)}}
    assert undone.rest == 0


def test_what_one_cancellation_took_the_next_does_not_get() -> None:
    stock = SoldStock([sold(1, MAY, 2, 200)])
    assert stock.undo(7, [back(2, 200)], JUNE).rest == 0
    again = stock.undo(7, [back(1, 100)], JUNE)
    assert (again.purchases, again.rest) == ({}, 100)


def test_a_refund_above_the_price_stands_alone_for_the_difference() -> None:
    undone = SoldStock([sold(1, MAY, 2, 200)]).undo(7, [back(1, 250)], JUNE)
    assert undone.purchases == {1: {1: (1000, 200)}}
    assert undone.rest == 50


def test_two_lines_of_a_cancellation_may_undo_one_line() -> None:
    undone = SoldStock([sold(1, MAY, 5, 500)]).undo(7, [back(1, 100), back(2, 200)], JUNE)
    assert undone.purchases == {1: {1: (3000, 300)}}


def test_without_member_or_product_nothing_is_found() -> None:
    stock = SoldStock([sold(1, MAY, 5, 500)])
    assert stock.undo(None, [back(1, 100)], JUNE).rest == 100
    assert stock.undo(7, [back(1, 100, sku="")], JUNE).rest == 100
    assert stock.undo(8, [back(1, 100)], JUNE).rest == 100


def test_odd_shares_lose_nothing() -> None:
    stock = SoldStock([sold(2, JUNE, 1, 33), sold(1, MAY, 2, 67)])
    undone = stock.undo(7, [back(3, 100)], JULY)
    taken = sum(amount for lines in undone.purchases.values() for _, amount in lines.values())
    assert taken + undone.rest == 100
