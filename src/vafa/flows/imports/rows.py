"""One row of a file as a line of a bill: checked, typed, ready to be grouped."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from vafa.club.actions.attributes import value_of
from vafa.club.errors import InvalidAttribute, UnknownBranch
from vafa.club.models import MemberAttribute
from vafa.club.rules.attributes import Stored
from vafa.commerce.errors import InTheFuture, InvalidAmount, TooLongAgo
from vafa.commerce.rules.payment_card import check_card
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
from vafa.flows.imports.mapping import FIELDS, ColumnMap

# Lines by which shops' books write off what nobody will pay; compared by ``search_key``.
_ADJUSTMENTS = frozenset(
    map(search_key, ("adjust bad debt", "bad debt", "مطالبات سوخت شده", "سوخت مطالبات"))
)
_LIMITS = {"receipt": 60, "customer": 64, "sku": 64}  # receipts leave room for "/12"
_NAME, _PRODUCT, _CATEGORY, _BRAND = 120, 160, 80, 80
# How shops' books call the ways of paying; compared by ``search_key``. Any other word is "other".
_PAYMENTS = {
    search_key(word): kind
    for kind, words in {
        "cash": ("cash", "نقد", "نقدی", "وجه نقد"),
        "card": (
            "card",
            "credit card",
            "debit card",
            "pos",
            "کارت",
            "کارتی",
            "کارتخوان",
            "کارت بانکی",
        ),
        "online": ("online", "gateway", "اینترنتی", "آنلاین", "درگاه"),
        "credit": ("credit", "on account", "invoice", "نسیه", "اعتباری", "حساب دفتری", "اقساط"),
    }.items()
    for word in words
}


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
    brand: str = ""
    payment: str = ""
    attributes: str = ""
    card: str = ""


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
    attributes: Sequence[MemberAttribute] = ()


def row_reader(rules: RowRules) -> Callable[[int, Sequence[Any]], Line]:
    """A function from a row's number and cells to its line; it raises DomainErrors, which say
    why this row is refused.
    """
    columns, prefix = rules.columns, rules.cancel_prefix
    pick, moment, money, branch_of = (
        _picker(columns),
        _moment(rules),
        _money(rules),
        branch_reader(rules.branches, rules.branch_id),
    )
    receipt_of, customer_of, sku_of = (_text(f, columns) for f in ("receipt", "customer", "sku"))
    has_receipt = columns.has("receipt")
    attributes_of = _attributes(rules)

    def read(number: int, cells: Sequence[Any]) -> Line:
        cell = pick(cells)
        receipt = receipt_of(cell.receipt)
        if has_receipt and not receipt:
            raise MissingValue(column=columns.header("receipt"))
        product, code = product_code(cell.product)
        quantity, amount, total = money(cell.quantity, cell.amount, cell.price, cell.total)
        if (amount < 0 or quantity < 0) and not is_cancellation(receipt, prefix):
            raise NegativeAmount(prefix=prefix)
        customer = customer_of(cell.customer)
        return Line(
            number,
            receipt,
            branch_of(cell.branch),
            moment(cell.date, cell.time),
            mobile_of(text_of(cell.mobile)),
            "" if customer == "0" else customer,
            name_of(cell.name, _NAME),
            sku_of(cell.sku) or code,
            product,
            name_of(cell.category, _CATEGORY),
            quantity,
            amount,
            total,
            name_of(cell.brand, _BRAND),
            _payment(cell.payment),
            attributes_of(cells),
            _card(cell.payment_card),
        )

    return read


def bill_reader(rules: RowRules) -> Callable[[Sequence[Any]], tuple[int, str]]:
    """A function from the cells of a refused row to the (branch, receipt) that it spoils; branch
    0 or receipt "" where they cannot be read, and nothing else is spoilt.
    """
    pick, branch_of = _picker(rules.columns), branch_reader(rules.branches, rules.branch_id)

    def read(cells: Sequence[Any]) -> tuple[int, str]:
        cell = pick(cells)
        try:
            return branch_of(cell.branch), text_of(cell.receipt)
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


class _Cells(NamedTuple):
    """The cells of a row by field, in the order of ``FIELDS``; None where the file has none."""

    receipt: Any
    date: Any
    time: Any
    mobile: Any
    customer: Any
    name: Any
    total: Any
    amount: Any
    quantity: Any
    price: Any
    sku: Any
    product: Any
    category: Any
    branch: Any
    brand: Any
    payment: Any
    payment_card: Any


def _picker(columns: ColumnMap) -> Callable[[Sequence[Any]], _Cells]:
    # Rows have one cell for each header; a None behind them stands for the absent fields.
    get = itemgetter(*(columns.columns.get(field, len(columns.headers)) for field in FIELDS))

    def pick(cells: Sequence[Any]) -> _Cells:
        return _Cells(*get((*cells, None)))

    return pick


def _text(field: str, columns: ColumnMap) -> Callable[[Any], str]:
    limit = _LIMITS[field]

    @lru_cache(CACHE, typed=True)
    def read(cell: Any) -> str:
        text = text_of(cell)
        if len(text) > limit:
            raise ValueTooLong(column=columns.header(field), limit=limit)
        return text

    return read


def attribute_reader(
    attributes: Sequence[MemberAttribute], columns: ColumnMap
) -> Callable[[Sequence[Any]], dict[str, Stored]]:
    """A function from a row's cells to what it says of the member's attributes, by key. It raises
    InvalidAttribute."""
    places = [(a, columns.attributes[a.key]) for a in attributes]

    @lru_cache(CACHE, typed=True)
    def read(place: int, cell: Any) -> Stored | None:
        attribute = places[place][0]
        day = cell.date() if isinstance(cell, datetime) else cell
        try:
            return value_of(attribute, day if isinstance(day, date | bool) else text_of(day))
        except ValueError as error:
            raise InvalidAttribute(field=attribute.key, name=attribute.name) from error

    def every(cells: Sequence[Any]) -> dict[str, Stored]:
        found = {a.key: read(n, cells[place]) for n, (a, place) in enumerate(places)}
        return {key: value for key, value in found.items() if value is not None}

    return every


def _attributes(rules: RowRules) -> Callable[[Sequence[Any]], str]:
    """What a row says of the member's attributes, as JSON; "" for nothing."""
    if not rules.attributes:
        return lambda cells: ""
    read = attribute_reader(rules.attributes, rules.columns)

    def every(cells: Sequence[Any]) -> str:
        known = read(cells)
        return orjson.dumps(known).decode() if known else ""

    return every


