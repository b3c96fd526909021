"""What a cell says, as text, amount, quantity or mobile, whatever type the file gave it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from vafa.core.money import DisplayUnit, InvalidAmount, parse_amount
from vafa.core.phones import parse_mobile
from vafa.core.text import normalize, to_latin_digits
from vafa.flows.imports.errors import InvalidQuantity

CACHE = 1 << 13
_BLANKS = frozenset({"", "-", "–", "null", "none", "nan", "n/a", "\\n", "ندارد", "نامشخص"})
_NUMBER = re.compile(r"[+-]?\d{1,18}(?:\.\d{1,12})?")
_DIGITS_KEPT = 15  # a binary float holds that many decimal digits exactly
_PLACES = re.compile(r"([.٫]\d*?)0+$")


@lru_cache(CACHE, typed=True)
def text_of(cell: Any) -> str:
    """The cell as clean text with Latin digits ("" for blanks and what stands for them); whole
    floats lose their ".0".
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        if cell.isascii() and cell.isprintable():
            text = " ".join(cell.split())
        else:
            text = to_latin_digits(normalize(cell))
    elif isinstance(cell, float):
        text = str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    elif isinstance(cell, (datetime, date)):
        text = cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()
    elif isinstance(cell, Decimal):
        text = format(cell, "f")
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = str(cell)
    return "" if text.casefold() in _BLANKS else text


@lru_cache(CACHE, typed=True)
def name_of(cell: Any, limit: int) -> str:
    """A name as people wrote it, cleaned and cut to ``limit`` characters; digits keep their script."""
    if isinstance(cell, str) and text_of(cell):
        return normalize(cell)[:limit].strip()
    return text_of(cell)[:limit]


@lru_cache(CACHE)
def mobile_of(text: str) -> str:
    """The E.164 form of a mobile, with a leading zero that a spreadsheet lost put back.

    "" for blanks and "0", which tills write for customers without a number. Raises InvalidMobile.
    """
    if not text.strip("0"):
        return ""
    return parse_mobile(text)


def decimal_reader(unit: DisplayUnit) -> Callable[[Any], Decimal]:
    """A function from a cell to the exact number of display units that it says.

    Floats mean the shortest decimal that they print as. Raises InvalidAmount.
    """

    @lru_cache(CACHE, typed=True)
    def read(cell: Any) -> Decimal:
        if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
            text = repr(cell) if isinstance(cell, float) else str(cell)
        else:
            text = text_of(cell)
            if not _NUMBER.fullmatch(text):
                return Decimal(parse_amount(_without_idle_zeros(text), unit.code)) / unit.size
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise refused(cell, unit) from error
        if not number.is_finite() or abs(number) > 10**18:
            raise refused(cell, unit)
        return number

    return read


def amount_reader(unit: DisplayUnit) -> Callable[[Any], int]:
    """A function from a cell to smallest currency units, exactly; raises InvalidAmount.

    A float that a program added up (15.299999999999999) is taken as the amount it stands for.
    """
    decimal = decimal_reader(unit)

    @lru_cache(CACHE, typed=True)
    def read(cell: Any) -> int:
        number = decimal(cell) * unit.size
        whole = int(number.to_integral_value(ROUND_HALF_UP))
        if number == whole:
            return whole
        if isinstance(cell, float) and abs(number - whole) <= abs(number).scaleb(-_DIGITS_KEPT + 2):
            return whole
        raise refused(cell, unit)

    return read


def product_of(quantity: int, price: Decimal, size: int) -> int:
    """Amount (smallest units) of ``quantity`` thousandths at ``price`` display units of ``size``,
    rounded half away from zero.
    """
    return int((price * size * quantity / 1000).to_integral_value(ROUND_HALF_UP))


@lru_cache(CACHE, typed=True)
def quantity_of(cell: Any) -> int:
    """Thousandths: 2 is 2000, «۰٫۵» is 500; may be negative. Raises InvalidQuantity."""
    text = repr(cell) if isinstance(cell, float) else text_of(cell)
    text = text.replace("٫", ".").replace("٬", "").replace(",", "").replace("−", "-")
    if not _NUMBER.fullmatch(text):
        raise InvalidQuantity(value=text[:32])
    number = Decimal(text) * 1000
    if number != number.to_integral_value() or not 0 < abs(number) <= 10**9:
        raise InvalidQuantity(value=text[:32])
    return int(number)


def refused(cell: Any, unit: DisplayUnit) -> InvalidAmount:
    """The refusal of a cell that is no amount."""
    return InvalidAmount(value=str(cell)[:32], unit=unit.code, unit_fa=unit.fa, unit_en=unit.en)


def _without_idle_zeros(text: str) -> str:
    """ "1,250.50" stays, "1,250.00" loses what it does not need."""
    match = _PLACES.search(text)
    return text[: match.start()] + match[1].rstrip(".٫") if match else text
