"""One row of a file as a line of a bill: checked, typed, ready to be grouped."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple

from vafa.club.errors import UnknownBranch
from vafa.commerce.errors import InTheFuture, InvalidAmount, TooLongAgo
from vafa.core.money import DisplayUnit
from vafa.core.text import search_key
from vafa.flows.entries import CLOCK_SKEW, MAX_AMOUNT, OLDEST
from vafa.flows.imports.cells import (
    CACHE,
    amount_reader,
    decimal_reader,
    mobile_of,
    name_of,
    product_of,
    quantity_of,
    text_of,
)
from vafa.flows.imports.dates import DateStyle, moment_reader
from vafa.flows.imports.errors import (
    Adjustment,
    MissingValue,
    NegativeAmount,
    NegativePrice,
    NothingSold,
    ValueTooLong,
)
from vafa.flows.imports.mapping import ColumnMap

# Lines by which shops' books write off what nobody will pay; compared by ``search_key``.
_ADJUSTMENTS = frozenset(
    map(search_key, ("adjust bad debt", "bad debt", "مطالبات سوخت شده", "سوخت مطالبات"))
)
_LIMITS = {"receipt": 60, "customer": 64, "sku": 64}  # receipts leave room for "/12"
_NAME, _PRODUCT, _CATEGORY = 120, 160, 80


class Line(NamedTuple):
    """A line of a bill: amounts in the smallest currency unit, quantity in thousandths (both
    negative in a cancellation), ``at`` in seconds since 1970 UTC, ``total`` None where the file
    does not say the bill's.
    """

    line: int
    receipt: str
    branch: int
    at: int
    mobile: str
    customer: str
    name: str
    sku: str
    product: str
    category: str
    quantity: int
    amount: int
    total: int | None


@dataclass(frozen=True, slots=True)
class RowRules:
    """What is needed to understand the rows of one file."""

    columns: ColumnMap
    style: DateStyle
    unit: DisplayUnit
    zone: tzinfo
    branches: Mapping[str, int]
    branch_id: int
    cancel_prefix: str
    now: datetime


def row_reader(rules: RowRules) -> Callable[[int, Sequence[Any]], Line]:
    """A function from a row's number and cells to its line; it raises DomainErrors, which say
    why this row is refused.
    """
    columns = rules.columns
    pick = _picker(columns)
    moment = _moment(rules)
    money = _money(rules)
    has_receipt = columns.has("receipt")
    branch_of = _branch(rules)

    def read(number: int, cells: Sequence[Any]) -> Line:
        cell = pick(cells)
        receipt = _limited("receipt", cell["receipt"], columns)
        if has_receipt and not receipt:
            raise MissingValue(column=columns.header("receipt"))
        branch = branch_of(cell["branch"])
        at = moment(cell["date"], cell["time"])
        mobile = mobile_of(text_of(cell["mobile"]))
        customer = _limited("customer", cell["customer"], columns)
        product = name_of(cell["product"], _PRODUCT)
        if product and _is_adjustment(product):
            raise Adjustment
        quantity, amount, total = money(cell, receipt)
        return Line(
            number,
            receipt,
            branch,
            at,
            mobile,
            "" if customer == "0" else customer,
            name_of(cell["name"], _NAME),
            _limited("sku", cell["sku"], columns) or _sku_of(product),
            product,
            name_of(cell["category"], _CATEGORY),
            quantity,
            amount,
            total,
        )

    return read


def bill_reader(rules: RowRules) -> Callable[[Sequence[Any]], tuple[int, str]]:
    """A function from the cells of a refused row to the (branch, receipt) that it spoils; branch
    0 or receipt "" where they cannot be read, and nothing else is spoilt.
    """
    pick, branch_of = _picker(rules.columns), _branch(rules)

    def read(cells: Sequence[Any]) -> tuple[int, str]:
        cell = pick(cells)
        try:
            return branch_of(cell["branch"]), text_of(cell["receipt"])
        except UnknownBranch:
            return 0, ""

    return read


def is_cancellation(receipt: str, prefix: str) -> bool:
    """Whether a receipt with negative amounts undoes a sale."""
    return bool(prefix) and receipt.casefold().startswith(prefix.casefold())


def receipt_of_contents(line: Line) -> str:
    """A receipt number for files that have none: the same row always gets the same."""
    said = [line.branch, line.at, line.mobile, line.customer, line.sku, line.quantity, line.amount]
    return f"#{hashlib.sha256(repr(said).encode()).hexdigest()[:20]}"


@lru_cache(CACHE)
def _is_adjustment(product: str) -> bool:
    return search_key(product) in _ADJUSTMENTS


def _picker(columns: ColumnMap) -> Callable[[Sequence[Any]], dict[str, Any]]:
    places = list(columns.columns.items())
    absent = dict.fromkeys(
        ("receipt", "branch", "time", "mobile", "customer", "name", "sku", "product", "category")
    )

    def pick(cells: Sequence[Any]) -> dict[str, Any]:
        width = len(cells)
        return absent | {field: cells[i] if i < width else None for field, i in places}

    return pick


def _limited(field: str, cell: Any, columns: ColumnMap) -> str:
    text = text_of(cell)
    if len(text) > _LIMITS[field]:
        raise ValueTooLong(column=columns.header(field), limit=_LIMITS[field])
    return text


def _sku_of(product: str) -> str:
    """A code for a product that is known by name only."""
    if len(product) <= _LIMITS["sku"]:
        return product
    return f"{product[:50]}~{hashlib.sha256(product.encode()).hexdigest()[:12]}"


def _branch(rules: RowRules) -> Callable[[Any], int]:
    def find(cell: Any) -> int:
        text = text_of(cell)
        if not text and rules.branch_id:
            return rules.branch_id
        found = rules.branches.get(search_key(text))
        if found is None:
            raise UnknownBranch
        return found

    return find


def _moment(rules: RowRules) -> Callable[[Any, Any], int]:
    read = moment_reader(rules.style, rules.zone, rules.columns.header("date"))
    latest = int((rules.now + CLOCK_SKEW).timestamp())
    oldest = int(OLDEST.timestamp())

    def moment(day: Any, clock: Any) -> int:
        at = read(day, clock)
        if at > latest:
            raise InTheFuture
        if at < oldest:
            raise TooLongAgo
        return at

    return moment


def _money(rules: RowRules) -> Callable[[dict[str, Any], str], tuple[int, int, int | None]]:
    """A function to (quantity, amount, total) of a row, all negative where it undoes a sale."""
    columns, prefix = rules.columns, rules.cancel_prefix
    amount_of, line_amount = amount_reader(rules.unit), _line_amount(rules)
    fields = [f for f in ("quantity", "amount", "price", "total") if columns.has(f)]
    has_line = columns.has("amount") or columns.has("price")

    def read(cell: dict[str, Any], receipt: str) -> tuple[int, int, int | None]:
        for field in fields:
            if cell[field] is None or cell[field] == "":
                raise MissingValue(column=columns.header(field))
        quantity = quantity_of(cell["quantity"]) if "quantity" in fields else 1000
        total = amount_of(cell["total"]) if "total" in fields else None
        if has_line:
            amount = line_amount(quantity, cell)
        else:
            assert total is not None  # a mapping has at least one of the three
            amount, total = total, None
        if max(abs(amount), abs(total or 0)) > MAX_AMOUNT:
            raise InvalidAmount(limit=MAX_AMOUNT)
        if amount >= 0 and quantity > 0 and (total is None or total >= 0):
            return quantity, amount, total
        if not amount and not total:
            raise NothingSold
        if not is_cancellation(receipt, prefix):
            raise NegativeAmount(prefix=prefix)
        return -abs(quantity), -abs(amount), None if total is None else -abs(total)

    return read


def _line_amount(rules: RowRules) -> Callable[[int, dict[str, Any]], int]:
    """A function from quantity and cells to what the line comes to."""
    amount_of, decimal_of = amount_reader(rules.unit), decimal_reader(rules.unit)
    size, has_amount = rules.unit.size, rules.columns.has("amount")

    def read(quantity: int, cell: dict[str, Any]) -> int:
        if has_amount:
            return amount_of(cell["amount"])
        price = decimal_of(cell["price"])
        if price < 0:
            raise NegativePrice
        return product_of(quantity, price, size)

    return read
