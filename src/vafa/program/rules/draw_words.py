"""The conditions of a draw in words, for the public page, the portal and the panel. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vafa.core.money import format_amount, format_number
from vafa.program.rules.draws import ChanceTerms


class Further(NamedTuple):
    """Whether rules of the programme give chances beside, and whether points buy some."""

    by_rules: bool = False
    for_points: bool = False


def chance_words(
    terms: ChanceTerms, unit: str, lang: str, further: Further | None = None
) -> list[str]:
    """How chances come, a sentence each; ``unit`` is the display unit of money."""
    more = further or Further()
    fa, said = lang == "fa", []
    if terms.from_amount is not None:
        amount = format_amount(terms.from_amount, unit, lang)
        said.append(
            f"هر خرید از {amount} به بالا یک شانس دارد"
            if fa
            else f"Each purchase of {amount} or more brings one chance"
        )
    if terms.step_amount is not None:
        amount = format_amount(terms.step_amount, unit, lang)
        said.append(
            f"برای هر {amount} از جمع خریدهایتان یک شانس می‌گیرید"
            if fa
            else f"Each {amount} of all your purchases brings one chance"
        )
    if terms.step_points is not None:
        n = format_number(terms.step_points, lang)
        said.append(
            f"برای هر {n} امتیاز که خریدهایتان آورده یک شانس می‌گیرید"
            if fa
            else f"Each {n} points that your purchases earned bring one chance"
        )
    if more.by_rules:
        said.append(
            "قانون‌های امتیاز باشگاه هم شانس می‌دهند"
            if fa
            else "The rules of the club bring further chances"
        )
    if more.for_points:
        said.append(
            "در میان جایزه‌های باشگاه هم شانس این قرعه‌کشی هست"
            if fa
            else "Chances are also among the rewards of the club"
        )
    if said:
        said.append(
            "آنچه تا بسته شدن فهرست مرجوع شود شانس ندارد"
            if fa
            else "What comes back until the list is closed brings none"
        )
    if terms.cap is not None:
        n = format_number(terms.cap, lang)
        said.append(f"هر عضو حداکثر {n} شانس دارد" if fa else f"Nobody has more than {n} chances")
    return said


def free_words(terms: ChanceTerms, lang: str) -> str:
    """That taking part costs nothing, and what one gets without buying."""
    n = format_number(terms.free, lang)
    if lang == "fa":
        return f"شرکت رایگان است: بدون خرید هم یک بار {n} شانس می‌گیرید"
    many = "chance" if terms.free == 1 else "chances"
    return f"Taking part is free: {n} {many} without buying anything, once"


def who_words(
    branches: Sequence[str], *, excludes_staff: bool, named_out: int, lang: str
) -> list[str]:
    """Who may take part, and where purchases count; ``branches`` are names, none for all, and
    ``named_out`` is how many people the club has named who do not take part."""
    fa = lang == "fa"
    said = ["هر عضو فعال باشگاه شرکت دارد" if fa else "Every active member of the club takes part"]
    if excludes_staff:
        said = [
            "هر عضو فعال باشگاه شرکت دارد، جز کارکنان"
            if fa
            else "Every active member of the club takes part, but for its staff"
        ]
    if named_out:
        n = format_number(named_out, lang)
        said.append(
            f"{n} نفر از برگزارکنندگان که باشگاه نامشان را ثبت کرده شرکت ندارند"
            if fa
            else f"People of the organisers whom the club has named take no part ({n})"
        )
    if branches:
        names = ("، " if fa else ", ").join(branches)
        said.append(f"خریدهای {names} حساب می‌شود" if fa else f"Purchases at {names} count")
    return said
