"""Corrections, gifts and what they undo, in sentences for whoever they concern. Pure.

What staff or givers wrote is repeated as they wrote it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from vafa.core.jalali import format_date
from vafa.core.money import format_amount, format_number

Saw = dict[str, Any]


def value_words(points: int, saw: Saw, unit: str, lang: str) -> str:
    """«۱۰ امتیاز», or the amount of credit, without sign."""
    if credit := saw.get("credit", 0):
        amount = format_amount(abs(credit), unit, lang)
        return f"{amount} اعتبار" if lang == "fa" else f"{amount} of credit"
    number = format_number(abs(points), lang)
    if lang == "fa":
        return f"{number} امتیاز"
    return f"{number} {'point' if abs(points) == 1 else 'points'}"


def _because(saw: Saw, lang: str) -> str:
    reason = saw.get("reason", "")
    if not reason:
        return ""
    return f"، به این دلیل: «{reason}»" if lang == "fa" else f", for this reason: “{reason}”"


def _saying(saw: Saw, lang: str) -> str:
    message = saw.get("message", "")
    if not message:
        return ""
    return f"، با این پیام: «{message}»" if lang == "fa" else f", with the words: “{message}”"


def adjusted(name: str, points: int, saw: Saw, unit: str, lang: str) -> str:
    """What staff gave or took by hand."""
    value, gave = value_words(points, saw, unit, lang), (points or saw.get("credit", 0)) > 0
    if lang == "fa":
        return f"{value} {'اضافه' if gave else 'کم'} شد{_because(saw, lang)}"
    return f"{value} {'added' if gave else 'taken'} by the club{_because(saw, lang)}"


def paid_offline(name: str, points: int, saw: Saw, unit: str, lang: str) -> str:
    """What she spent while a till had no line, and which was not there any more when it came back."""
    value = value_words(points, saw, unit, lang)
    if lang == "fa":
        return f"{value} که هنگام قطعی اینترنت صندوق خرج شده بود{_because(saw, lang)}"
    return f"{value} that were spent while a till had no line{_because(saw, lang)}"


def opened(name: str, points: int, saw: Saw, unit: str, lang: str) -> str:
    """What a member had before the club was kept here; points and credit may come together."""
    values = [value_words(points, {}, unit, lang)] if points else []
    values += [value_words(0, saw, unit, lang)] if saw.get("credit", 0) else []
    day = date.fromisoformat(saw["earned"])
    if lang == "fa":
        return (
            f"{' و '.join(values)} که پیش از این داشتید به اینجا آمد (از {format_date(day, lang)})"
        )
    return f"{' and '.join(values)} that you had before came here (of {format_date(day, lang)})"


def given_up(name: str, points: int, saw: Saw, unit: str, lang: str) -> str:
    """What a member gave up when she left the club; points and credit may come together."""
    values = [value_words(points, {}, unit, lang)] if points else []
    values += [value_words(0, saw, unit, lang)] if saw.get("credit", 0) else []
    if lang == "fa":
        return f"{' و '.join(values)} با ترک باشگاه از بین رفت"
    return f"{' and '.join(values)} given up by leaving the club"


_UNDONE_FA = {
    "purchase": "امتیاز یک خرید",
    "join": "امتیاز عضویت",
    "happening": "امتیاز یک رویداد",
    "adjust": "یک اصلاح",
    "pay": "یک پرداخت با امتیاز یا اعتبار",
    "gift": "یک هدیه",
    "opening": "ماندهٔ پیشین",
}
_UNDONE_EN = {
    "purchase": "points of a purchase",
    "join": "the points for joining",
    "happening": "points of an occasion",
    "adjust": "a correction",
    "pay": "a payment with points or credit",
    "gift": "a gift",
    "opening": "a balance of before",
}


def reversed_(name: str, points: int, saw: Saw, unit: str, lang: str) -> str:
    """What was undone, and why."""
    value, of = value_words(points, saw, unit, lang), saw.get("of", "")
    back = (points or saw.get("credit", 0)) > 0
    if lang == "fa":
        undone = _UNDONE_FA.get(of, "یک جابه‌جایی")
        verb = "به شما برگشت" if back else "پس گرفته شد"
        return f"{value} {verb}، چون {undone} برگشت خورد{_because(saw, lang)}"
    undone = _UNDONE_EN.get(of, "a movement")
    verb = "came back to you" if back else "taken back"
    return f"{value} {verb}, undoing {undone}{_because(saw, lang)}"


def revived(name: str, points: int, saw: Saw, unit: str, lang: str) -> str:
    """Expired value that was given back."""
    value = value_words(points, saw, unit, lang)
    if lang == "fa":
        return f"{value} که مهلتش گذشته بود دوباره به شما داده شد{_because(saw, lang)}"
    return f"{value} that had expired came back to you{_because(saw, lang)}"


def gave(name: str, points: int, saw: Saw, unit: str, lang: str) -> str:
    """The giver's side of a gift."""
    value = value_words(points, saw, unit, lang)
    if lang == "fa":
        return f"{value} به عضوی دیگر هدیه دادید{_saying(saw, lang)}"
    return f"You gave {value} to another member{_saying(saw, lang)}"


def received(name: str, points: int, saw: Saw, unit: str, lang: str) -> str:
    """The taker's side of a gift."""
    value = value_words(points, saw, unit, lang)
    if lang == "fa":
        return f"{value} از عضوی دیگر هدیه گرفتید{_saying(saw, lang)}"
    return f"Another member gave you {value}{_saying(saw, lang)}"


def gift_taken_back(name: str, points: int, saw: Saw, unit: str, lang: str) -> str:
    """The taker's side of a gift that was undone."""
    value = value_words(points, saw, unit, lang)
    if lang == "fa":
        return f"{value} هدیه به هدیه‌دهنده برگشت{_because(saw, lang)}"
    return f"{value} of a gift went back to the giver{_because(saw, lang)}"


WRITERS = {
    "adjust": adjusted,
    "opening": opened,
    "offline": paid_offline,
    "leave": given_up,
    "reverse": reversed_,
    "revive": revived,
    "gift": gave,
    "gift_in": received,
    "gift_in_back": gift_taken_back,
}