@lru_cache(CACHE, typed=True)
def _payment(cell: Any) -> str:
    word = search_key(text_of(cell))
    # A column of that name may as well hold an amount.
    return _PAYMENTS.get(word, "other" if any(c.isalpha() for c in word) else "")


@lru_cache(CACHE, typed=True)
def _card(cell: Any) -> str:
    text = text_of(cell)
    check_card(text)
    return text


@lru_cache(CACHE, typed=True)
def product_code(cell: Any) -> tuple[str, str]:
    """A product's name, and a code for when it is known by name only. Raises Adjustment."""
    name = name_of(cell, _PRODUCT)
    if name and search_key(name) in _ADJUSTMENTS:
        raise Adjustment
    if len(name) <= _LIMITS["sku"]:
        return name, name
    return name, f"{name[:50]}~{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def branch_reader(branches: Mapping[str, int], branch_id: int) -> Callable[[Any], int]:
    """A function from a cell to the branch that it names by code or name, ``branch_id`` (if not 0)
    where it names none. It raises UnknownBranch."""

    @lru_cache(CACHE, typed=True)
    def find(cell: Any) -> int:
        text = text_of(cell)
        if not text and branch_id:
            return branch_id
        found = branches.get(search_key(text))
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


Money = tuple[int, int, int | None]


def _money(rules: RowRules) -> Callable[[Any, Any, Any, Any], Money]:
    """A function from the cells of quantity, amount, price and total to (quantity, amount, total)
    of a row: all positive, or all negative where something is undone.
    """
    columns, unit = rules.columns, rules.unit
    amount_of, decimal_of = amount_reader(unit), decimal_reader(unit)
    fields = ("quantity", "amount", "price", "total")
    needed = [columns.has(field) for field in fields]

    @lru_cache(CACHE, typed=True)
    def read(*cells: Any) -> Money:
        for field, cell in zip(fields, cells, strict=True):
            if columns.has(field) and (cell is None or cell == ""):
                raise MissingValue(column=columns.header(field))
        quantity = quantity_of(cells[0]) if needed[0] else 1000
        total = amount_of(cells[3]) if needed[3] else None
        if needed[1]:
            amount = amount_of(cells[1])
        elif needed[2]:
            amount = _line_amount(quantity, decimal_of(cells[2]), unit.size)
        else:
            assert total is not None  # a mapping has at least one of the three
            amount, total = total, None
        if max(abs(amount), abs(total or 0)) > MAX_AMOUNT:
            raise InvalidAmount(limit=MAX_AMOUNT)
        return _signed(quantity, amount, total)

    return read


def _line_amount(quantity: int, price: Decimal, size: int) -> int:
    if price < 0:
        raise NegativePrice
    return product_of(quantity, price, size)


def _signed(quantity: int, amount: int, total: int | None) -> Money:
    """One sign for all three; what has a negative quantity and no value is nothing."""
    if amount >= 0 and quantity > 0 and (total is None or total >= 0):
        return quantity, amount, total
    if not amount and not total:
        raise NothingSold
    return -abs(quantity), -abs(amount), None if total is None else -abs(total)
