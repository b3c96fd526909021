"""The short address by which a member takes her consents back without logging in.

It names her by number and shows nothing of her; all that can be done with it is to take back.
"""

from __future__ import annotations

from typing import Final

from django.utils.crypto import constant_time_compare, salted_hmac

from vafa.club.models import Member
from vafa.club.reads.members import wallet_of

# Where the page stands, behind the public address.
WAY_OUT: Final = "/u/"
# Without letters that look like digits or like each other.
_DIGITS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_TAG: Final = 8


def consent_token(member_id: int) -> str:
    """The member's number, and a tag that nobody can make up."""
    number, text = member_id, ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        text = _DIGITS[digit] + text
    return text + _tag(member_id)


def member_of_token(token: str) -> Member | None:
    """Whose address it is: of a membership that was merged, who it became. None for nobody's."""
    text, tag = token[:-_TAG], token[-_TAG:]
    if not 0 < len(text) <= 12 or any(letter not in _DIGITS for letter in text):
        return None
    number = 0
    for letter in text:
        number = number * len(_DIGITS) + _DIGITS.index(letter)
    if number >= 2**63 or not constant_time_compare(tag, _tag(number)):
        return None
    if not Member.objects.filter(pk=number).exists():
        return None
    return Member.objects.filter(pk=wallet_of(number).member_id, is_active=True).first()


def _tag(member_id: int) -> str:
    digest = salted_hmac("vafa.consents", str(member_id), algorithm="sha256").digest()
    return "".join(_DIGITS[byte % len(_DIGITS)] for byte in digest[:_TAG])
