"""Amounts are exact, whatever the unit they are shown in."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vafa.core.money import (
    CURRENCIES,
    DISPLAY_UNITS,
    InvalidAmount,
    UnknownUnit,
    display_unit,
    format_amount,
    format_number,
    format_number_short,
    format_percent,
    format_plain,
    format_short,
    parse_amount,
    whole_units,
)

amounts = st.integers(min_value=-(10**13), max_value=10**13)
units = st.sampled_from(sorted(DISPLAY_UNITS))
languages = st.sampled_from(["fa", "en"])


@given(amounts, units, languages)
def test_what_is_printed_reads_back_the_same(amount: int, unit: str, lang: str) -> None:
    number = format_amount(amount, unit, lang, with_unit=False)
    assert parse_amount(number, unit) == amount
    assert parse_amount(format_plain(amount, unit), unit) == amount


@given(amounts, units, languages)
def test_short_sums_stay_near_the_exact_one(amount: int, unit: str, lang: str) -> None:
    assert len(format_short(amount, unit, lang, with_unit=False)) <= 16
    assert format_short(amount, unit, lang)


def test_amounts_in_persian_and_english() -> None:
    assert format_amount(24_500_000, "toman", "fa") == "۲٬۴۵۰٬۰۰۰ تومان"
    assert format_amount(24_500_005, "toman", "fa") == "۲٬۴۵۰٬۰۰۰٫۵ تومان"
    assert format_amount(24_500_000, "rial", "en") == "24,500,000 rial"
    assert format_amount(2450, "pound", "en") == "£24.50"
    assert format_amount(-2450, "pound", "en") == "−£24.50"
    assert format_amount(2450, "pound", "fa") == "۲۴٫۵۰ پوند"
    assert format_amount(-50, "toman", "fa") == "\u200e−۵ تومان"


def test_long_sums_are_shortened() -> None:
    assert format_short(24_000_000_000, "toman", "fa") == "۲٫۴ میلیارد تومان"
    assert format_short(9_999_960_000, "toman", "fa") == "۱ میلیارد تومان"
    assert format_short(2_500_000, "toman", "fa") == "۲۵۰ هزار تومان"
    assert format_short(99_000, "toman", "fa") == "۹٬۹۰۰ تومان"
    assert format_short(240_000_000, "pound", "en") == "£2.4M"
    assert format_short(-240_000_000, "pound", "en") == "−£2.4M"
    assert format_number_short(1_240_000, "fa") == "۱٫۲ میلیون"
    assert format_number_short(1_240_000, "en") == "1.2M"
    assert format_number(-1234, "en") == "−1,234"


@pytest.mark.parametrize(
    ("typed", "unit", "amount"),
    [
        ("۲۵۰٬۰۰۰", "toman", 2_500_000),
        ("250,000 تومان", "toman", 2_500_000),
        ("۲۵۰٫۵", "toman", 2505),
        ("£12.50", "pound", 1250),
        ("12", "gbp", 1200),
        ("12.5", "pound", 1250),
        ("۱۲٫۰۵", "pound", 1205),
        ("-3.99", "pound", -399),
        ("1.2345", "thousand_toman", 12_345),
    ],
)
def test_typed_amounts(typed: str, unit: str, amount: int) -> None:
    assert parse_amount(typed, unit) == amount


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("", "toman"),
        ("abc", "toman"),
        ("12,5", "pound"),
        ("12.345", "pound"),
        ("1.5", "rial"),
        ("1.2.3", "pound"),
        (".5", "pound"),
        ("5.", "pound"),
        ("9" * 19, "rial"),
        ("1e5", "rial"),
    ],
)
def test_what_is_no_amount_is_refused(typed: str, unit: str) -> None:
    with pytest.raises(InvalidAmount) as refused:
        parse_amount(typed, unit)
    assert display_unit(unit).fa in refused.value.message("fa")


def test_every_unit_has_its_currency() -> None:
    assert {u.currency for u in DISPLAY_UNITS.values()} <= set(CURRENCIES)
    with pytest.raises(UnknownUnit):
        display_unit("shekel")


def test_percentages() -> None:
    assert format_percent(0.125, "fa", 1) == "۱۲٫۵٪"
    assert format_percent(Decimal("0.125"), "en") == "13%"
    assert format_percent(-0.05, "en") == "−5%"


def test_an_average_is_told_in_what_people_pay_with() -> None:
    assert whole_units(1_234_567, "toman") == 1_234_570
    assert whole_units(1_234_565, "toman") == 1_234_570
    assert (whole_units(4, "toman"), whole_units(-16, "toman")) == (0, -20)
    assert whole_units(1_234_567, "rial") == 1_234_567
    assert (whole_units(1_999, "pound"), whole_units(4_999, "thousand_toman")) == (1_999, 0)
