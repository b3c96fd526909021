"""What the made-up people tell and allow, and the terms that they accept."""

from __future__ import annotations

from random import Random
from typing import Any

from vafa.club.actions.profile_fields import set_profile_fields
from vafa.club.actions.terms import publish_terms, save_draft
from vafa.club.rules.profile import ACQUAINTANCES, EDUCATIONS
from vafa.flows.demo.people import Person

_TERMS = """عضویت رایگان است و هر شمارهٔ موبایل یک عضویت دارد.

امتیاز هر خرید تا یک سال می‌ماند، مال خود شماست و فروختنی نیست. اگر کالایی را پس بیاورید، امتیاز آن هم برمی‌گردد.

نام و شمارهٔ شما را به کسی نمی‌دهیم. هر وقت بخواهید داده‌هایتان را می‌گیرید، رضایت‌ها را پس می‌گیرید یا باشگاه را ترک می‌کنید."""
_TERMS_EN = """Joining is free, and every mobile number has one membership.

The points of a purchase last a year; they are yours and cannot be sold. If you bring goods back, their points go back too.

We give your name and number to nobody. At any time you may take your data, take your consents back, or leave the club."""
_CITIES = {
    "tehran": ("تهران", "تهران", "تهران", "کرج", "ری"),
    "isfahan": ("اصفهان", "اصفهان", "اصفهان", "نجف‌آباد", "شاهین‌شهر"),
    "online": ("شیراز", "مشهد", "تبریز", "رشت", "یزد", "تهران"),
}
_EDUCATION_SHARES = (8, 24, 14, 34, 16, 4)
_WAY_SHARES = (30, 22, 20, 8, 7, 6, 2, 5)
_TELL_CITY, _TELL_EDUCATION, _TELL_WAY = 0.82, 0.55, 0.6
_ALLOW_OFFERS, _ALLOW_SURVEYS = 0.64, 0.31


def ask_members(club_id: int, by: str) -> None:
    """The demo club's terms, and the details that it asks for."""
    save_draft(club_id, text=_TERMS, text_en=_TERMS_EN, by=by)
    publish_terms(club_id, starts_at=None, asks_again=True, by=by)
    set_profile_fields(
        club_id,
        {
            "city": ("joining", False),
            "email": ("profile", False),
            "education": ("profile", False),
            "acquaintance": ("profile", False),
            "wedding_date": ("profile", False),
        },
        by=by,
    )


def told_by(person: Person) -> dict[str, Any]:
    """What this person tells and allows when joining, the same each time."""
    rng = Random(person.mobile)  # noqa: S311  # a story that repeats itself
    found: dict[str, Any] = {"terms_version": 1}
    if rng.random() < _TELL_CITY:
        found["city"] = rng.choice(_CITIES[person.home])
    if rng.random() < _TELL_EDUCATION:
        found["education"] = rng.choices(list(EDUCATIONS), _EDUCATION_SHARES)[0]
    if rng.random() < _TELL_WAY:
        found["acquaintance"] = rng.choices(list(ACQUAINTANCES), _WAY_SHARES)[0]
    allowed = (("offers:sms", _ALLOW_OFFERS), ("surveys:sms", _ALLOW_SURVEYS))
    found["consents"] = tuple(key for key, share in allowed if rng.random() < share)
    return found
