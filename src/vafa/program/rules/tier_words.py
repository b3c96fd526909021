"""Tiers in words: what each gives, by what one rises and falls, and where a member stands. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from vafa.core.jalali import Calendar, format_date
from vafa.core.money import format_amount, format_number
from vafa.program.rules.deed_words import DeedNames, deed_words
from vafa.program.rules.deeds import GiveVoucher
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.limit_words import given_words
from vafa.program.rules.promise import times_words
from vafa.program.rules.tier_terms import TierTerms
from vafa.program.rules.tiers import Outlook


def tier_words(tier: Tier, unit: str, lang: str, series: Mapping[int, str] | None = None) -> str:
    """What the tier gives: «۲۰٪ امتیاز بیشتر در هر خرید؛ ارسال رایگان»; "" when nothing beyond the
    base. ``unit`` is the display unit of money, ``series`` what series of vouchers are called."""
    fa, said = lang == "fa", []
    if tier.percent != 100:
        times = times_words(tier.percent, lang)
        said.append(f"{times} در هر خرید" if fa else f"{times} on every purchase")
    if tier.free_delivery:
        said.append("ارسال رایگان" if fa else "free delivery")
    said += [benefit.said(lang) for benefit in tier.benefits]
    gift = birthday_words(tier, unit, lang, series)
    return ("؛ " if fa else "; ").join([*said, *([gift] if gift else [])])


def birthday_words(
    tier: Tier, unit: str, lang: str, series: Mapping[int, str] | None = None
) -> str:
    """What its members get on their birthday: «۱۰۰ امتیاز هدیهٔ روز تولد»; "" for nothing."""
    gift = tier.birthday
    if gift is None:
        return ""
    if isinstance(gift, GiveVoucher):
        said = deed_words(gift, unit, lang, DeedNames(series=series or {}))
    else:
        said = given_words(gift.points, gift.unit, unit, lang)
    return f"{said} هدیهٔ روز تولد" if lang == "fa" else f"{said} as a birthday gift"


def counted_words(terms: TierTerms, amount: int, unit: str, lang: str) -> str:
    """So much of what counts: «۵۰۰ امتیاز», «۲٬۰۰۰٬۰۰۰ تومان خرید», «۳ روز خرید», "3 days of
    shopping"; ``unit`` is the display unit of money."""
    fa = lang == "fa"
    if terms.basis == "spend":
        money = format_amount(amount, unit, lang)
        return f"{money} خرید" if fa else f"{money} of purchases"
    number, one = format_number(amount, lang), amount == 1
    if terms.basis == "visits":
        return f"{number} روز خرید" if fa else f"{number} {'day' if one else 'days'} of shopping"
    if terms.basis == "attribute":
        return number
    return f"{number} امتیاز" if fa else f"{number} {'point' if one else 'points'}"


def threshold_words(
    terms: TierTerms, tier: Tier, unit: str, lang: str, segments: Mapping[str, str] | None = None
) -> str:
    """What a tier is reached by: «از ۵۰۰ امتیاز»; for everybody where it begins at nothing.
    ``segments``: what the segments that tiers are for are called, by code."""
    fa = lang == "fa"
    whose = (segments or {}).get(tier.segment, tier.segment)
    if not tier.least:
        everybody = "همهٔ اعضا" if fa else "every member"
        alone = f"اعضای گروه «{whose}»" if fa else f"members of “{whose}” alone"
        return f"{'برای' if fa else 'for'} {alone if whose else everybody}"
    least = counted_words(terms, tier.least, unit, lang)
    said = f"از {least}" if fa else f"from {least}"
    if not whose:
        return said
    return f"{said}، تنها برای گروه «{whose}»" if fa else f"{said}, for members of “{whose}” alone"


def tier_terms_words(terms: TierTerms, lang: str) -> list[str]:
    """By what one rises, and how one falls: a sentence each."""
    fa = lang == "fa"
    what = (_BASES_FA if fa else _BASES_EN)[terms.basis]
    if terms.basis == "attribute":
        return [f"{what} «{terms.attribute}» است" if fa else f"{what} “{terms.attribute}”"]
    span = _span_words(terms, lang)
    said = [f"{what} {span} است" if fa else f"{what} {span}".strip()]
    if terms.window == "ever":
        return said
    said.append((_FALLS_FA if fa else _FALLS_EN)[terms.downgrade])
    if terms.grace_days:
        days = format_number(terms.grace_days, lang)
        said.append(
            f"سطح تا {days} روز پس از پایان شمارش می‌ماند"
            if fa
            else f"A tier that is no longer reached is kept for {days} more days"
        )
    if terms.warn_days:
        days = format_number(terms.warn_days, lang)
        said.append(
            f"{days} روز پیش از پایین آمدن سطح خبر داده می‌شود"
            if fa
            else f"Members are told {days} days before a tier is lost"
        )
    return said


