"""The smaller parts of a programme in words: credit, corrections, gifts, households, holds. Pure."""

from __future__ import annotations

from typing import Literal

from vafa.core.jalali import format_date
from vafa.core.money import format_amount, format_number
from vafa.program.rules.document import CreditTerms, Program, ReferralTerms
from vafa.program.rules.expiry import After, Expiry, Never, OnDate, PeriodEnd
from vafa.program.rules.place_words import managers_words
from vafa.program.rules.promise import waiting_words
from vafa.program.rules.referral import window_of
from vafa.program.rules.tier_words import tier_terms_words
from vafa.program.rules.what_earns import EarningTerms

PARTS = (
    "earning",
    "tier_terms",
    "credit",
    "adjustments",
    "gifts",
    "households",
    "holds",
    "till",
    "profile",
    "managers",
    "referral",
)


def part_words(part: str, program: Program, unit: str, lang: str) -> list[str]:
    """A part of ``PARTS`` in sentences; ``unit`` is the display unit of money."""
    if part == "earning":
        return _earning(program.earning, lang)
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
    if part == "till":
        return _till(program, unit, lang)
    if part == "profile":
        return _profile(program, lang)
    if part == "managers":
        return managers_words(program.managers, unit, lang)
    if part == "referral":
        return referral_words(program, unit, lang, "staff")
    return _holds(program, lang)


_EARNS = {
    "on_points": ("آنچه با امتیاز پرداخت شود", "what points paid"),
    "on_credit": ("آنچه با اعتبار پرداخت شود", "what credit paid"),
    "on_delivery": ("هزینهٔ ارسال", "delivery"),
    "on_tax": ("مالیات", "tax"),
    "on_gift_cards": ("خرید کارت هدیه", "buying gift cards"),
}


def _earning(terms: EarningTerms, lang: str) -> list[str]:
    fa, place = lang == "fa", 0 if lang == "fa" else 1
    earns = [words[place] for name, words in _EARNS.items() if getattr(terms, name)]
    none = [words[place] for name, words in _EARNS.items() if not getattr(terms, name)]
    comma = "، " if fa else ", "
    said = []
    if none:
        said.append(
            f"بدون امتیاز: {comma.join(none)}" if fa else f"Earns nothing: {comma.join(none)}"
        )
    if earns:
        said.append(f"با امتیاز: {comma.join(earns)}" if fa else f"Earns too: {comma.join(earns)}")
    if terms.ceiling:
        most = format_number(terms.ceiling, lang)
        said.append(
            f"هر خرید حداکثر {most} امتیاز می‌گیرد"
            if fa
            else f"A purchase earns at most {most} points"
        )
    return said


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
    said = [
        f"تا {n} عضو یک خانوار حساب مشترک دارند"
        if fa
        else f"Up to {n} members of a household share one account"
    ]
    if terms.by_members:
        said.append(
            "اعضا خودشان خانوار می‌سازند و در پرتال دعوت می‌کنند"
            if fa
            else "Members make households and invite into them in the portal themselves"
        )
    return said


def _holds(program: Program, lang: str) -> list[str]:
    n = format_number(program.holds.minutes, lang)
    if lang == "fa":
        return [f"آنچه برای یک خرید رزرو شود {n} دقیقه رزرو می‌ماند"]
    return [f"What is set aside for a bill stays so for {n} minutes"]


def _till(program: Program, unit: str, lang: str) -> list[str]:
    terms, fa = program.till, lang == "fa"
    alone = _amounts(terms.offline_points, terms.offline_credit, unit, lang)
    asked = _amounts(terms.confirm_points, terms.confirm_credit, unit, lang, "یا", "or")
    if alone:
        first = (
            f"وقتی اینترنت قطع است، هر عضو روزی تا {alone} خرج می‌کند"
            if fa
            else f"While the line is down a member may spend up to {alone} a day"
        )
    elif fa:
        first = "وقتی اینترنت قطع است، امتیاز و اعتبار خرج نمی‌شود"
    else:
        first = "While the line is down nothing is spent"
    if not asked:
        return [first]
    if fa:
        return [first, f"از {asked} به بالا، خود عضو پرداخت را تأیید می‌کند"]
    return [first, f"From {asked} on the member confirms the payment"]


def _amounts(points: int, credit: int, unit: str, lang: str, fa: str = "و", en: str = "and") -> str:
    """«۵۰ امتیاز و ۱۰۰٬۰۰۰ تومان اعتبار»; "" for neither."""
    said = []
    if points:
        number = format_number(points, lang)
        said.append(f"{number} امتیاز" if lang == "fa" else f"{number} points")
    if credit:
        amount = format_amount(credit, unit, lang)
        said.append(f"{amount} اعتبار" if lang == "fa" else f"{amount} of credit")
    return f" {fa if lang == 'fa' else en} ".join(said)


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


Side = Literal["inviter", "friend", "staff"]


def referral_words(program: Program, unit: str, lang: str, side: Side) -> list[str]:
    """What an invitation brings, said to the one who invites, to her friend, or of both."""
    terms = program.referral
    if not terms.is_on:
        return ["دعوت دوستان جایزه ندارد" if lang == "fa" else "Invitations are not rewarded"]
    said = [(_brings_fa if lang == "fa" else _brings_en)(terms, unit, side)]
    said += waiting_words(window_of(program), lang)
    if side != "friend":
        month, ever = format_number(terms.a_month, lang), format_number(terms.in_all, lang)
        said.append(
            f"تا {month} دوست در ماه و {ever} دوست در کل"
            if lang == "fa"
            else f"For up to {month} friends a month and {ever} in all"
        )
    return said


def _brings_fa(terms: ReferralTerms, unit: str, side: Side) -> str:
    inviter = format_number(terms.inviter_points, "fa")
    friend = format_number(terms.friend_points, "fa")
    least = f"{format_amount(terms.least, unit, 'fa')} یا بیشتر خرید" if terms.least else ""
    if side == "friend":
        return f"وقتی {least or 'نخستین خریدتان را'} کنید، {friend} امتیاز می‌گیرید"
    if side == "staff":
        bought = least or "نخستین خریدش را"
        return (
            f"وقتی دوست {bought} کند، {inviter} امتیاز به دعوت‌کننده و {friend} امتیاز به دوست می‌رسد"
        )
    bought = least or "نخستین خریدش را"
    return f"وقتی دوستتان {bought} کند، {inviter} امتیاز به شما و {friend} امتیاز به او می‌رسد"


def _brings_en(terms: ReferralTerms, unit: str, side: Side) -> str:
    inviter = format_number(terms.inviter_points, "en")
    friend = format_number(terms.friend_points, "en")
    least = format_amount(terms.least, unit, "en") if terms.least else ""
    how = f"for {least} or more" if least else "for the first time"
    if side == "friend":
        return f"When you buy {how}, you get {friend} points"
    if side == "staff":
        return f"When a friend buys {how}, the one who invited gets {inviter} points and the friend {friend}"
    return f"When your friend buys {how}, you get {inviter} points and your friend {friend}"
