"""What a file may hold beside purchases, and by which headers its columns are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vafa.flows.imports.mapping import KNOWN

_MOBILE, _CUSTOMER, _NAME = KNOWN["mobile"], KNOWN["customer"], KNOWN["name"]
# How a cell is read and shown: by the field's kind.
FIELD_KINDS: Final = {
    "mobile": "mobile",
    "date": "moment",
    "time": "clock",
    "joined": "day",
    "birth_date": "day",
    "earned": "day",
    "expires": "day",
    "total": "amount",
    "amount": "amount",
    "price": "amount",
    "credit": "amount",
    "points": "points",
    "quantity": "quantity",
}
DATES: Final = ("date", "joined", "birth_date", "earned", "expires")


@dataclass(frozen=True, slots=True)
class ListKind:
    """A kind of file of which each row is a thing of its own.

    ``fields`` are its fields with the headers by which they are known; of each group of ``needed``
    at least one must be there; ``uses_money`` and ``uses_branches`` say what must be told.
    """

    name: str
    fields: Mapping[str, Sequence[str]]
    needed: tuple[tuple[str, ...], ...]
    attributes: bool = False
    uses_money: bool = False
    uses_branches: bool = False


_WHO = (("mobile", "customer"),)
_KINDS = (
    ListKind(
        "members",
        {
            "mobile": _MOBILE,
            "customer": (*_CUSTOMER, "external id", "code", "کد"),
            "first_name": ("first name", "given name", "نام کوچک", "اسم"),
            "last_name": ("last name", "surname", "family", "family name", "نام خانوادگی"),
            "name": _NAME,
            "gender": ("gender", "sex", "جنسیت", "جنس"),
            "birth_date": (
                *("birth date", "birthdate", "date of birth", "birthday", "dob"),
                *("تاریخ تولد", "تولد", "زادروز"),
            ),
            "joined": (
                *("joined", "joined at", "join date", "member since", "registered", "created at"),
                *("تاریخ عضویت", "عضویت", "تاریخ ثبت نام", "تاریخ ثبت", "تاریخ"),
            ),
            "email": ("email", "e mail", "mail", "ایمیل", "پست الکترونیک", "رایانامه"),
            "city": ("city", "town", "شهر"),
            "branch": KNOWN["branch"],
        },
        _WHO,
        attributes=True,
        uses_branches=True,
    ),
    ListKind(
        "products",
        {
            "sku": (*KNOWN["sku"], "code", "کد"),
            "product": (*KNOWN["product"], "name", "نام"),
            "category": KNOWN["category"],
            "brand": KNOWN["brand"],
            "price": (*KNOWN["price"], "sale price", "قیمت فروش", "بها", "مبلغ"),
        },
        (("sku", "product"),),
        uses_money=True,
    ),
    ListKind(
        "balances",
        {
            "mobile": _MOBILE,
            "customer": _CUSTOMER,
            "name": _NAME,
            "points": (
                *("points", "point", "balance", "points balance", "score"),
                *("امتیاز", "مانده امتیاز", "امتیازها", "موجودی امتیاز", "مانده"),
            ),
            "credit": (
                *("credit", "credit balance", "wallet", "cashback"),
                *("اعتبار", "مانده اعتبار", "موجودی اعتبار", "کیف پول", "موجودی کیف پول"),
            ),
            "earned": (
                *("earned", "earned at", "earned on", "date", "granted at"),
                *("تاریخ کسب", "تاریخ دریافت", "تاریخ امتیاز", "تاریخ"),
            ),
            "expires": (
                *("expires", "expires at", "expiry", "expiry date", "valid until", "expiration"),
                *("تاریخ انقضا", "انقضا", "اعتبار تا", "مهلت", "پایان اعتبار"),
            ),
            "reference": ("reference", "ref", "row id", "id", "شناسه", "شماره سند", "مرجع"),
        },
        (*_WHO, ("points", "credit")),
        uses_money=True,
    ),
    ListKind(
        "codes",
        {
            "code": (
                *("code", "codes", "voucher", "voucher code", "coupon", "coupon code"),
                *("کد", "کد تخفیف", "کد هدیه", "بن", "کوپن"),
            ),
        },
        (("code",),),
    ),
)
LIST_KINDS: Final[Mapping[str, ListKind]] = {kind.name: kind for kind in _KINDS}
KINDS: Final = ("members", "products", "purchases", "balances", "codes")


def fields_of(kind: str) -> tuple[str, ...]:
    """The fields that a file of this kind may have."""
    return tuple(KNOWN if kind == "purchases" else LIST_KINDS[kind].fields)
