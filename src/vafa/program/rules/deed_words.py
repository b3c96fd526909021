"""What rules do beside giving amounts, in words: before (a rule) and after (a decision). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from vafa.core.money import format_amount, format_number
from vafa.program.rules.deeds import (
    Chances,
    Deed,
    GiveBadge,
    GiveVoucher,
    RaiseEvent,
    Say,
    SetAttribute,
)
from vafa.program.rules.document import Program


class DeedNames(NamedTuple):
    """What the things are called that deeds name by number or code; one that is missing is left
    out of the sentence."""

    series: Mapping[int, str] = {}
    draws: Mapping[int, str] = {}
    badges: Mapping[str, str] = {}
    events: Mapping[str, str] = {}
    attributes: Mapping[str, str] = {}


def deed_words(gives: Deed, unit: str, lang: str, names: DeedNames) -> str:
    """What a rule does: «یک کد تخفیف «پاییز»», “3 chances in “Autumn draw” for every 100,000 toman
    that you spend”; ``unit`` is the display unit of money."""
    fa = lang == "fa"
    if isinstance(gives, GiveVoucher):
        name = _quoted(names.series.get(gives.series, ""), lang)
        return f"یک کد تخفیف{name}" if fa else f"a voucher{name}"
    if isinstance(gives, Chances):
        name = _quoted(names.draws.get(gives.draw, ""), lang)
        step = format_amount(gives.step, unit, lang)
        each = (f" برای هر {step} خرید" if fa else f" for every {step} that you spend") * bool(
            gives.step
        )
        return f"{_chances(gives.chances, lang)}{name or _a_draw(lang)}{each}"
    if isinstance(gives, GiveBadge):
        name = _quoted(names.badges.get(gives.badge, ""), lang)
        return f"نشان{name}" if fa else f"the badge{name}"
    if isinstance(gives, SetAttribute):
        name, value = names.attributes.get(gives.key, gives.key), _value(gives.value, lang)
        return (
            f"نوشتن «{name}: {value}» برای عضو" if fa else f"“{name}: {value}” noted of the member"
        )
    if isinstance(gives, Say):
        said = gives.words.said(lang)
        return f"پیام «{said}»" if fa else f"the message “{said}”"
    assert isinstance(gives, RaiseEvent)
    name = names.events.get(gives.event, gives.event)
    return f"رویداد «{name}»" if fa else f"the event “{name}”"


def done_words(
    program: Program | None, kind: str, name: str, rule_id: str, saw: Mapping[str, Any], lang: str
) -> str:
    """What a part of a decision did; ``name``: that of its rule."""
    fa = lang == "fa"
    if kind == "voucher":
        return f"یک کد تخفیف: {name}" if fa else f"a voucher: {name}"
    if kind == "chances":
        said = f"{_chances(saw['chances'], lang)}{_a_draw(lang)}"
        return f"{said}: {name}" if name else said
    if kind == "badge":
        badge = program.badge(saw["badge"]) if program else None
        said = f"{badge.symbol} {badge.name.said(lang)}".strip() if badge else saw["badge"]
        return f"نشان «{said}»: {name}" if fa else f"the badge “{said}”: {name}"
    if kind == "message":
        rule = program.rule(rule_id) if program else None
        words = rule.gives.words.said(lang) if rule and isinstance(rule.gives, Say) else ""
        return words or name
    if kind == "event":
        event = program.event(saw["event"]) if program else None
        said = event.name.said(lang) if event else saw["event"]
        return f"«{said}»: {name}" if fa else f"“{said}”: {name}"
    return name


def kept_from_words(name: str, lang: str) -> str:
    """What a limit kept from being done."""
    return f"{name}، این بار نه" if lang == "fa" else f"{name}, not this time"


def lost_words(saw: Mapping[str, Any], lang: str) -> str:
    """What went with a return beside amounts, and what stays; "" for nothing."""
    place = 0 if lang == "fa" else 1
    said = []
    for what, (one, many) in _LOST.items():
        n = saw.get(what, 0)
        if n:
            form = (one if n == 1 else many)[place]
            said.append(form.format(n=format_number(n, lang)))
    return ("؛ " if lang == "fa" else "; ").join(said)


_Forms = tuple[str, str]
_LOST: Mapping[str, tuple[_Forms, _Forms]] = {
    "vouchers": (
        ("کد تخفیف آن باطل شد", "its voucher was cancelled"),
        ("{n} کد تخفیف آن باطل شد", "its {n} vouchers were cancelled"),
    ),
    "vouchers_kept": (
        ("کد تخفیفی که استفاده شده بود ماند", "a voucher that was used stays"),
        ("{n} کد تخفیف که استفاده شده بودند ماندند", "{n} vouchers that were used stay"),
    ),
    "chances": (
        ("یک شانس قرعه‌کشی کم شد", "one chance in a draw was taken back"),
        ("{n} شانس قرعه‌کشی کم شد", "{n} chances in a draw were taken back"),
    ),
    "chances_kept": (
        (
            "یک شانس ماند، چون فهرست قرعه‌کشی بسته شده است",
            "one chance stays, because the list of the draw is closed",
        ),
        (
            "{n} شانس ماند، چون فهرست قرعه‌کشی بسته شده است",
            "{n} chances stay, because the list of the draw is closed",
        ),
    ),
}


def _chances(count: int, lang: str) -> str:
    number = format_number(count, lang)
    return f"{number} شانس" if lang == "fa" else f"{number} {'chance' if count == 1 else 'chances'}"


def _a_draw(lang: str) -> str:
    return " در قرعه‌کشی" if lang == "fa" else " in a draw"


def _quoted(name: str, lang: str) -> str:
    if not name:
        return ""
    return f" «{name}»" if lang == "fa" else f" “{name}”"


def _value(value: int | str, lang: str) -> str:
    if isinstance(value, int):
        return format_number(value, lang)
    fixed = {"yes": ("بله", "yes"), "no": ("خیر", "no")}.get(value)
    return fixed[0 if lang == "fa" else 1] if fixed else value
