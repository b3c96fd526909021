"""What a document says, as it is kept: plain values that any language can be made of. Pure.

``content`` of an invoice: ``seller`` (see ``SELLER``), ``branch``, ``receipt_no``, ``day`` (of the
purchase), ``unit`` (the display unit when it was issued), ``calendar``, ``lines`` (see
``document_line``), ``total``, ``discount``, ``vouchers``, ``by_points``, ``by_credit``,
``payable``, ``payment``, ``order``. Of a return: its own ``lines`` and ``total``, ``reason``,
``invoice`` (the name and day of what it refers to), ``points_back``, ``credit_back``, and
``money_back`` where it is certain. Amounts are in the currency's smallest unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from vafa.core.jalali import Calendar, ymd

INVOICE, RETURN = "invoice", "return"
SELLER = (
    *("name", "address", "postcode", "phone"),
    *("economic_code", "national_id", "registration_no", "note"),
)
BUYER = ("name", "mobile", "national_id", "economic_code", "address", "postcode")


def series_year(day: date, calendar: Calendar) -> int:
    """The year of the club's calendar to whose series a document of ``day`` belongs."""
    return ymd(day, calendar)[0]


def document_name(kind: str, branch_code: str, year: int, number: int) -> str:
    """What is printed as its number: "main-1405-00012", and "main-1405-R00003" of a return."""
    mark = "R" if kind == RETURN else ""
    return f"{branch_code}-{year}-{mark}{number:05d}"


def document_line(
    name: str, sku: str, quantity: int, amount: int, kind: str = ""
) -> dict[str, Any]:
    """A line: ``quantity`` in thousandths; ``price`` of one, half a unit rounded up. Where only money
    came back there is no quantity, and the price is 0."""
    price = (amount * 1000 * 2 + quantity) // (2 * quantity) if quantity else 0
    return {
        "name": name,
        "sku": sku,
        "quantity": quantity,
        "price": price,
        "amount": amount,
        "kind": kind,
    }


def seller_of(*told: Mapping[str, str], name: str) -> dict[str, str]:
    """The seller's details: of each the first that says it (a branch before its merchant)."""
    found = {field: next((t[field] for t in told if t.get(field)), "") for field in SELLER}
    return {**found, "name": found["name"] or name}


def sums_of(lines: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """What the lines come to by what they are for: goods, delivery, tax, gift_card."""
    sums: dict[str, int] = {}
    for line in lines:
        kind = str(line["kind"] or "goods")
        sums[kind] = sums.get(kind, 0) + int(line["amount"])
    return sums
