"""What is kept of a bank card that paid: enough to know it again, too little to tell which it is."""

from __future__ import annotations

import re

from django.utils.crypto import salted_hmac

from vafa.commerce.errors import BankCardNumber, VagueBankCard
from vafa.core.text import normalize, to_latin_digits

LONGEST = 64
# The last four digits alone are shared by every ten-thousandth card.
_SHORTEST = 8
_DIGEST = 32
_NUMBER = range(13, 20)  # digits of a card's number


def check_card(text: str) -> None:
    """Raise BankCardNumber for the number of a card itself, VagueBankCard for what is too short (or
    long) to tell cards apart; "" is fine."""
    if not text:
        return
    plain = _plain(text)
    if any(_is_card_number(word) for word in re.split("[^0-9A-Za-z]+", plain)):
        raise BankCardNumber
    if not _SHORTEST <= len(plain) <= LONGEST:
        raise VagueBankCard(least=_SHORTEST, most=LONGEST)


def card_digest(club_id: int, text: str) -> str:
    """A digest of what a terminal says of a card, under the installation's key and different in
    each club; "" for ""."""
    if not text:
        return ""
    said = f"{club_id}:{_plain(text)}"
    return salted_hmac("vafa.payment-card", said, algorithm="sha256").hexdigest()[:_DIGEST]


def _plain(text: str) -> str:
    return re.sub("[ -]", "", to_latin_digits(normalize(text)))


def _is_card_number(word: str) -> bool:
    """By Luhn's rule: one of ten random numbers passes it too, and is refused as well."""
    if len(word) not in _NUMBER or not word.isdecimal():
        return False
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(word), 1)]
    return sum(sum(divmod(value, 10)) for value in doubled) % 10 == 0
