"""What a voucher gives as words, in Persian and English, for members and staff alike. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from vafa.core.money import format_amount, format_number
from vafa.program.rules.offers import OfferTerms

_CHANNELS = {
    "store": ("خرید حضوری", "purchases in a shop"),
    "online": ("خرید اینترنتی", "purchases online"),
    "phone": ("خرید تلفنی", "purchases by phone"),
}


class OfferNames(NamedTuple):
    """What the things are called that offers name by number; one that is missing is left out."""

    products: Mapping[int, str] = {}
    categories: Mapping[int, str] = {}
    branches: Mapping[int, str] = {}
    draws: Mapping[int, tuple[str, str]] = {}  # Persian and English


def offer_words(
    kind: str, value: int, terms: OfferTerms, unit: str, lang: str, names: OfferNames
) -> str:
    """What it gives: «۱۰٪ تخفیف تا ۵۰٬۰۰۰ تومان», “free delivery”; "" for a product at the counter.

    ``value`` in the currency's smallest unit, or how many chances; ``unit`` is the display unit of
    money.
    """
    fa = lang == "fa"
    money = format_amount(value, unit, lang)
    percent = f"{format_number(terms.percent, lang)}{'٪' if fa else '%'}"
    if kind == "voucher":
        return f"{money} تخفیف" if fa else f"{money} off"
    if kind == "gift":
        return f"کارت هدیه، {money}" if fa else f"gift card of {money}"
    if kind == "percent":
        said = f"{percent} تخفیف" if fa else f"{percent} off"
        if terms.cap is None:
            return said
        cap = format_amount(terms.cap, unit, lang)
        return f"{said} تا {cap}" if fa else f"{said}, up to {cap}"
    if kind == "buy_get":
        return _buy_get(terms, percent, lang, names)
    if kind == "delivery":
        return "ارسال رایگان" if fa else "free delivery"
    if kind == "chances":
        return _chances(value, terms, lang, names)
    return terms.text


def conditions_words(
    min_basket: int, terms: OfferTerms, unit: str, lang: str, names: OfferNames, *, kind: str = ""
) -> list[str]:
    """What it is bound to, piece by piece; nothing for a voucher without conditions."""
    fa = lang == "fa"
    said = []
    if min_basket:
        least = format_amount(min_basket, unit, lang)
        said.append(f"برای خرید از {least}" if fa else f"on purchases from {least}")
    things = _things(terms.products, terms.categories, lang, names)
    if things and kind != "buy_get":
        said.append(f"برای {things}" if fa else f"for {things}")
    if terms.channels:
        named = _listed([_CHANNELS[c][0 if fa else 1] for c in terms.channels], lang)
        said.append(f"برای {named}" if fa else f"for {named}")
    branches = _listed([names.branches[b] for b in terms.branches if b in names.branches], lang)
    if branches:
        said.append(f"در {branches}" if fa else f"at {branches}")
    if terms.alone:
        said.append("بدون تخفیف دیگر" if fa else "not together with another discount")
    if terms.per_member is not None:
        n = format_number(terms.per_member, lang)
        said.append(f"هر عضو تا {n} بار" if fa else f"up to {n} times for each member")
    return said


def _buy_get(terms: OfferTerms, percent: str, lang: str, names: OfferNames) -> str:
    fa = lang == "fa"
    bought = _things(terms.products, terms.categories, lang, names)
    given = _things(terms.get_products, terms.get_categories, lang, names) or bought
    get, buy = format_number(terms.get, lang), format_number(terms.buy, lang)
    if fa:
        free = "رایگان" if terms.percent == 100 else f"با {percent} تخفیف"
        gift = " ".join(word for word in (get, "عدد", given, free) if word)
        return gift if not terms.buy else f"با خرید {buy} عدد {bought}، {gift}"
    free = "free" if terms.percent == 100 else f"at {percent} off"
    gift = " ".join(word for word in (get, given, free) if word)
    return gift if not terms.buy else f"buy {buy} {bought}, get {gift}"


def _chances(count: int, terms: OfferTerms, lang: str, names: OfferNames) -> str:
    n = format_number(count, lang)
    called = names.draws.get(terms.draw or 0)
    if lang == "fa":
        return f"{n} شانس در «{called[0]}»" if called else f"{n} شانس در قرعه‌کشی"
    many = f"{n} {'chance' if count == 1 else 'chances'}"
    return f"{many} in “{called[1] or called[0]}”" if called else f"{many} in a draw"


def _things(
    products: Sequence[int], categories: Sequence[int], lang: str, names: OfferNames
) -> str:
    known = [names.products[n] for n in products if n in names.products]
    known += [names.categories[n] for n in categories if n in names.categories]
    return _listed(known, lang)


def _listed(words: Sequence[str], lang: str) -> str:
    if len(words) < 2:
        return "".join(words)
    between, last = ("، ", " و ") if lang == "fa" else (", ", " and ")
    return f"{between.join(words[:-1])}{last}{words[-1]}"
