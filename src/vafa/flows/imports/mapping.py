"""Which column of a file is which field of a purchase, or of what else a file may hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from vafa.core.text import search_key
from vafa.flows.imports.errors import NoAmountColumn, NoDateColumn, UnknownColumn, UnknownField
from vafa.flows.imports.heading_units import name_of

# Headers that are recognised without being told, the surest first; compared by ``search_key``
# without punctuation, so that "Invoice No." and "invoice_no" are the same.
KNOWN: Final[dict[str, tuple[str, ...]]] = {
    "receipt": (
        "receipt", "receipt no", "receipt number", "receipt id", "invoice", "invoice no",
        "invoice number", "invoice id", "order id", "order no", "order number", "order",
        "bill no", "bill number", "bill", "transaction id", "factor", "factor no",
        "شماره رسید", "رسید", "شماره فاکتور", "فاکتور", "کد فاکتور", "سریال فاکتور",
        "شماره سفارش", "کد سفارش", "سفارش", "شماره تراکنش", "شماره سند",
    ),
    "date": (
        "jalali date", "date", "purchase date", "purchased at", "invoice date", "order date",
        "receipt date", "bill date", "transaction date", "created at", "datetime", "timestamp",
        "تاریخ", "تاریخ خرید", "تاریخ فاکتور", "تاریخ سفارش", "تاریخ فروش", "تاریخ ثبت",
        "تاریخ شمسی", "تاریخ و ساعت", "تاریخ میلادی", "زمان خرید",
    ),
    "time": (
        "time", "hour", "created at", "datetime", "timestamp", "ساعت", "ساعت خرید", "زمان",
        "ساعت ثبت", "زمان ثبت",
    ),
    "mobile": (
        "mobile", "mobile no", "mobile number", "phone", "phone number", "cell", "cellphone",
        "customer mobile", "customer phone", "موبایل", "شماره موبایل", "تلفن همراه", "همراه",
        "شماره همراه", "شماره تلفن همراه", "موبایل مشتری", "تلفن", "شماره تماس",
    ),
    "customer": (
        "customer id", "customer", "customer no", "customer number", "customer code",
        "member id", "member", "member no", "client id", "user id", "buyer id",
        "کد مشتری", "شماره مشتری", "مشتری", "کد اشتراک", "شماره اشتراک", "کد عضویت",
        "شماره عضویت", "شناسه مشتری",
    ),
    "name": (
        "customer name", "full name", "name", "member name", "client name",
        "نام مشتری", "نام و نام خانوادگی", "نام خریدار", "نام", "نام عضو",
    ),
    "total": (
        "total", "total amount", "grand total", "invoice total", "order total", "bill total",
        "total price", "payable", "مبلغ کل", "جمع کل", "مبلغ فاکتور", "جمع فاکتور",
        "مبلغ خرید", "مبلغ سفارش", "قابل پرداخت", "مبلغ قابل پرداخت", "مبلغ نهایی",
    ),
    "amount": (
        "line amount", "line total", "amount", "subtotal", "sum", "مبلغ سطر", "مبلغ ردیف",
        "جمع ردیف", "جمع سطر", "قیمت کل", "مبلغ",
    ),
    "quantity": ("quantity", "qty", "count", "units", "تعداد", "مقدار"),
    "price": (
        "unit price", "price", "unit cost", "قیمت واحد", "فی", "مبلغ واحد", "قیمت",
    ),
    "sku": (
        "sku", "product code", "stock code", "item code", "product id", "item id", "barcode",
        "کد کالا", "کد محصول", "شناسه کالا", "شناسه محصول", "بارکد",
    ),
    "product": (
        "product", "product name", "item", "item name", "description", "title",
        "کالا", "نام کالا", "محصول", "نام محصول", "شرح", "شرح کالا", "عنوان",
    ),
    "category": (
        "category", "product category", "department", "group", "دسته", "دسته بندی",
        "گروه کالا", "گروه", "نام دسته",
    ),
    "branch": (
        "branch", "branch code", "store", "store code", "shop", "store id", "branch id",
        "شعبه", "کد شعبه", "نام شعبه", "فروشگاه", "کد فروشگاه",
    ),
    "brand": ("brand", "brand name", "manufacturer", "برند", "نام برند", "نشان تجاری", "مارک"),
    "payment": (
        "payment", "payment kind", "payment method", "payment type", "paid by", "tender",
        "نوع پرداخت", "روش پرداخت", "شیوه پرداخت", "نحوه پرداخت", "پرداخت",
    ),
    "payment_card": (
        "payment card", "bank card", "card fingerprint", "card hash", "card token", "masked card",
        "اثر کارت", "کارت بانکی", "شناسه کارت بانکی", "کارت پرداخت",
    ),
}  # fmt: skip
FIELDS: Final = tuple(KNOWN)
ATTRIBUTE: Final = "attribute:"
_ALIASES: Final = {"member": "customer", "external": "customer", "unit_price": "price"}


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """The column (its place from 0) of each field that the file has, and of members' attributes by
    their keys."""

    columns: Mapping[str, int]
    headers: tuple[str, ...]
    attributes: Mapping[str, int] = dataclasses.field(default_factory=dict)

    def has(self, *fields: str) -> bool:
        """Whether the file has all of these fields."""
        return all(field in self.columns for field in fields)

    def header(self, field: str) -> str:
        """The name of the field's column in the file."""
        return self.headers[self.columns[field]]

    @property
    def by_lines(self) -> bool:
        """Whether a row is a line of a bill, so that several rows may share a receipt."""
        return self.has("receipt") and (self.has("amount") or self.has("price"))

    def pairs(self) -> list[tuple[str, str]]:
        """(field, column name), in the order of ``FIELDS``."""
        own = [(f"{ATTRIBUTE}{key}", self.headers[n]) for key, n in self.attributes.items()]
        return [(name, self.header(name)) for name in FIELDS if name in self.columns] + own


