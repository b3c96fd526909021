"""Consents: for what, by which channel, and the words to begin with. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

# What follows from a member's own doing (a code, points that expire) needs no consent.
SERVICE: Final = "service"
OFFERS: Final = "offers"
SURVEYS: Final = "surveys"
CHANNELS: Final = ("sms", "email", "push")
_CHANNEL_NAMES: Final = {
    "sms": ("پیامک", "text message"),
    "email": ("ایمیل", "e-mail"),
    "push": ("اعلان مرورگر", "browser notification"),
}
NO_CONSENT: Final = "no_consent"


class FirstPurpose(NamedTuple):
    """A purpose that a new club begins with."""

    code: str
    name: str
    name_en: str
    text: str
    text_en: str
    channels: tuple[str, ...] = ("sms",)


FIRST_PURPOSES: Final = (
    FirstPurpose(
        OFFERS,
        "پیشنهادها و تخفیف‌ها",
        "Offers and discounts",
        "باشگاه پیشنهادها، تخفیف‌ها و جشنواره‌هایش را به من خبر دهد. هر وقت بخواهم این اجازه را پس می‌گیرم.",
        "The club may tell me of its offers, discounts and festivals. I can take this back at any time.",
    ),
    FirstPurpose(
        SURVEYS,
        "نظرسنجی",
        "Surveys",
        "باشگاه گاهی نظرم را دربارهٔ خریدهایم بپرسد. هر وقت بخواهم این اجازه را پس می‌گیرم.",
        "The club may sometimes ask what I think of my purchases. I can take this back at any time.",
    ),
)


def consent_key(purpose: str, channel: str) -> str:
    """How ``Member.consents`` names a consent: "offers:sms"."""
    return f"{purpose}:{channel}"


def parse_key(key: str) -> tuple[str, str]:
    """The purpose and the channel of a consent's key."""
    purpose, _, channel = key.partition(":")
    return purpose, channel


def allows(consents: Collection[str], purpose: str, channel: str) -> bool:
    """Whether a message for ``purpose`` may go to somebody with these consents."""
    return purpose == SERVICE or consent_key(purpose, channel) in consents


def channel_words(channel: str, lang: str) -> str:
    """What a channel is called."""
    words = _CHANNEL_NAMES.get(channel, (channel, channel))
    return words[0] if lang == "fa" else words[1]
