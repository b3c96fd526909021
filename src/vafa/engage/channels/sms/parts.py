"""How many text messages a text is billed as. Pure."""

from __future__ import annotations

# The alphabet of GSM 03.38, and the signs that take two places in it.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_PAIRS = frozenset("^{}\\[~]|€\f")
_GSM_ONE, _GSM_EACH = 160, 153
_WIDE_ONE, _WIDE_EACH = 70, 67


def parts_of(text: str) -> int:
    """160 signs of the GSM alphabet, or 70 where one sign is outside it; of several parts each
    holds 153 or 67. A pair of signs (an emoji, ``€``) is never cut in two."""
    narrow = all(sign in _GSM or sign in _GSM_PAIRS for sign in text)
    if narrow:
        sizes = [2 if sign in _GSM_PAIRS else 1 for sign in text]
    else:
        sizes = [2 if ord(sign) > 0xFFFF else 1 for sign in text]
    if sum(sizes) <= (_GSM_ONE if narrow else _WIDE_ONE):
        return 1
    each = _GSM_EACH if narrow else _WIDE_EACH
    parts, room = 1, each
    for size in sizes:
        if size > room:
            parts, room = parts + 1, each
        room -= size
    return parts
