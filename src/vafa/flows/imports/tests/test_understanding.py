"""Columns, dates, amounts: what cells are taken to mean."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from vafa.core.errors import DomainError
from vafa.core.money import InvalidAmount, display_unit
from vafa.core.phones import InvalidMobile
from vafa.flows.imports.cells import (
    amount_reader,
    decimal_reader,
    mobile_of,
    name_of,
    product_of,
    quantity_of,
    text_of,
)
from vafa.flows.imports.dates import DateStyle, detect_style, moment_reader
from vafa.flows.imports.errors import (
    DatesDisagree,
    InvalidDate,
    InvalidQuantity,
    InvalidTime,
    MixedCalendars,
    NoAmountColumn,
    NoDateColumn,
    NoDates,
    OtherCalendar,
    UnclearDayOrder,
    UnknownColumn,
    UnknownField,
)
from vafa.flows.imports.heading_units import unit_of_headers
from vafa.flows.imports.mapping import map_columns

TEHRAN = ZoneInfo("Asia/Tehran")


IRAN = ("rial", "toman", "thousand_toman")


def columns(*headers: str, **chosen: str) -> dict[str, str]:
    return dict(map_columns(headers, chosen).pairs())


def test_common_headers_are_recognised() -> None:
    assert columns("Invoice No.", "InvoiceDate", "CustomerID", "Unit Price", "Quantity") == {
        "receipt": "Invoice No.",
        "date": "InvoiceDate",
        "customer": "CustomerID",
        "price": "Unit Price",
        "quantity": "Quantity",
    }
    assert columns("شمارهٔ فاکتور", "تاريخ", "شماره‌موبایل", "نام مشتری", "مبلغ کل", "شعبه") == {
        "receipt": "شمارهٔ فاکتور",
        "date": "تاريخ",
        "mobile": "شماره‌موبایل",
        "name": "نام مشتری",
        "total": "مبلغ کل",
        "branch": "شعبه",
    }


def test_the_unit_behind_a_name_is_not_the_name() -> None:
    for header in ("مبلغ کل (ریال)", "مبلغ کل به ریال", "مبلغ کل - ریال", "مبلغ کل ريال"):
        assert columns("تاریخ", header) == {"date": "تاریخ", "total": header}
        assert unit_of_headers(["تاریخ", header], IRAN) == "rial"
    assert columns("Date", "Total (thousand toman)")["total"] == "Total (thousand toman)"
    assert unit_of_headers(["Total (thousand toman)"], IRAN) == "thousand_toman"
    assert unit_of_headers(["مبلغ به تومان", "price [IRT]"], IRAN) == "toman"
    assert columns("تاریخ", "مبلغ", "مبلغ (ریال)")["amount"] == "مبلغ", "the exact name wins"


def test_headers_that_name_no_unit_or_two_leave_it_open() -> None:
    for headers in (["مبلغ کل"], ["بهار"], ["مبلغ (ریال)", "تخفیف (تومان)"], ["ریال"], []):
        assert unit_of_headers(headers, IRAN) == ""
    assert unit_of_headers(["مبلغ (ریال)"], ["pound"]) == "", "no unit of the club's currency"


def test_a_second_date_is_the_time_and_a_lonely_one_the_date() -> None:
    assert columns("jalali_date", "created_at", "total")["time"] == "created_at"
    assert columns("created_at", "total")["date"] == "created_at"
    assert columns("زمان", "مبلغ")["date"] == "زمان"


def test_what_the_caller_chose_counts() -> None:
    found = columns("a", "date", "total", "amount", receipt="a", member="date", date="a", total="")
    assert found == {"receipt": "a", "date": "a", "customer": "date", "amount": "amount"}
    with pytest.raises(UnknownColumn):
        columns("date", "total", receipt="InvoiceNo")
    with pytest.raises(UnknownField):
        columns("date", "total", colour="date")
    with pytest.raises(NoDateColumn):
        columns("when", "total")
    with pytest.raises(NoAmountColumn):
        columns("date", "quantity")


@pytest.mark.parametrize(
    ("samples", "style"),
    [
        (["1398-Farvardin-1"], DateStyle("jalali")),
        (["۱۴۰۲/۰۱/۰۵ ۱۰:۲۲", "bad"], DateStyle("jalali")),
        ([datetime.fromisoformat("2020-01-02"), date(2020, 1, 3)], DateStyle("gregorian")),
        (["12/1/2010 8:26", "12/13/2010 9:00"], DateStyle("gregorian", "mdy")),
        (["1402/01/01"] * 9 + ["2023-03-21"], DateStyle("jalali")),
        (["01/02/1402", "28/02/1402"], DateStyle("jalali", "dmy")),
    ],
)
def test_the_style_of_dates_is_detected(samples: list[Any], style: DateStyle) -> None:
    assert detect_style("d", samples) == style


def test_an_unclear_style_is_asked_for() -> None:
    with pytest.raises(MixedCalendars):
        detect_style("d", ["1402/01/01", "2023-03-21"])
    with pytest.raises(UnclearDayOrder):
        detect_style("d", ["01/02/2023", "03/04/2023"])
    with pytest.raises(NoDates):
        detect_style("d", ["yesterday", ""])
    assert detect_style("d", ["01/02/2023"], None, "dmy").day_order == "dmy"


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        ("۱۳۹۸/۱/۱", "", "2019-03-20T20:30:00"),
        ("1398-01-01", "00:04", "2019-03-20T20:34:00"),
        ("1398-Farvardin-1", "2019-03-21 00:04:00", "2019-03-20T20:34:00"),
        ("1398/01/01 10:00:30.5", None, "2019-03-21T06:30:30"),
        ("1398/01/01", time(10, 0), "2019-03-21T06:30:00"),
        ("1398/01/01", datetime.fromisoformat("2019-03-21T10:00"), "2019-03-21T06:30:00"),
        ("13980101", "۱۰:۰۰", "2019-03-21T06:30:00"),
        # In 1398 Tehran had summer time from the second day on.
        ("1398/01/03", "10:00", "2019-03-23T05:30:00"),
    ],
)
def test_moments_are_local_and_stored_in_utc(day: Any, clock: Any, expected: str) -> None:
    at = moment_reader(DateStyle("jalali"), TEHRAN, "d")(day, clock)
    assert datetime.fromtimestamp(at, UTC).isoformat().removesuffix("+00:00") == expected


def test_an_offset_in_the_text_counts() -> None:
    read = moment_reader(DateStyle("gregorian"), TEHRAN, "d")
    assert read("2019-03-21T10:00:00Z", None) == read("2019-03-21 13:30", None)


@pytest.mark.parametrize(
    ("day", "clock", "error"),
    [
        ("1398/13/01", "", InvalidDate),
        ("1400/12/30", "", InvalidDate),
        ("01/02/1398", "", InvalidDate),
        ("2019-03-21", "", OtherCalendar),
        ("21 Mar 2019", "", OtherCalendar),
        ("1398/01/01", "25:00", InvalidTime),
        ("1398/01/01", "soon", InvalidTime),
        ("1398/01/01", "2019-03-22 10:00", DatesDisagree),
    ],
)
def test_impossible_moments_are_refused(day: str, clock: str, error: type[DomainError]) -> None:
    with pytest.raises(error):
        moment_reader(DateStyle("jalali"), TEHRAN, "d")(day, clock)


@pytest.mark.parametrize(
    ("cell", "unit", "amount"),
    [
        ("240000", "rial", 240_000),
        ("240000.0", "rial", 240_000),
        ("۲۴۰٬۰۰۰", "rial", 240_000),
        ("۲4۰,۰۰0", "toman", 2_400_000),
        ("12.50 ", "pound", 1250),
        ("1,250.00", "pound", 125_000),
        (2.55, "pound", 255),
        (15.299999999999999, "pound", 1530),
        (Decimal("1.10"), "pound", 110),
        (7, "toman", 70),
        ("-5", "toman", -50),
    ],
)
def test_amounts_are_exact(cell: Any, unit: str, amount: int) -> None:
    assert amount_reader(display_unit(unit))(cell) == amount


@pytest.mark.parametrize(
    ("cell", "unit"),
    [
        ("12,5", "rial"),
        ("2.555", "pound"),
        ("0.5", "rial"),
        (0.001, "pound"),
        ("many", "rial"),
        ("1e9", "rial"),
        (float("nan"), "rial"),
        (float("inf"), "rial"),
        ("9" * 40, "rial"),
        (True, "rial"),
    ],
)
def test_what_is_no_amount_is_refused(cell: Any, unit: str) -> None:
    with pytest.raises(InvalidAmount):
        amount_reader(display_unit(unit))(cell)


def test_unit_prices_are_multiplied_exactly_and_rounded_once() -> None:
    price = decimal_reader(display_unit("pound"))
    assert product_of(6000, price(2.55), 100) == 1530
    assert product_of(1000, price(0.001), 100) == 0
    assert product_of(5000, price("0.001"), 100) == 1
    assert product_of(-1500, price("0.35"), 100) == -53


def test_quantities() -> None:
    assert [quantity_of(c) for c in ("2", "۰٫۵", 3.0, -12, "1,200")] == [
        2000, 500, 3000, -12_000, 1_200_000,
    ]  # fmt: skip
    for cell in ("", "0", "two", "0.0001", "9999999"):
        with pytest.raises(InvalidQuantity):
            quantity_of(cell)


@pytest.mark.parametrize(
    "written",
    [
        "09121234567",
        "9121234567",
        "۰۹۱۲۱۲۳۴۵۶۷",
        "٠٩١٢ 123 ۴۵۶۷",
        "+989121234567",
        "00989121234567",
    ],
)
def test_mobiles_as_files_have_them(written: str) -> None:
    assert mobile_of(text_of(written)) == "+989121234567"


def test_mobiles_of_spreadsheets_and_tills() -> None:
    assert mobile_of(text_of(9121234567.0)) == "+989121234567"
    assert mobile_of(text_of("0")) == mobile_of(text_of("-")) == mobile_of(text_of(None)) == ""
    for wrong in ("02188776655", "9.12E+09", "علی"):
        with pytest.raises(InvalidMobile):
            mobile_of(text_of(wrong))


def test_text_is_cleaned() -> None:
    assert text_of(17850.0) == "17850"
    assert text_of(" ك‌ي  ۱۲\u200f ") == "ک\u200cی 12"
    assert text_of("NULL") == text_of("ندارد") == ""
    assert name_of("علي  كريمي ۱۲", 80) == "علی کریمی ۱۲"
