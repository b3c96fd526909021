"""How the conditions on members, counts, brands and expressions are said, in both languages. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from vafa.core.day_numbers import day_of_number
from vafa.core.jalali import Calendar, format_date, month_name
from vafa.core.money import format_amount, format_number
from vafa.program.rules.conditions import (
    Between,
    Condition,
    Expression,
    Lines,
    OneOf,
    attribute_key,
)

_PAYMENTS = {
    "cash": ("نقدی", "in cash"),
    "card": ("کارتی", "by card"),
    "online": ("اینترنتی", "online"),
    "credit": ("نسیه", "on account"),
    "other": ("به روش دیگر", "in another way"),
}
_ANSWERS = {"yes": ("بله", "yes"), "no": ("خیر", "no"), "": ("خالی", "empty")}


class AttributeName(NamedTuple):
    """What an attribute is called, and whether its numbers are days."""

    name: str
    is_date: bool = False


class Saying(NamedTuple):
    """In which words a condition is said: language, display unit of money, the club's calendar, and
    the names of segments by code and of attributes by key."""

    lang: str
    unit: str
    calendar: Calendar
    segments: Mapping[str, str]
    attributes: Mapping[str, AttributeName]

    def number(self, value: int) -> str:
        return format_number(value, self.lang)

    def money(self, value: int) -> str:
        return format_amount(value, self.unit, self.lang)

    def pieces(self, thousandths: int) -> str:
        return format_number((Decimal(thousandths) / 1000).normalize(), self.lang)

    def day(self, number: int) -> str:
        try:
            return format_date(day_of_number(number), self.lang)
        except ValueError:
            return self.number(number)  # no day: a rule from a file, which never_fires tells of

    def span(self, asked: Between, show: Callable[[int], str]) -> str:
        """«دست‌کم ۳» or “at least 3”."""
        fa, least, most = self.lang == "fa", asked.least, asked.most
        if least is None or most is None:
            if least is not None:
                return f"دست‌کم {show(least)}" if fa else f"at least {show(least)}"
            assert most is not None
            return f"حداکثر {show(most)}" if fa else f"at most {show(most)}"
        if least == most:
            return show(least)
        return f"{show(least)} تا {show(most)}" if fa else f"{show(least)} to {show(most)}"


def member_words(conditions: Sequence[Condition], say: Saying) -> list[str]:
    """What these conditions narrow, piece by piece; those that are said elsewhere are left out,
    as are those whose names are not known."""
    out: list[str] = []
    for condition in conditions:
        if isinstance(condition, Expression):
            out.append("با شرط ویژه" if say.lang == "fa" else "under a special condition")
        elif isinstance(condition, Between):
            out.append(_between(condition, say))
        elif isinstance(condition, Lines) and condition.fact == "brand":
            out.append(_brand(condition, say))
        elif isinstance(condition, OneOf):
            out.append(_one_of(condition, say))
    return [piece for piece in out if piece]


def _brand(asked: Lines, say: Saying) -> str:
    names = join_words([str(value) for value in asked.values], say.lang)
    if say.lang == "fa":
        return f"به‌جز برند {names}" if asked.but else f"از برند {names}"
    return f"except for the brand {names}" if asked.but else f"of the brand {names}"


def _one_of(asked: OneOf, say: Saying) -> str:
    fa, place, but = say.lang == "fa", 0 if say.lang == "fa" else 1, asked.but
    key = attribute_key(asked.fact)
    if asked.fact == "segment":
        known = [say.segments[str(v)] for v in asked.values if str(v) in say.segments]
        names = join_words([f"«{name}»" if fa else f"“{name}”" for name in known], say.lang)
        who = f"اعضای گروه {names}" if fa else f"members of {names}"
    elif asked.fact == "birth_month":
        months = [month_name(int(v), say.lang, say.calendar) for v in asked.values]
        names = join_words(months, say.lang)
        who = f"متولدین {names}" if fa else f"those born in {names}"
    elif asked.fact == "payment":
        names = join_words([_PAYMENTS[str(v)][place] for v in asked.values], say.lang, either=True)
        if fa:
            return f"جز با پرداخت {names}" if but else f"با پرداخت {names}"
        return f"unless you pay {names}" if but else f"when you pay {names}"
    elif key is not None and key in say.attributes:
        values = [_ANSWERS[v][place] if v in _ANSWERS else str(v) for v in map(str, asked.values)]
        name = say.attributes[key].name
        if fa:
            return f"اگر «{name}» {join_words(values, 'fa')} {'نباشد' if but else 'باشد'}"
        return f"if “{name}” is {'not ' if but else ''}{join_words(values, 'en')}"
    else:
        return ""
    if not names:
        return ""
    if fa:
        return f"برای همه جز {who}" if but else f"برای {who}"
    return f"for all but {who}" if but else f"for {who}"


def _between(asked: Between, say: Saying) -> str:
    key = attribute_key(asked.fact)
    if key is not None:
        if key not in say.attributes:
            return ""
        label = say.attributes[key]
        span = _days(asked, say) if label.is_date else say.span(asked, say.number)
        return (
            f"اگر «{label.name}» {span} باشد"
            if say.lang == "fa"
            else f"if “{label.name}” is {span}"
        )
    told = _SAID.get(asked.fact)
    return told(asked, say) if told else ""


def _days(asked: Between, say: Saying) -> str:
    """«از ... به بعد» or “no earlier than ...”."""
    fa = say.lang == "fa"
    if asked.most is None:
        first = say.day(asked.least or 0)
        return f"از {first} به بعد" if fa else f"no earlier than {first}"
    if asked.least is None:
        return f"تا {say.day(asked.most)}" if fa else f"no later than {say.day(asked.most)}"
    return say.span(asked, say.day)


def _quantity(asked: Between, say: Saying) -> str:
    span = say.span(asked, say.pieces)
    return f"با خرید {span} عدد" if say.lang == "fa" else f"when buying {span} pieces"


def _kinds(asked: Between, say: Saying) -> str:
    span = say.span(asked, say.number)
    return f"با {span} کالای گوناگون" if say.lang == "fa" else f"with {span} different products"


def _visits(asked: Between, say: Saying) -> str:
    when = _when(asked, say)
    if asked.most == 0:
        if say.lang == "fa":
            return f"برای کسانی که {when} خریدی نکرده‌اند"
        return f"for those who have not bought {when}"
    span = say.span(asked, say.number)
    if say.lang == "fa":
        return f"برای کسانی که {when} {span} بار خرید کرده‌اند"
    return f"for those who have bought {span} times {when}"


def _spend(asked: Between, say: Saying) -> str:
    when, span = _when(asked, say), say.span(asked, say.money)
    if say.lang == "fa":
        return f"برای کسانی که {when} {span} خرید کرده‌اند"
    return f"for those who have spent {span} {when}"


def _when(asked: Between, say: Saying) -> str:
    days = asked.window_days
    if days is None:
        return "پیش از این" if say.lang == "fa" else "before"
    n = say.number(days)
    return f"در {n} روز گذشته" if say.lang == "fa" else f"in the last {n} days"


def _days_since(asked: Between, say: Saying) -> str:
    span = say.span(asked, say.number)
    if say.lang == "fa":
        return f"اگر از خرید پیشین {span} روز گذشته باشد"
    return f"when the purchase before was {span} days ago"


def join_words(words: list[str], lang: str, *, either: bool = False) -> str:
    """«الف، ب و پ» or “a, b and c”; with ``either`` one of them: «یا», “or”."""
    if len(words) < 2:
        return "".join(words)
    if lang == "fa":
        comma, last = "، ", " یا " if either else " و "
    else:
        comma, last = ", ", " or " if either else " and "
    return comma.join(words[:-1]) + last + words[-1]


def one_purchase(asked: Between | None, lang: str) -> str:
    """«نخستین خرید», “purchase no. 3”: the only purchase of a member that is meant; "" for
    several."""
    if asked is None or asked.most is None or (asked.least or 1) != asked.most:
        return ""
    if asked.most == 1:
        return "نخستین خرید" if lang == "fa" else "the first purchase"
    number = format_number(asked.most, lang)
    return f"خرید شمارهٔ {number}" if lang == "fa" else f"purchase no. {number}"


def _nth(asked: Between, say: Saying) -> str:
    fa, only = say.lang == "fa", one_purchase(asked, say.lang)
    if only:
        return f"در {only}" if fa else f"on {only}"
    first = say.number(asked.least or 1)
    if asked.most is None:
        return f"از خرید شمارهٔ {first} به بعد" if fa else f"from purchase no. {first} on"
    last = say.number(asked.most)
    if fa:
        return f"از خرید شمارهٔ {first} تا {last}"
    return f"from purchase no. {first} to no. {last}"


_SAID: dict[str, Callable[[Between, Saying], str]] = {
    "quantity": _quantity,
    "kinds": _kinds,
    "visits": _visits,
    "spend": _spend,
    "days_since": _days_since,
    "nth": _nth,
}
