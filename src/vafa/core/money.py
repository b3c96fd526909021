"""Money as whole numbers of the currency's smallest unit, and how people read and type it.

A currency is counted in its smallest unit (rial, penny); a *display unit* is how a club shows
it (rial, toman, pound). Both are tables: a redenomination adds a row, and no code knows a factor.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from vafa.core.errors import DomainError
from vafa.core.text import normalize, to_latin_digits, to_persian_digits, ungroup

# ISO 4217 code -> digits after the point of one major unit, in the smallest unit that we count.
# The rial has no smaller coin in use, so it is counted whole.
CURRENCIES: Final[dict[str, int]] = {
    "IRR": 0,
    "GBP": 2,
    "EUR": 2,
    "USD": 2,
    "AED": 2,
    "TRY": 2,
    "IQD": 0,
    "AFN": 2,
}


@dataclass(frozen=True, slots=True)
class DisplayUnit:
    """How amounts of ``currency`` are shown and typed.

    ``size`` is the number of smallest units in one display unit; ``min_decimals`` are always
    printed, up to ``max_decimals`` when the amount needs them. ``symbol`` goes before the number
    in English.
    """

    code: str
    currency: str
    size: int
    min_decimals: int
    max_decimals: int
    fa: str
    en: str
    symbol: str = ""

    def label(self, lang: str) -> str:
        """The unit's name in ``lang``, as printed after a number."""
        return self.fa if lang == "fa" else self.en


DISPLAY_UNITS: Final[dict[str, DisplayUnit]] = {
    unit.code: unit
    for unit in (
        DisplayUnit("rial", "IRR", 1, 0, 0, "ریال", "rial"),
        DisplayUnit("toman", "IRR", 10, 0, 1, "تومان", "toman"),
        DisplayUnit("thousand_toman", "IRR", 10_000, 0, 4, "هزار تومان", "thousand toman"),
        DisplayUnit("pound", "GBP", 100, 2, 2, "پوند", "pounds", "£"),
        DisplayUnit("euro", "EUR", 100, 2, 2, "یورو", "euros", "€"),
        DisplayUnit("dollar", "USD", 100, 2, 2, "دلار", "dollars", "$"),
        DisplayUnit("dirham", "AED", 100, 2, 2, "درهم", "dirhams"),
        DisplayUnit("lira", "TRY", 100, 2, 2, "لیر", "liras", "₺"),
        DisplayUnit("iraqi_dinar", "IQD", 1, 0, 0, "دینار", "dinars"),
        DisplayUnit("afghani", "AFN", 100, 0, 2, "افغانی", "afghanis", "؋"),
    )
}
# Short spellings that files and command lines use.
UNIT_ALIASES: Final[dict[str, str]] = {
    "gbp": "pound",
    "eur": "euro",
    "usd": "dollar",
    "irr": "rial",
    "irt": "toman",
    "aed": "dirham",
    "try": "lira",
    "iqd": "iraqi_dinar",
    "afn": "afghani",
}

_SCALES: Final = (
    (10**12, "هزار میلیارد", "T"),
    (10**9, "میلیارد", "B"),
    (10**6, "میلیون", "M"),
    (10**3, "هزار", "K"),
)
_SHORT_FROM = 100_000
_LRM = "\u200e"
_DECIMAL_POINT = re.compile(r"[.٫]")


class InvalidAmount(DomainError):
    """What was typed is no amount in ``unit``; ``value`` is cut to 32 characters."""

    code = "invalid_amount"
    status = 422
    fa = "«{value}» مبلغ درستی به {unit_fa} نیست."
    en = "“{value}” is not a valid amount in {unit_en}."


class UnknownUnit(DomainError):
    """No display unit has this code."""

    code = "unknown_unit"
    status = 422
    fa = "واحد پول «{unit}» شناخته نیست."
    en = "“{unit}” is not a known unit of money."


def display_unit(code: str) -> DisplayUnit:
    """The display unit of this code or alias ("toman", "gbp"). Raises UnknownUnit."""
    key = code.strip().lower()
    unit = DISPLAY_UNITS.get(UNIT_ALIASES.get(key, key))
    if unit is None:
        raise UnknownUnit(unit=code[:32])
    return unit


def _localise(number: str, lang: str) -> str:
    """Python's "-1,234.5" in the digits and signs of ``lang``."""
    if lang != "fa":
        return number.replace("-", "\u2212")
    text = to_persian_digits(number.replace(",", "٬").replace(".", "٫"))
    # Without the mark, right-to-left text shows the sign behind the number.
    return text.replace("-", _LRM + "\u2212")


def format_number(n: int | Decimal, lang: str) -> str:
    """``n`` with thousands separators: «۲٬۴۵۰» in Persian, "2,450" in English."""
    return _localise(f"{n:,f}" if isinstance(n, Decimal) else f"{n:,d}", lang)


def format_percent(ratio: float | Decimal | Fraction, lang: str, decimals: int = 0) -> str:
    """A ratio (0.125) as a percentage («۱۲٫۵٪», "12.5%"), rounded half up."""
    if isinstance(ratio, Fraction):
        value = Decimal(ratio.numerator) / Decimal(ratio.denominator)
    else:
        value = Decimal(str(ratio))
    rounded = (value * 100).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    rounded = rounded or abs(rounded)  # a hair below zero is written 0, not -0
    return _localise(f"{rounded:,f}", lang) + ("٪" if lang == "fa" else "%")


