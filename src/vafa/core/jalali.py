"""The Jalali and the Gregorian calendar: reading dates, writing them, and their periods.

Everything stored is Gregorian (``date``, or ``datetime`` in UTC); Jalali is for people and for
policy ("the end of Esfand"). Only ``persiantools`` converts: 2820-year formulas are wrong in
1403 and 1404.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final, Literal

from persiantools import jdatetime as persian

from vafa.core.text import normalize, to_latin_digits, to_persian_digits

Calendar = Literal["jalali", "gregorian"]
Period = Literal["day", "week", "month", "quarter", "year"]
DateStyle = Literal["long", "short", "month", "date", "day"]

JALALI_MONTHS_FA: Final = (
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
)
JALALI_MONTHS_EN: Final = (
    "Farvardin",
    "Ordibehesht",
    "Khordad",
    "Tir",
    "Mordad",
    "Shahrivar",
    "Mehr",
    "Aban",
    "Azar",
    "Dey",
    "Bahman",
    "Esfand",
)
GREGORIAN_MONTHS_FA: Final = (
    "ژانویه",
    "فوریه",
    "مارس",
    "آوریل",
    "مه",
    "ژوئن",
    "ژوئیه",
    "اوت",
    "سپتامبر",
    "اکتبر",
    "نوامبر",
    "دسامبر",
)
GREGORIAN_MONTHS_EN: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
# In the order of date.weekday(): Monday first.
WEEKDAYS_FA: Final = ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه")
WEEKDAYS_EN: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

# The library's constructor bears no types.
_JALALI_DATE: Final[Any] = persian.JalaliDate
_MONTHS_OF_PERIOD: Final[dict[str, int]] = {"month": 1, "quarter": 3, "year": 12}
_SPELLINGS_JALALI = {
    "ordibehest": 2,
    "amordad": 5,
    "shahrivar": 6,
    "shahriver": 6,
    "day": 10,
    "esphand": 12,
    "امرداد": 5,
}
_SPELLINGS_GREGORIAN = {"sept": 9, "می": 5, "جولای": 7, "آگوست": 8, "اگوست": 8}
_PARTS = re.compile(r"[\s/\-.,،]+")
_TIME = re.compile(r"[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$", re.I)


def _month_names() -> dict[str, tuple[Calendar, int]]:
    names: dict[str, tuple[Calendar, int]] = {}
    for i in range(12):
        for text in (JALALI_MONTHS_FA[i], JALALI_MONTHS_EN[i].lower()):
            names[text] = ("jalali", i + 1)
        english = GREGORIAN_MONTHS_EN[i].lower()
        for text in (GREGORIAN_MONTHS_FA[i], english, english[:3]):
            names[text] = ("gregorian", i + 1)
    names |= {text: ("jalali", n) for text, n in _SPELLINGS_JALALI.items()}
    return names | {text: ("gregorian", n) for text, n in _SPELLINGS_GREGORIAN.items()}


_MONTH_BY_NAME = _month_names()


def to_jalali(d: date) -> tuple[int, int, int]:
    """(year, month, day) of ``d`` in the Jalali calendar."""
    j = _JALALI_DATE(date(d.year, d.month, d.day))
    return j.year, j.month, j.day


def from_jalali(year: int, month: int, day: int) -> date:
    """The Gregorian date of a Jalali one. Raises ValueError when there is no such day."""
    gregorian: date = _JALALI_DATE(year, month, day).to_gregorian()
    return gregorian


def ymd(d: date, calendar: Calendar) -> tuple[int, int, int]:
    """(year, month, day) of ``d`` in ``calendar``."""
    return to_jalali(d) if calendar == "jalali" else (d.year, d.month, d.day)


def make_date(year: int, month: int, day: int, calendar: Calendar) -> date:
    """The date of a day in ``calendar``. Raises ValueError when there is no such day."""
    return from_jalali(year, month, day) if calendar == "jalali" else date(year, month, day)


def _read(s: str) -> tuple[int, int, int, Calendar]:
    """(year, month, day, calendar) as written; the calendar is told by the year or month name."""
    parts = [p for p in _PARTS.split(to_latin_digits(normalize(s)).lower()) if p]
    if len(parts) != 3:
        raise ValueError(f"not a date: {s!r}")
    named = [i for i, p in enumerate(parts) if not p.isdecimal()]
    numbers = [int(p) for p in parts if p.isdecimal() and len(p) <= 4]
    years = [
        n for n, p in zip(numbers, (p for p in parts if p.isdecimal()), strict=False) if n > 31
    ]
    if len(named) > 1 or len(numbers) + len(named) != 3 or len(years) != 1 or years[0] < 1000:
        raise ValueError(f"not a date with a four-digit year: {s!r}")
    year = years[0]
    calendar: Calendar = "jalali" if year < 1600 else "gregorian"
    if named:
        if parts[named[0]] not in _MONTH_BY_NAME:
            raise ValueError(f"not a month: {parts[named[0]]!r}")
        named_calendar, month = _MONTH_BY_NAME[parts[named[0]]]
        if named_calendar != calendar:
            raise ValueError(f"month and year are of different calendars: {s!r}")
        return year, month, next(n for n in numbers if n != year), calendar
    if numbers[0] == year:
        return year, numbers[1], numbers[2], calendar
    if numbers[2] != year:
        raise ValueError(f"not a date: {s!r}")
    return year, *_month_and_day(numbers[0], numbers[1], s), calendar


def _month_and_day(first: int, second: int, s: str) -> tuple[int, int]:
    """(month, day) of a date with the year last, when only one reading is possible."""
    if first == second:
        return first, second
    if first > 12 >= second:
        return second, first
    if second > 12 >= first:
        return first, second
    raise ValueError(f"day and month cannot be told apart: {s!r}")


def parse_date(s: str, calendar: Calendar | None = None) -> date:
    """The date that a person or a file wrote, in either calendar and any digits.

    Reads 1398/01/02, ۱۳۹۸-۱-۲, 1398-Farvardin-1, «۱ فروردین ۱۳۹۸», 2019-03-21, 21 Mar 2019,
    21/03/2019, and the compact 13980102. The year must have four digits and tells the calendar;
    with the year last, day and month must not be interchangeable. Raises ValueError for
    anything else, for a day that does not exist, and for a date not in ``calendar`` if given.
    """
    compact = to_latin_digits(normalize(s))
    if re.fullmatch(r"\d{8}", compact):
        s = f"{compact[:4]}-{compact[4:6]}-{compact[6:]}"
    year, month, day, found = _read(s)
    if calendar is not None and found != calendar:
        raise ValueError(f"not a {calendar} date: {s!r}")
    return make_date(year, month, day, found)


def parse_moment(s: str, zone: tzinfo, calendar: Calendar | None = None) -> datetime:
    """As ``parse_date``, with an optional time of day; aware, in ``zone`` unless the text has an
    offset of its own. Without a time it is the start of the day. Raises ValueError.
    """
    text = to_latin_digits(normalize(s))
    match = _TIME.search(text)
    if not match:
        day = parse_date(text, calendar)
        return datetime(day.year, day.month, day.day, tzinfo=zone)
    day = parse_date(text[: match.start()], calendar)
    hour, minute, second = (int(match[i] or 0) for i in (1, 2, 3))
    moment = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone)
    if match[4]:
        offset = datetime.strptime(match[4].upper(), "%z").tzinfo
        moment = moment.replace(tzinfo=offset)
    return moment


def detect_calendar(samples: Iterable[str]) -> Calendar:
    """The calendar in which a column of dates is written; blanks and non-dates are passed over.

    Raises ValueError when no sample is a date, or when both calendars occur.
    """
    found: set[Calendar] = set()
    for sample in samples:
        text = _TIME.sub("", to_latin_digits(normalize(sample)))
        year = re.search(r"(?<!\d)(\d{4})(?!\d)|^(\d{4})\d{4}$", text)
        if year:
            number = int(year[1] or year[2])
            if 1200 <= number <= 2200:
                found.add("jalali" if number < 1600 else "gregorian")
    if len(found) != 1:
        raise ValueError("dates of both calendars" if found else "no date among the samples")
    return found.pop()


def add_months(d: date, n: int, calendar: Calendar) -> date:
    """``d`` moved by ``n`` months (may be negative); a day that the month lacks becomes its last."""
    year, month, day = ymd(d, calendar)
    index = year * 12 + month - 1 + n
    year, month = index // 12, index % 12 + 1
    return make_date(year, month, min(day, days_in_month(year, month, calendar)), calendar)


def days_in_month(year: int, month: int, calendar: Calendar) -> int:
    """The number of days of a month of ``calendar``."""
    after = (year + 1, 1) if month == 12 else (year, month + 1)
    return (make_date(*after, 1, calendar) - make_date(year, month, 1, calendar)).days


def period_start(d: date, kind: Period, calendar: Calendar) -> date:
    """The first day of the day, week, month, quarter or year that ``d`` lies in.

    A Jalali week starts on Saturday, a Gregorian one on Monday; years start on 1 Farvardin
    or 1 January.
    """
    if kind == "day":
        return date(d.year, d.month, d.day)
    if kind == "week":
        first = 5 if calendar == "jalali" else 0
        return date(d.year, d.month, d.day) - timedelta(days=(d.weekday() - first) % 7)
    year, month, _ = ymd(d, calendar)
    span = _MONTHS_OF_PERIOD[kind]
    return make_date(year, (month - 1) // span * span + 1, 1, calendar)


def next_period_start(d: date, kind: Period, calendar: Calendar) -> date:
    """The first day after the period that ``d`` lies in: with ``period_start`` a half-open range."""
    start = period_start(d, kind, calendar)
    if kind == "day":
        return start + timedelta(days=1)
    if kind == "week":
        return start + timedelta(days=7)
    return add_months(start, _MONTHS_OF_PERIOD[kind], calendar)


def periods_between(
    start: date, end: date, kind: Period, calendar: Calendar
) -> list[tuple[date, date]]:
    """Every whole period (first day, first day after) that touches ``start`` ≤ day < ``end``."""
    periods = []
    first = period_start(start, kind, calendar)
    while first < end:
        after = next_period_start(first, kind, calendar)
        periods.append((first, after))
        first = after
    return periods


def default_calendar(lang: str) -> Calendar:
    """The calendar in which ``lang`` reads dates when nothing else was chosen."""
    return "jalali" if lang == "fa" else "gregorian"


def month_name(month: int, lang: str, calendar: Calendar) -> str:
    """The name of month 1 to 12 of ``calendar`` in ``lang``."""
    if calendar == "jalali":
        return (JALALI_MONTHS_FA if lang == "fa" else JALALI_MONTHS_EN)[month - 1]
    return (GREGORIAN_MONTHS_FA if lang == "fa" else GREGORIAN_MONTHS_EN)[month - 1]


def format_date(
    d: date, lang: str, style: DateStyle = "long", calendar: Calendar | None = None
) -> str:
    """``d`` for people; ``calendar`` defaults to the language's own.

    long «شنبه ۳۰ آبان ۱۴۰۵» / "Sat 21 Nov 2026"; short «۱۴۰۵/۰۸/۳۰» / "2026-11-21";
    month «آبان ۱۴۰۵» / "Nov 2026"; date «۳۰ آبان ۱۴۰۵» / "21 Nov 2026"; day «۳۰ آبان» / "21 Nov".
    """
    calendar = calendar or default_calendar(lang)
    year, month, day = ymd(d, calendar)
    if style == "short":
        separator = "/" if lang == "fa" else "-"
        text = f"{year:04d}{separator}{month:02d}{separator}{day:02d}"
        return to_persian_digits(text) if lang == "fa" else text
    name = month_name(month, lang, calendar)
    if lang != "fa" and calendar == "gregorian":
        name = name[:3]
    weekday = (WEEKDAYS_FA if lang == "fa" else WEEKDAYS_EN)[d.weekday()]
    text = {
        "long": f"{weekday} {day} {name} {year}",
        "month": f"{name} {year}",
        "date": f"{day} {name} {year}",
        "day": f"{day} {name}",
    }[style]
    return to_persian_digits(text) if lang == "fa" else text
