"""Mobile numbers: the identity of a member, stored as E.164."""

from __future__ import annotations

import re

import phonenumbers

from vafa.core.errors import DomainError
from vafa.core.text import normalize, to_latin_digits

_ALLOWED = re.compile(r"\+?[\d\s().\-/]{6,24}")


def _mobile_pattern(region: str) -> str:
    """The library's own pattern of a country's mobile numbers; one that matches nothing if it has none."""
    country = phonenumbers.PhoneMetadata.metadata_for_region(region)
    mobile = country.mobile if country else None
    return (mobile and mobile.national_number_pattern) or "(?!)"


# The plainest spellings are read without the library's seventeen microseconds, by its own pattern.
_IRANIAN = re.compile(r"(?:\+98|0098|98|0)?(9[0-9]{9})")
_IRANIAN_MOBILE = re.compile(_mobile_pattern("IR"))
_MOBILE_TYPES = {
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
}


class InvalidMobile(DomainError):
    """Not a mobile number; ``value`` is what was given, cut to 24 characters."""

    code = "invalid_mobile"
    status = 422
    fa = "«{value}» شمارهٔ موبایل نیست. شماره را به شکل ۰۹۱۲۳۴۵۶۷۸۹ بنویسید."
    en = "“{value}” is not a mobile number. Write it like 09123456789."


def parse_mobile(s: str, region: str = "IR") -> str:
    """The E.164 form of a mobile number as people and spreadsheets write it.

    Takes digits of any script, separators, 0912…, 912… (a lost leading zero), +98…, 0098…
    and 98…; a number without a country code belongs to ``region`` (ISO 3166 alpha-2).
    Raises InvalidMobile for anything else, landlines included.
    """
    plain = _IRANIAN.fullmatch(s) if region == "IR" else None
    if plain and _IRANIAN_MOBILE.fullmatch(plain[1]):
        return "+98" + plain[1]
    text = to_latin_digits(normalize(s))
    # The library would read letters as a keypad does; a name typed into the field is no number.
    if not _ALLOWED.fullmatch(text):
        raise InvalidMobile(value=s[:24])
    if text.startswith("00"):
        text = "+" + text[2:]
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise InvalidMobile(value=s[:24]) from error
    if phonenumbers.number_type(number) not in _MOBILE_TYPES:
        raise InvalidMobile(value=s[:24])
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def display_mobile(e164: str) -> str:
    """How a stored number is shown, in Latin digits: "0912 345 6789" for Iran, else international.

    What is no number at all (an erased member's placeholder) comes back as it is. Put it in a
    left-to-right ``<bdi>``.
    """
    if e164.startswith("+98") and len(e164) == 13:
        return f"0{e164[3:6]} {e164[6:9]} {e164[9:]}"
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def mask_mobile(e164: str) -> str:
    """A stored number with its middle hidden ("+98912***6789"), for what is kept for ever."""
    return f"{e164[:-7]}***{e164[-4:]}" if len(e164) >= 10 else "***"
