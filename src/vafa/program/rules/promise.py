"""What a program promises, in words: for the club's public page, the portal and the panel. Pure."""

from __future__ import annotations

from vafa.core.jalali import format_date
from vafa.core.money import format_amount, format_number
from vafa.program.rules.document import PointTerms, ValueTerms
from vafa.program.rules.expiry import After, Expiry, OnDate, PeriodEnd, Sliding


def terms_words(terms: PointTerms, unit: str, lang: str) -> list[str]:
    """What points are worth, when they can be spent, and how long they last: a sentence each."""
    fa = lang == "fa"
    said: list[str] = []
    if terms.worth:
        worth = format_amount(terms.worth, unit, lang)
        share = format_number(terms.max_share, lang)
        said.append(
            f"هر امتیاز {worth} از خرید بعدی شما را می‌پردازد، تا {share}٪ مبلغ آن"
            if fa
            else f"Each point pays {worth} of your next purchase, up to {share}% of it"
        )
    said += waiting_words(terms, lang)
    said += expiry_words(terms.expiry, lang)
    if terms.warn_days:
        days = _days(terms.warn_days, lang)
        said.append(
            f"دست‌کم {days} پیش از پایان مهلت خبرتان می‌کنیم"
            if fa
            else f"We tell you at least {days} before any points expire"
        )
    return said


def waiting_words(terms: ValueTerms, lang: str) -> list[str]:
    """How long value of a purchase waits: one sentence, or none."""
    fa, days = lang == "fa", _days(terms.pending_days, lang)
    if terms.pending_until == "delivery":
        at_most = f" (حداکثر {days})" if fa else f" (after {days} at the latest)"
        return [
            ("امتیازها با تحویل خرید قابل خرج می‌شوند" if fa else "Points can be spent on delivery")
            + (at_most if terms.pending_days else "")
        ]
    if not terms.pending_days:
        return []
    return [
        f"امتیازها {days} پس از خرید قابل خرج می‌شوند"
        if fa
        else f"Points can be spent {days} after the purchase"
    ]


def expiry_words(policy: Expiry, lang: str) -> list[str]:
    """How long value lasts: one sentence, or none where it does not expire."""
    fa = lang == "fa"
    if isinstance(policy, After):
        span = (_days if policy.each == "days" else _months)(policy.count, lang)
        return [f"امتیازها تا {span} برای شما می‌مانند" if fa else f"Points stay yours for {span}"]
    if isinstance(policy, PeriodEnd):
        return [_period_words(policy, lang)]
    if isinstance(policy, OnDate):
        day = format_date(policy.day, lang)
        return [f"امتیازها تا پایان {day} اعتبار دارند" if fa else f"Points last until {day}"]
    if isinstance(policy, Sliding):
        span = _months(policy.months, lang)
        what = " یا ".join(_ACTIVITIES_FA[a] for a in policy.activities)
        what_en = " or ".join(_ACTIVITIES_EN[a] for a in policy.activities)
        return [
            f"امتیازها تا {span} پس از آخرین {what} شما می‌مانند"
            if fa
            else f"Points stay yours for {span} after you last {what_en}"
        ]
    return []


_ACTIVITIES_FA = {"purchase": "خرید", "spend": "خرج امتیاز"}
_ACTIVITIES_EN = {"purchase": "bought something", "spend": "spent points"}
_PERIODS_FA = {"month": "ماه", "quarter": "فصل", "year": "سال"}


def _period_words(policy: PeriodEnd, lang: str) -> str:
    after = format_number(policy.after, lang)
    if lang == "fa":
        period = _PERIODS_FA[policy.period]
        period += " میلادی" if policy.calendar == "gregorian" else ""
        when = f"همان {period}" if not policy.after else f"{after} {period} پس از {period} دریافت"
        return f"امتیازها تا پایان {when} اعتبار دارند"
    period = policy.period if policy.calendar == "club" else f"{policy.calendar} {policy.period}"
    if not policy.after:
        return f"Points last until the end of the {period} in which they were earned"
    noun = period if policy.after == 1 else f"{period}s"
    return f"Points last until the end of {after} {noun} after the one in which they were earned"


def _days(count: int, lang: str) -> str:
    number = format_number(count, lang)
    return f"{number} روز" if lang == "fa" else f"{number} {'day' if count == 1 else 'days'}"


def _months(count: int, lang: str) -> str:
    number = format_number(count, lang)
    return f"{number} ماه" if lang == "fa" else f"{number} {'month' if count == 1 else 'months'}"


def times_words(percent: int, lang: str, noun: str = "") -> str:
    """200 as «امتیاز دو برابر», 120 as «۲۰٪ امتیاز بیشتر»; at least 100. ``noun``: what is
    multiplied, points unless said."""
    whole, rest = divmod(percent, 100)
    if lang != "fa":
        noun = noun or "points"
        if rest == 0:
            usual = {2: f"Double {noun}", 3: f"Triple {noun}"}
            return usual.get(whole, f"{whole} times the {noun}")
        return f"{percent - 100}% more {noun}"
    noun = noun or "امتیاز"
    if rest == 0:
        words = {2: "دو", 3: "سه", 4: "چهار", 5: "پنج"}
        return f"{noun} {words.get(whole, format_number(whole, lang))} برابر"
    return f"{format_number(percent - 100, lang)}٪ {noun} بیشتر"
