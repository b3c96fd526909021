"""What differs at a branch or a merchant, and what its manager may decide, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from vafa.core.money import format_amount, format_number
from vafa.program.rules.limit_words import given_words
from vafa.program.rules.place_terms import BranchManagers, PlaceTerms


def place_words(place: PlaceTerms, rules: Mapping[str, str], unit: str, lang: str) -> list[str]:
    """The terms of a place, a sentence each; ``rules`` are the names of rules by id, ``unit`` the
    display unit of money."""
    fa = lang == "fa"
    said: list[str] = []
    if not place.earns:
        said.append("خرید در اینجا امتیازی نمی‌آورد" if fa else "Purchases here earn nothing")
    if not place.pays:
        said.append(
            "در اینجا با امتیاز و اعتبار نمی‌توان پرداخت کرد"
            if fa
            else "Points and credit do not pay here"
        )
    else:
        said += _paying(place, unit, lang)
    names = [rules[rule_id] for rule_id in place.excluded if rule_id in rules]
    if place.earns and names:
        joined = ("، " if fa else ", ").join(names)
        said.append(f"اینجا برقرار نیست: {joined}" if fa else f"Not here: {joined}")
    for given, most in (("points", place.points_a_month), ("credit", place.credit_a_month)):
        if place.earns and most:
            amount = given_words(most, given, unit, lang)
            said.append(
                f"این شعبه در ماه حداکثر {amount} می‌دهد"
                if fa
                else f"At most {amount} a month are given here"
            )
    return said


def _paying(place: PlaceTerms, unit: str, lang: str) -> list[str]:
    fa = lang == "fa"
    said: list[str] = []
    if place.points_share is not None:
        n = format_number(place.points_share, lang)
        said.append(
            f"امتیازها تا {n}٪ خرید را می‌پردازند" if fa else f"Points pay up to {n}% of a purchase"
        )
    if place.credit_share < 100:
        n = format_number(place.credit_share, lang)
        said.append(
            f"اعتبار تا {n}٪ خرید را می‌پردازد" if fa else f"Credit pays up to {n}% of a purchase"
        )
    if place.least_basket:
        least = format_amount(place.least_basket, unit, lang)
        said.append(
            f"پرداخت با امتیاز و اعتبار برای خریدهای {least} به بالاست"
            if fa
            else f"Points and credit pay on purchases of {least} or more"
        )
    return said


def managers_words(terms: BranchManagers, unit: str, lang: str) -> list[str]:
    """What the managers of branches may decide, in sentences."""
    fa = lang == "fa"
    said = [
        (
            "مدیران شعبه تغییرهای شعبهٔ خود را خودشان منتشر می‌کنند"
            if fa
            else "Managers of branches publish their own changes"
        )
        if terms.publish_alone
        else (
            "تغییرهای مدیران شعبه را باشگاه منتشر می‌کند"
            if fa
            else "The club publishes the changes of managers of branches"
        )
    ]
    bounds = _bounds(terms, unit, lang)
    if bounds:
        joined = ("، " if fa else ", ").join(bounds)
        said.append(f"حدهای آنان: {joined}" if fa else f"Their limits: {joined}")
    return said


def _bounds(terms: BranchManagers, unit: str, lang: str) -> list[str]:
    fa = lang == "fa"
    said: list[str] = []
    for share, name_fa, name_en in (
        (terms.points_share, "امتیاز", "points"),
        (terms.credit_share, "اعتبار", "credit"),
    ):
        if share < 100:
            n = format_number(share, lang)
            said.append(f"{name_fa} تا {n}٪ خرید" if fa else f"{name_en} up to {n}% of a bill")
    if terms.least_basket:
        least = format_amount(terms.least_basket, unit, lang)
        said.append(f"حداقل خرید {least}" if fa else f"a smallest bill of {least}")
    for given, most in (("points", terms.points_a_month), ("credit", terms.credit_a_month)):
        if most:
            amount = given_words(most, given, unit, lang)
            said.append(f"{amount} در ماه" if fa else f"{amount} a month")
    return said
