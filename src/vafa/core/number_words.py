"""Whole numbers and amounts in words, as documents write them beside the digits."""

from __future__ import annotations

from typing import Final

from vafa.core.money import display_unit

_ONES_FA: Final = (
    *("", "یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه", "ده"),
    *("یازده", "دوازده", "سیزده", "چهارده", "پانزده", "شانزده", "هفده", "هجده", "نوزده"),
)
_TENS_FA: Final = (
    *("", "", "بیست", "سی", "چهل", "پنجاه"),
    *("شصت", "هفتاد", "هشتاد", "نود"),
)
_HUNDREDS_FA: Final = (
    *("", "صد", "دویست", "سیصد", "چهارصد", "پانصد"),
    *("ششصد", "هفتصد", "هشتصد", "نهصد"),
)
_SCALES_FA: Final = ("", "هزار", "میلیون", "میلیارد", "تریلیون", "کوادریلیون")
_ONES_EN: Final = (
    *("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS_EN: Final = (
    *("", "", "twenty", "thirty", "forty", "fifty"),
    *("sixty", "seventy", "eighty", "ninety"),
)
_SCALES_EN: Final = ("", "thousand", "million", "billion", "trillion", "quadrillion")
MOST = 10 ** (3 * len(_SCALES_EN)) - 1


def number_in_words(n: int, lang: str) -> str:
    """``n`` in words: «یک میلیون و دویست هزار», "one million two hundred thousand".

    Raises ValueError beyond 10^18.
    """
    if abs(n) > MOST:
        raise ValueError("too large for words")
    if n == 0:
        return "صفر" if lang == "fa" else "zero"
    if n < 0:
        return f"{'منفی' if lang == 'fa' else 'minus'} {number_in_words(-n, lang)}"
    scales = _SCALES_FA if lang == "fa" else _SCALES_EN
    parts: list[str] = []
    for place in range(len(scales) - 1, -1, -1):
        group = n // 1000**place % 1000
        if not group:
            continue
        # In Persian a single thousand is «هزار», not «یک هزار».
        said = "" if lang == "fa" and group == 1 and place == 1 else _group(group, lang)
        parts.append(f"{said} {scales[place]}".strip())
    return (" و " if lang == "fa" else " ").join(parts)


def amount_in_words(amount: int, unit: str, lang: str) -> str:
    """An amount (smallest units of the currency) in a display unit: «دو هزار و پانصد تومان».

    What is left of a whole unit follows as digits would have it: "two pounds and 50/100".
    Raises UnknownUnit, ValueError beyond 10^18.
    """
    shown = display_unit(unit)
    whole, rest = divmod(abs(amount), shown.size)
    said = number_in_words(-whole if amount < 0 else whole, lang)
    words = f"{said} {shown.label(lang)}"
    if not rest:
        return words
    part = number_in_words(rest, lang)
    size = number_in_words(shown.size, lang)
    if lang == "fa":
        return f"{words} و {part} {size}م {shown.fa}"
    return f"{words} and {rest}/{shown.size}"


def _group(n: int, lang: str) -> str:
    """One to 999."""
    hundreds, rest = divmod(n, 100)
    parts: list[str] = []
    if lang == "fa":
        if hundreds:
            parts.append(_HUNDREDS_FA[hundreds])
        if rest >= 20:
            parts.append(_TENS_FA[rest // 10])
            rest %= 10
        if rest:
            parts.append(_ONES_FA[rest])
        return " و ".join(parts)
    if hundreds:
        parts.append(f"{_ONES_EN[hundreds]} hundred")
    if rest >= 20:
        ten, one = divmod(rest, 10)
        parts.append(_TENS_EN[ten] + (f"-{_ONES_EN[one]}" if one else ""))
    elif rest:
        parts.append(_ONES_EN[rest])
    return " ".join(parts)