def map_columns(
    headers: Sequence[str],
    chosen: Mapping[str, str],
    attributes: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> ColumnMap:
    """The mapping: what the caller chose (field → column name, "" for none), then what the
    headers say. ``attributes``: what else the club knows of members, by key, with its names; as
    fields they are attribute:key. Raises UnknownField, UnknownColumn, NoDateColumn, NoAmountColumn.
    """
    names = tuple(headers)
    theirs = {f: column for f, column in chosen.items() if f.startswith(ATTRIBUTE)}
    chosen = {f: column for f, column in chosen.items() if f not in theirs}
    columns: dict[str, int] = {}
    refused: set[str] = set()
    for given, column in chosen.items():
        field = _ALIASES.get(given, given)
        if field not in KNOWN:
            raise UnknownField(field=given, fields=", ".join(FIELDS))
        if column:
            columns[field] = find_column(column, names)
        else:
            refused.add(field)
    recognise(columns, names, refused, KNOWN)
    if "date" not in columns and "time" in columns:
        columns["date"] = columns.pop("time")
    own = attribute_columns(names, theirs, attributes, set(columns.values()))
    mapping = ColumnMap(columns, names, own)
    listed = ", ".join(name for name in names if name)
    if not mapping.has("date"):
        raise NoDateColumn(columns=listed)
    if not (mapping.has("total") or mapping.has("amount") or mapping.has("price")):
        raise NoAmountColumn(columns=listed)
    return mapping


def attribute_columns(
    names: Sequence[str],
    chosen: Mapping[str, str],
    attributes: Mapping[str, Sequence[str]],
    taken: set[int],
) -> dict[str, int]:
    """The columns of attributes: those chosen, then those called attribute:key or by their name,
    of what is not ``taken``. Raises UnknownField, UnknownColumn."""
    for given in chosen:
        if given.removeprefix(ATTRIBUTE) not in attributes:
            known = [*FIELDS, *(f"{ATTRIBUTE}{key}" for key in attributes)]
            raise UnknownField(field=given, fields=", ".join(known))
    found: dict[str, int] = {}
    for key, called in attributes.items():
        column = chosen.get(f"{ATTRIBUTE}{key}")
        if column:
            found[key] = find_column(column, names)
        elif column is None:
            wanted = {_key(name) for name in (f"{ATTRIBUTE}{key}", *called) if name}
            places = (n for n, name in enumerate(names) if name and _key(name) in wanted)
            place = next((n for n in places if n not in taken), None)
            if place is not None:
                found[key] = place
                taken.add(place)
    return found


def recognise(
    columns: dict[str, int],
    names: Sequence[str],
    refused: set[str],
    fields: Mapping[str, Sequence[str]],
) -> None:
    """Add to ``columns`` those of the ``fields`` (with the headers by which they are known) that
    the headers tell, each column for one field; those ``refused`` stay out."""
    taken = set(columns.values())
    by_key = {_key(name_of(name)): i for i, name in reversed(list(enumerate(names))) if name}
    by_key |= {_key(name): i for i, name in reversed(list(enumerate(names))) if name}
    for field, known in fields.items():
        if field in columns or field in refused:
            continue
        places = (by_key.get(_key(name)) for name in known)
        place = next((p for p in places if p is not None and p not in taken), None)
        if place is not None:
            columns[field] = place
            taken.add(place)


def _key(text: str) -> str:
    return "".join(c for c in search_key(text) if c.isalnum())


def find_column(column: str, headers: Sequence[str]) -> int:
    """The place of the column of that name, or of the only one like it. Raises UnknownColumn."""
    if column in headers:
        return headers.index(column)
    alike = [i for i, name in enumerate(headers) if _key(name) == _key(column)]
    if len(alike) != 1:
        raise UnknownColumn(column=column, columns=", ".join(name for name in headers if name))
    return alike[0]