def window_words(terms: TierTerms, counted: int, unit: str, lang: str) -> str:
    """What counts of her now: «۴۰۰ امتیاز در ۱۲ ماه گذشته»."""
    return f"{counted_words(terms, counted, unit, lang)} {_span_words(terms, lang)}".strip()


def missing_words(program: Program, now: Outlook, unit: str, lang: str) -> str:
    """What is missing to the next tier: «۱۰۰ امتیاز تا سطح طلایی»; "" at the top."""
    if now.above is None:
        return ""
    missing = counted_words(program.tier_terms, now.missing, unit, lang)
    above = now.above.name.said(lang)
    return f"{missing} تا {above}" if lang == "fa" else f"{missing} to {above}"


def outlook_words(
    program: Program, now: Outlook, unit: str, lang: str, calendar: Calendar
) -> list[str]:
    """Where she stands: what is missing to the next tier, until when she keeps hers, and what
    would keep it."""
    said = [missing_words(program, now, unit, lang)] if now.above else []
    if now.tier is not None and now.keep_until is not None:
        said.append(keep_words(program, now, now.keep_until, unit, lang, calendar))
    return said


def keep_words(
    program: Program, now: Outlook, until: date, unit: str, lang: str, calendar: Calendar
) -> str:
    """Until when she keeps her tier, what comes then, and what would keep it."""
    fa, day = lang == "fa", format_date(until, lang, calendar=calendar)
    assert now.tier is not None
    name = now.tier.name.said(lang)
    falls = now.falls_to.name.said(lang) if now.falls_to else None
    if now.missing_to_keep:
        more = counted_words(program.tier_terms, now.missing_to_keep, unit, lang)
        return (
            f"سطح {name} تا پایان {day} برقرار است؛ با {more} دیگر تا آن روز می‌ماند"
            if fa
            else f"{name} is sure until the end of {day}; {more} more by then keep it"
        )
    if fa:
        then = f"؛ از فردای آن سطح {falls}" if falls else ""
        return f"سطح {name} تا پایان {day} برقرار است{then}"
    then = f"; {falls} from the day after" if falls else ""
    return f"{name} is sure until the end of {day}{then}"


def change_words(why: str, lang: str) -> str:
    """Why a tier changed, as history tells it."""
    return (_WHY_FA if lang == "fa" else _WHY_EN).get(why, why)


def _span_words(terms: TierTerms, lang: str) -> str:
    if lang != "fa":
        return {
            "rolling": f"in the last {terms.months} months"
            if terms.months != 1
            else "in the last month",
            "jalali_year": "in the Jalali year",
            "gregorian_year": "in the calendar year",
            "ever": "",
        }[terms.window]
    return {
        "rolling": f"در {format_number(terms.months, lang)} ماه گذشته"
        if terms.months != 1
        else "در یک ماه گذشته",
        "jalali_year": "در سال شمسی جاری",
        "gregorian_year": "در سال میلادی جاری",
        "ever": "از آغاز عضویت",
    }[terms.window]


_BASES_FA = {
    "points": "ملاک سطح‌ها امتیاز گرفته‌شده",
    "spend": "ملاک سطح‌ها مبلغ خرید",
    "visits": "ملاک سطح‌ها تعداد روزهای خرید",
    "attribute": "ملاک سطح‌ها ویژگی",
}
_BASES_EN = {
    "points": "Tiers go by the points earned",
    "spend": "Tiers go by the amount of purchases",
    "visits": "Tiers go by the number of days with a purchase",
    "attribute": "Tiers go by the attribute",
}
_FALLS_FA = {
    "earned": "سطح با آنچه در این مدت به دست آمده بالا و پایین می‌رود",
    "one_step": "سطح در هر دوره بیشتر از یک پله پایین نمی‌آید",
    "none": "سطحی که به دست آمده پایین نمی‌آید",
}
_FALLS_EN = {
    "earned": "A tier rises and falls with what was earned in that time",
    "one_step": "A tier falls one step at a time, not more than one each period",
    "none": "A tier that was reached is not lost",
}
_WHY_FA = {
    "risen": "رسیدن به سطح بالاتر",
    "fallen": "پایان مدت شمارش",
    "taken_back": "مرجوعی یا اصلاح خرید",
    "new_terms": "تغییر شرط‌های سطح‌ها",
    "segment": "دیگر در گروهِ این سطح نیست",
}
_WHY_EN = {
    "risen": "Reached the higher tier",
    "fallen": "What counted is too long ago",
    "taken_back": "A purchase came back or was corrected",
    "new_terms": "The terms of the tiers changed",
    "segment": "No longer in the segment that the tier is for",
}
