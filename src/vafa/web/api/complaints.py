"""What is wrong with a value of a request, in the caller's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vafa.core.text import to_persian_digits

_NUMBER = "عدد صحیح لازم است."
_TEXT = "متن لازم است."
_MOMENT = "تاریخ و ساعت را به شکل ISO 8601 بنویسید، مانند 2026-03-21T10:00:00+03:30."
_DATE = "تاریخ را میلادی و به شکل ISO 8601 بنویسید، مانند 2026-03-21."
_PERSIAN = {
    "missing": "این مقدار لازم است.",
    "extra_forbidden": "فیلدی با این نام نیست.",
    "int_type": _NUMBER,
    "int_parsing": _NUMBER,
    "int_parsing_size": _NUMBER,
    "int_from_float": _NUMBER,
    "float_type": "عدد لازم است.",
    "float_parsing": "عدد لازم است.",
    "string_type": _TEXT,
    "string_unicode": _TEXT,
    "string_too_long": "حداکثر {max_length} نویسه.",
    "string_too_short": "دست‌کم {min_length} نویسه.",
    "nul_character": "نویسهٔ NUL پذیرفته نیست.",
    "greater_than": "باید از {gt} بیشتر باشد.",
    "greater_than_equal": "دست‌کم {ge}.",
    "less_than_equal": "حداکثر {le}.",
    "too_long": "حداکثر {max_length} مورد.",
    "too_short": "دست‌کم {min_length} مورد.",
    "list_type": "فهرست لازم است.",
    "model_type": "شیء JSON لازم است.",
    "model_attributes_type": "شیء JSON لازم است.",
    "literal_error": "یکی از این‌ها: {expected}",
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "datetime_object_invalid": _MOMENT,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
}
# pydantic's names for the ways in which one value may be understood.
_ALTERNATIVES = ("constrained-", "function-after[")


def complaints(errors: Sequence[Mapping[str, Any]], lang: str) -> list[dict[str, str]]:
    """``where`` and ``why`` of each of pydantic's errors."""
    return [{"where": _where(error["loc"]), "why": _why(error, lang)} for error in errors]


def _where(place: Sequence[str | int]) -> str:
    """The path in the request, such as ``body.lines.0.amount``."""
    # ninja says it twice: where the value came from, and what our function calls it.
    steps = place[1:] if tuple(place[:2]) == ("body", "body") else place
    return ".".join(str(step) for step in steps if not str(step).startswith(_ALTERNATIVES))


def _why(error: Mapping[str, Any], lang: str) -> str:
    english = str(error["msg"])
    if lang != "fa":
        return english
    text = _PERSIAN.get(str(error["type"]))
    if text is None:
        return f"این مقدار درست نیست ({english})."
    context = error.get("ctx", {})
    return text.format(**{name: _said(value) for name, value in context.items()})


def _said(value: Any) -> str:
    return to_persian_digits(str(value)) if isinstance(value, (int, float)) else str(value)
