"""What is wrong with a page as a browser shows it: too wide, in the wrong language, complaining."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from playwright.sync_api import Page

from vafa.web.shared.build import PACKAGE

_SCRIPT = (Path(__file__).parent / "faults.js").read_text(encoding="utf-8")
_PERSIAN = re.compile(r"[\u0600-\u06ff]")
# Such as in A4 or in a code they are part of a word.
_LATIN_DIGITS = re.compile(r"(?<![A-Za-z0-9./:_-])[0-9]+(?![A-Za-z0-9./:_-])")
_LETTERS = re.compile(r"[\u0620-\u064a\u067e-\u06cc]")
_PERSIAN_DIGITS = re.compile(r"[۰-۹]")
# A name or a code that a sentence quotes, between the marks that keep its direction.
_QUOTED = re.compile("\u2068[^\u2069]*\u2069")
_LATIN_WORDS = re.compile(r"(?<!\w)[A-Za-z][A-Za-z'’]+(?!\w)")
# Names that are written so in Persian too: standards, formats, products, units of keyboards.
_NAMES = (
    "aegis api asia authenticator axe bearer cel chacha code csv ed25519 english enter esc "
    "excel freeotp get google hash hex hmac html http https iban id json key linux name pdf "
    "post postgresql python qr rest seed sha sha256 sku sms src svg tab tehran theme token "
    "totp txt url utc utf vafa xlsx zip"
)
_ALLOWED = frozenset(_NAMES.split())
# Persian words that a page in English also has: the switch to the other language, and names
# that the furnished demo gives.
_ENGLISH_MAY = frozenset({"فارسی", "اندازه", "پوستر", "فروش"})


def look(page: Page, lang: str) -> Iterator[str]:
    """Each fault of the page that is open, in a line; ``lang`` is what it ought to speak."""
    seen: dict[str, Any] = page.evaluate(_SCRIPT)
    if seen["wide"]:
        yield "scrolls sideways: " + ", ".join(seen["wide"])
    wrong = _not_persian if lang == "fa" else _not_english
    told = {text["text"] for text in seen["texts"] if wrong(text["text"], text["isolated"])}
    for text in sorted(told):
        yield f"not in this page's language: {text[:90]!r}"
    digits = _LATIN_DIGITS if lang == "fa" else _PERSIAN_DIGITS
    numbers = {text["text"] for text in seen["texts"] if digits.search(text["text"])}
    isolated = {text["text"] for text in seen["texts"] if text["isolated"]}
    if lang == "en":
        # What people have written in Persian stays so.
        numbers = {text for text in numbers if not _LETTERS.search(text)}
    for text in sorted(numbers - isolated):
        yield f"digits of the other language: {text[:90]!r}"


def _not_persian(text: str, isolated: bool) -> bool:
    """Whether it is one of the product's own English texts, or has English words in a row."""
    if _PERSIAN.search(text):
        words = _LATIN_WORDS.findall(_QUOTED.sub("", text))
        return not isolated and sum(word.lower() not in _ALLOWED for word in words) >= 2
    return text in _own_texts("en") and not isolated and not _is_name(text)


def _not_english(text: str, isolated: bool) -> bool:
    return text in _own_texts("fa") - _ENGLISH_MAY and not isolated


def _is_name(text: str) -> bool:
    return all(word.lower() in _ALLOWED for word in _LATIN_WORDS.findall(text))


@cache
def _own_texts(lang: str) -> frozenset[str]:
    """What the product itself says in that language, where its Persian and English differ."""
    return frozenset(
        fa if lang == "fa" else en for en, fa in _pairs() if en != fa and "%" not in en
    )


def _pairs() -> Iterator[tuple[str, str]]:
    for path in PACKAGE.rglob("locale/fa/LC_MESSAGES/*.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="fa"):
                yield from zip(_several(message.id), _several(message.string), strict=False)


def _several(text: str | Iterable[str]) -> Iterable[str]:
    return (text,) if isinstance(text, str) else text
