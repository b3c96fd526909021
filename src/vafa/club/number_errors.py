"""Refusals about a member's changed number."""

from __future__ import annotations

from vafa.core.errors import DomainError


class NumberTaken(DomainError):
    """The mobile is another member's; said only to who has proved that it is hers, and to staff."""

    code = "number_taken"
    status = 409
    final = True
    fa = "این شماره از آنِ عضو دیگری است. اگر هر دو شمایید، از باشگاه بخواهید دو عضویت را یکی کند."
    en = "This number is another member's. If both are you, ask the club to make them one."


class SameNumber(DomainError):
    code = "same_number"
    status = 422
    fa = "این همان شمارهٔ کنونی است."
    en = "This is the number already."


class NumberChangeWaits(DomainError):
    code = "number_change_waits"
    status = 409
    fa = "برای این عضو تغییر شماره‌ای منتظر تأیید است."
    en = "A change of this member's number waits to be confirmed."


class UnknownNumberChange(DomainError):
    code = "unknown_number_change"
    status = 404
    fa = "چنین تغییر شماره‌ای پیدا نشد."
    en = "There is no such change of a number."


class NumberChangeDecided(DomainError):
    code = "number_change_decided"
    status = 409
    fa = "دربارهٔ این تغییر شماره پیش‌تر تصمیم گرفته شده است."
    en = "This change of a number was decided before."


class NumberChangeSamePerson(DomainError):
    code = "number_change_same_person"
    status = 403
    fa = "کسی جز درخواست‌کننده باید این را تأیید کند."
    en = "Somebody else than who asked for it must confirm this."


class SpendingFrozen(DomainError):
    """Her number has changed: whoever took it over could not empty the account at once."""

    code = "spending_frozen"
    status = 409
    fa = "شمارهٔ این حساب تازه عوض شده است؛ خرج کردن از آن تا {until_fa} ممکن نیست. امتیاز گرفتن ادامه دارد."
    en = "The number of this account has just changed; nothing can be spent until {until_en}. Earning goes on."