def format_plain(amount: int, unit: str) -> str:
    """``amount`` (smallest units) as a form field holds it: "1234.5", Latin, no separators."""
    u = display_unit(unit)
    return _decimal_text(amount, u).replace(",", "")


def _decimal_text(amount: int, unit: DisplayUnit) -> str:
    whole, rest = divmod(abs(amount), unit.size)
    digits = str(rest * 10**unit.max_decimals // unit.size).zfill(unit.max_decimals)
    if unit.max_decimals == 0:
        digits = ""
    while len(digits) > unit.min_decimals and digits.endswith("0"):
        digits = digits[:-1]
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole:,d}" + (f".{digits}" if digits else "")


def amount_parts(amount: int, unit: str, lang: str, *, short: bool = False) -> tuple[str, str]:
    """(number, unit) to print apart, for faces that show the unit smaller: («۲٫۴», «میلیارد تومان»).

    ``amount`` is in smallest units. ``short`` rounds from 100,000 display units on.
    """
    u = display_unit(unit)
    if not short or abs(amount) < _SHORT_FROM * u.size:
        return _localise(_decimal_text(amount, u), lang), u.label(lang)
    number, fa, en = _scaled(amount, u.size)
    if lang == "fa":
        return _localise(number, lang), f"{fa} {u.fa}"
    return _localise(number, lang) + en, u.en


def _scaled(n: int, size: int) -> tuple[str, str, str]:
    """``n / size`` to three or so figures, with the names of its scale."""
    for i, (scale, fa, en) in enumerate(_SCALES):
        tenths = (abs(n) * 10 * 2 + scale * size) // (2 * scale * size)
        if tenths < 10:
            continue
        # 999.97 thousand rounds to 1,000.0 thousand, which is one million.
        if tenths >= 10_000 and i > 0:
            tenths, (_, fa, en) = 10, _SCALES[i - 1]
        whole, tenth = divmod(tenths, 10)
        text = f"{whole:,d}" if tenth == 0 or whole >= 100 else f"{whole:,d}.{tenth}"
        return ("-" if n < 0 else "") + text, fa, en
    return f"{n // size:,d}", "", ""


def whole_units(amount: int, unit: str) -> int:
    """``amount`` (smallest units) rounded, half up, to what is always printed of the display unit: an
    average of tomans to a toman, of pounds to a penny."""
    u = display_unit(unit)
    step: int = u.size // 10**u.min_decimals
    return (2 * amount + step) // (2 * step) * step


def format_amount(amount: int, unit: str, lang: str, *, with_unit: bool = True) -> str:
    """``amount`` (smallest units) in the display unit: «۲٬۴۵۰٬۰۰۰ تومان», "£24.50"."""
    number, label = amount_parts(amount, unit, lang)
    return _join(number, label, unit, lang) if with_unit else number


def format_short(amount: int, unit: str, lang: str, *, with_unit: bool = True) -> str:
    """As ``format_amount``, but long sums rounded: «۲٫۴ میلیارد تومان», "£2.4M"."""
    number, label = amount_parts(amount, unit, lang, short=True)
    return _join(number, label, unit, lang) if with_unit else number


def format_number_short(n: int, lang: str) -> str:
    """A count for a card: «۱٫۲ میلیون», "1.2M"; exact below 100,000."""
    if abs(n) < _SHORT_FROM:
        return format_number(n, lang)
    number, fa, en = _scaled(n, 1)
    text = _localise(number, lang)
    return f"{text} {fa}" if lang == "fa" else text + en


def _join(number: str, label: str, unit: str, lang: str) -> str:
    symbol = display_unit(unit).symbol
    if lang == "fa" or not symbol:
        return f"{number} {label}"
    return f"−{symbol}{number[1:]}" if number.startswith("−") else symbol + number


def parse_amount(text: str, unit: str) -> int:
    """What a person typed, in smallest units, exactly: «۱۲٫۵۰» in pounds is 1250.

    Takes digits of any script, thousands separators, and the unit's own name or symbol around
    the number. Raises InvalidAmount for anything else: more decimals than the unit has, more
    than 18 digits, "12,5".
    """
    u = display_unit(unit)
    refused = InvalidAmount(value=text[:32], unit=u.code, unit_fa=u.fa, unit_en=u.en)
    bare = to_latin_digits(normalize(text))
    for name in (u.fa, u.en, u.symbol):
        if name:
            bare = bare.removesuffix(name).removeprefix(name).strip()
    whole, *decimals = _DECIMAL_POINT.split(bare)
    fraction = decimals[0] if decimals else ""
    if len(decimals) > 1 or (decimals and not re.fullmatch(r"[0-9]+", fraction)):
        raise refused
    if len(fraction) > u.max_decimals:
        raise refused
    try:
        units = ungroup(whole)
    except ValueError as error:
        raise refused from error
    scaled, rest = divmod(int(fraction or 0) * u.size, 10 ** len(fraction))
    if rest or len(units.lstrip("+-")) + len(str(u.size)) > 18:
        raise refused
    amount: int = abs(int(units)) * u.size + scaled
    return -amount if units.startswith("-") else amount
