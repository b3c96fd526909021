"""Quantities as people type and read them; kept in thousandths."""

from __future__ import annotations

import re
from decimal import Decimal

from vafa.core.errors import DomainError
from vafa.core.text import normalize, to_latin_digits

_QUANTITY = re.compile(r"(\d{1,6})(?:\.(\d{1,3}))?")


class InvalidQuantity(DomainError):
    code = "invalid_quantity"
    status = 422
    fa = "تعداد «{value}» درست نیست. عددی مانند ۲ یا ۰٫۵ بنویسید."
    en = "The quantity “{value}” is not valid. Write a number like 2 or 0.5."


def parse_quantity(text: str) -> int:
    """Thousandths of what was typed: «۱٫۵» is 1500, nothing is 0. Raises InvalidQuantity."""
    plain = to_latin_digits(normalize(text)).replace("٫", ".").replace("/", ".")
    if not plain:
        return 0
    match = _QUANTITY.fullmatch(plain)
    if match is None:
        raise InvalidQuantity(value=text[:16])
    return int(match[1]) * 1000 + int((match[2] or "").ljust(3, "0"))


def plain_quantity(thousandths: int) -> str:
    """As a form field holds it: "2", "0.5"."""
    whole, rest = divmod(thousandths, 1000)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".") if rest else str(whole)


def quantity(thousandths: int) -> int | Decimal:
    """As templates print it with the ``num`` filter."""
    whole, rest = divmod(thousandths, 1000)
    return Decimal(plain_quantity(thousandths)) if rest else whole
