"""What members may be asked of themselves: the details that every club knows, and when. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, get_args

Ask = Literal["joining", "profile", "never"]
ASKS: tuple[Ask, ...] = get_args(Ask)
# An attribute of the club's own is asked under this and its key.
OF_CLUB: Final = "a."
# In the order in which they are asked.
FIELDS: Final = (
    *("name", "birth_date", "gender", "email", "city", "education"),
    *("acquaintance", "interests", "wedding_date"),
)
# As it is where a club has said nothing: when, and whether one must answer.
DEFAULTS: Final[Mapping[str, tuple[Ask, bool]]] = {
    "name": ("joining", True),
    "birth_date": ("joining", False),
    "gender": ("profile", False),
}
NEVER: Final[tuple[Ask, bool]] = ("never", False)
_NAMES: Final = {
    "name": ("نام", "Name"),
    "birth_date": ("تاریخ تولد", "Date of birth"),
    "gender": ("جنسیت", "Gender"),
    "email": ("ایمیل", "E-mail"),
    "city": ("شهر", "City"),
    "education": ("تحصیلات", "Education"),
    "acquaintance": ("راه آشنایی", "Heard of us through"),
    "interests": ("علاقه‌ها", "Interests"),
    "wedding_date": ("سالگرد ازدواج", "Wedding day"),
}
EDUCATIONS: Final = {
    "school": ("زیر دیپلم", "Below a diploma"),
    "diploma": ("دیپلم", "Diploma"),
    "associate": ("کاردانی", "Associate degree"),
    "bachelor": ("کارشناسی", "Bachelor's degree"),
    "master": ("کارشناسی ارشد", "Master's degree"),
    "doctor": ("دکتری", "Doctorate"),
}
ACQUAINTANCES: Final = {
    "friend": ("دوستان و آشنایان", "Friends"),
    "passing": ("از جلوی فروشگاه رد شدم", "Passing by the shop"),
    "social": ("شبکه‌های اجتماعی", "Social networks"),
    "search": ("جست‌وجو در اینترنت", "A search on the web"),
    "advert": ("تبلیغات", "Advertising"),
    "message": ("پیامک", "A text message"),
    "event": ("نمایشگاه یا رویداد", "A fair or an event"),
    "other": ("راه دیگر", "Another way"),
}
MOST_INTERESTS = 20


def field_words(code: str, lang: str) -> str:
    """What a detail is called; of attributes the club says it."""
    return _said(_NAMES[code], lang)


def choice_words(choices: Mapping[str, tuple[str, str]], lang: str) -> list[tuple[str, str]]:
    """Choices with their words in ``lang``."""
    return [(code, _said(words, lang)) for code, words in choices.items()]


def key_of(code: str) -> str:
    """The key of the attribute that a code names; "" for details of every club."""
    return code.removeprefix(OF_CLUB) if code.startswith(OF_CLUB) else ""


def is_known(details: Any, code: str) -> bool:
    """Whether a member (or a person who joins) has told this of herself."""
    if key := key_of(code):
        return (details.attributes or {}).get(key) is not None
    return bool(getattr(details, code))


def _said(words: tuple[str, str], lang: str) -> str:
    return words[0] if lang == "fa" else words[1]
