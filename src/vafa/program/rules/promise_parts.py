"""The smaller parts of a programme in words: credit, corrections, gifts, households, holds. Pure."""

from __future__ import annotations

from vafa.core.jalali import format_date
from vafa.core.money import format_amount, format_number
from vafa.program.rules.document import CreditTerms, Program
from vafa.program.rules.expiry import After, Expiry, Never, OnDate, PeriodEnd
from vafa.program.rules.tier_words import tier_terms_words

PARTS = ("tier_terms", "credit", "adjustments", "gifts", "households", "holds", "profile")


def part_words(part: str, program: Program, unit: str, lang: str) -> list[str]:
    """A part of ``PARTS`` in sentences; ``unit`` is the display unit of money."""
    if part == "tier_terms":
        return tier_terms_words(program.tier_terms, lang)
    if part == "credit":
        return _credit(program.credit, lang)
    if part == "adjustments":
        return _adjustments(program, unit, lang)
    if part == "gifts":
        return _gifts(program, lang)
    if part == "households":
        return _households(program, lang)
    if part == "profile":
        return _profile(program, lang)
    return _holds(program, lang)


def _credit(terms: CreditTerms, lang: str) -> list[str]:
    fa = lang == "fa"
    said = [_credit_expiry(terms.expiry, lang)]
    if isinstance(terms.expiry, Never):
        return said
    if terms.warn_days:
        n = format_number(terms.warn_days, lang)
        said.append(
            f"دست‌کم {n} روز پیش از پایان مهلت به عضو خبر داده می‌شود"
            if fa
            else f"Members are told at least {n} days before"
        )
    if terms.revive_days:
        n = format_number(terms.revive_days, lang)
        said.append(
            f"اعتبار منقضی را تا {n} روز می‌توان برگرداند"
            if fa
            else f"Expired credit may be given back for {n} days"
        )
    return said


_PERIODS = {"month": ("ماه", "month"), "quarter": ("فصل", "quarter"), "year": ("سال", "year")}


def _credit_expiry(policy: Expiry, lang: str) -> str:
    fa = lang == "fa"
    if isinstance(policy, Never):
        return "اعتبار منقضی نمی‌شود" if fa else "Credit does not expire"
    if isinstance(policy, After):
        n = format_number(policy.count, lang)
        if fa:
            return f"اعتبار تا {n} {'روز' if policy.each == 'days' else 'ماه'} می‌ماند"
        return f"Credit lasts {n} {policy.each}"
    if isinstance(policy, PeriodEnd):
        n, (noun, english) = format_number(policy.after, lang), _PERIODS[policy.period]
        if fa:
            noun += " میلادی" if policy.calendar == "gregorian" else ""
            when = f"همان {noun}" if not policy.after else f"{n} {noun} پس از {noun} دریافت"
            return f"اعتبار تا پایان {when} می‌ماند"
        when = f"its {english}" if not policy.after else f"{n} {english}s after its own"
        return f"Credit lasts until the end of {when}"
    if isinstance(policy, OnDate):
        day = format_date(policy.day, lang)
        return f"اعتبار تا پایان {day} می‌ماند" if fa else f"Credit lasts until {day}"
    n = format_number(policy.months, lang)
    return (
        f"اعتبار تا {n} ماه پس از آخرین فعالیت می‌ماند"
        if fa
        else f"Credit lasts {n} months after the last activity"
    )


def _adjustments(program: Program, unit: str, lang: str) -> list[str]:
    terms = program.adjustments
    points = format_number(terms.points_alone, lang)
    credit = format_amount(terms.credit_alone, unit, lang)
    if lang == "fa":
        return [f"اصلاح بیش از {points} امتیاز یا {credit} اعتبار تأیید نفر دوم می‌خواهد"]
    return [f"Corrections of more than {points} points or {credit} of credit need a second person"]


def _gifts(program: Program, lang: str) -> list[str]:
    terms, fa = program.gifts, lang == "fa"
    if not terms.is_on:
        return ["اعضا به هم امتیاز هدیه نمی‌دهند" if fa else "Members do not give points away"]
    points, gifts = format_number(terms.points_a_day, lang), format_number(terms.gifts_a_day, lang)
    return [
        f"هر عضو روزی تا {points} امتیاز در {gifts} بار به اعضای دیگر هدیه می‌دهد"
        if fa
        else f"A member may give up to {points} points a day to others, in {gifts} gifts"
    ]


def _households(program: Program, lang: str) -> list[str]:
    terms, fa = program.households, lang == "fa"
    if not terms.is_on:
        return ["حساب خانوار نیست" if fa else "There are no household accounts"]
    n = format_number(terms.most_members, lang)
    return [
        f"تا {n} عضو یک خانوار حساب مشترک دارند"
        if fa
        else f"Up to {n} members of a household share one account"
    ]


def _holds(program: Program, lang: str) -> list[str]:
    n = format_number(program.holds.minutes, lang)
    if lang == "fa":
        return [f"آنچه برای یک خرید رزرو شود {n} دقیقه رزرو می‌ماند"]
    return [f"What is set aside for a bill stays so for {n} minutes"]


_DETAILS = {
    "name": ("نام", "name"),
    "gender": ("جنسیت", "gender"),
    "birth_date": ("تاریخ تولد", "date of birth"),
    "mobile": ("شمارهٔ موبایل", "mobile"),
}


def _profile(program: Program, lang: str) -> list[str]:
    said = [_DETAILS[detail][0 if lang == "fa" else 1] for detail in program.profile.details]
    if lang == "fa":
        return [f"مشخصات با این‌ها کامل است: {'، '.join(said)}"]
    return [f"A profile is complete with: {', '.join(said)}"]
