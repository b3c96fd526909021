"""Persian text: one form for storing, one key for searching, one key for sorting, and digits.

The database may have no Persian collation, so names carry a computed ``sort_key`` column.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

ZWNJ: Final = "\u200c"
PERSIAN_DIGITS: Final = "۰۱۲۳۴۵۶۷۸۹"
ARABIC_DIGITS: Final = "٠١٢٣٤٥٦٧٨٩"

_TO_LATIN_DIGITS = str.maketrans(PERSIAN_DIGITS + ARABIC_DIGITS, "0123456789" * 2)
_TO_PERSIAN_DIGITS = str.maketrans("0123456789" + ARABIC_DIGITS, PERSIAN_DIGITS * 2)

# Bidi marks and isolates, zero-width junk, soft hyphen, kashida: invisible, or mere decoration.
_INVISIBLE = dict.fromkeys(
    [
        0x00AD,
        0x061C,
        0x0640,
        0x180E,
        0x200B,
        0x200D,
        0x200E,
        0x200F,
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2065),
        *range(0x2066, 0x2070),
        0xFEFF,
    ]
)
_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ہ": "ه", "ە": "ه", "ھ": "ه"})
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cs", "Cn"})
_SPACES = re.compile(r"\s+")
_ZWNJ_RUN = re.compile(f"{ZWNJ}{{2,}}")
_ZWNJ_LOOSE = re.compile(f"^{ZWNJ}+|{ZWNJ}+$|{ZWNJ}*(\\s){ZWNJ}*")

_SEARCH_LETTERS = str.maketrans({"ة": "ه", "ي": "ی", "ى": "ی", "ك": "ک", "ە": "ه", "ء": None})
_SEARCH_DROPPED = re.compile(r"[\s\u200c\-_'’`.]+")

_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([٬,،'\s\u066c])\d{3})(?:\1\d{3})*")
_PLAIN = re.compile(r"[+-]?\d{1,30}")


def _one_pass(s: str) -> str:
    s = unicodedata.normalize("NFKC", s.translate(_INVISIBLE)).translate(_INVISIBLE)
    s = s.translate(_LETTERS)
    if not s.isprintable():
        s = "".join(
            " " if c.isspace() else "" if unicodedata.category(c) in _FORBIDDEN_CATEGORIES else c
            for c in s
        )
    s = _SPACES.sub(" ", _ZWNJ_RUN.sub(ZWNJ, s))
    return _ZWNJ_LOOSE.sub(r"\1", s).strip()


def normalize(s: str) -> str:
    """The one form in which text is stored and compared: ``normalize(normalize(s))`` is the same.

    Compatibility forms are folded (NFKC), ي and ك become ی and ک, bidi controls, zero-width
    characters, kashida and control characters go, spaces collapse, and a ZWNJ stays only
    between two letters. Digits keep their script (see ``to_latin_digits``).
    """
    if s.isascii() and s.isprintable() and "  " not in s:
        return s.strip()
    while True:
        out = _one_pass(s)
        if out == s:
            return out
        s = out


def search_key(s: str) -> str:
    """The form in which names are searched: no ZWNJ, space, hyphen or diacritic, آ and أ as ا,
    ئ as ی, ؤ as و, ة as ه, Latin digits, lower case. «رضایی‌نژاد» equals «رضائی نژاد».
    """
    decomposed = unicodedata.normalize("NFKD", normalize(s))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _SEARCH_DROPPED.sub("", bare.translate(_SEARCH_LETTERS).casefold()).translate(
        _TO_LATIN_DIGITS
    )


_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_PERSIAN_ORDER = "ءآابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
_SORTED_AS = {"أ": "ا", "إ": "ا", "ٱ": "ا", "ؤ": "و", "ئ": "ی", "ة": "ه", "ۀ": "ه"}


def _pair(first: str, n: int) -> str:
    """The ``n``-th two-character code from ``first`` on; codes sort as ``n`` does."""
    start = _BASE36.index(first)
    return _BASE36[start + n // 36] + _BASE36[n % 36]


_RANKS: dict[str, str] = {" ": "00"}
_RANKS |= {d: _pair("2", i) for i, d in enumerate("0123456789")}
_RANKS |= {c: _pair("a", i) for i, c in enumerate(_PERSIAN_ORDER)}
_RANKS |= {c: _RANKS[base] for c, base in _SORTED_AS.items()}
_RANKS |= {c: _pair("m", i) for i, c in enumerate("abcdefghijklmnopqrstuvwxyz")}


def _rank(c: str) -> str:
    known = _RANKS.get(c)
    if known is not None:
        return known
    if unicodedata.combining(c) or c == ZWNJ:
        return ""
    if not c.isalnum():
        return "01"
    decomposed = unicodedata.normalize("NFKD", c)
    if decomposed[0] != c:
        return "".join(_rank(part) for part in decomposed)
    n = ord(c)
    return "z" + "".join(_BASE36[n // 36**power % 36] for power in (3, 2, 1, 0))


def sort_key(s: str) -> str:
    """A string of ``[0-9a-z]`` that sorts, in any collation, as ``s`` does in a Persian index:
    digits, then آ ا ب پ ت … ی, then Latin letters whatever their case, then other scripts.
    """
    text = to_latin_digits(normalize(s)).casefold()
    return "".join(_rank(c) for c in text)


def to_latin_digits(s: str) -> str:
    """Persian and Arabic digits as 0-9; everything else untouched."""
    return s.translate(_TO_LATIN_DIGITS)


def to_persian_digits(s: str) -> str:
    """Latin and Arabic digits as ۰-۹; everything else untouched."""
    return s.translate(_TO_PERSIAN_DIGITS)


def ungroup(s: str) -> str:
    """A typed whole number as ``[+-]?[0-9]+``: digits of any script, thousands separated or not.

    Raises ValueError for anything else; groups must be of three, so «12,5» is refused
    rather than taken as 125.
    """
    text = to_latin_digits(normalize(s)).replace("−", "-")
    if _PLAIN.fullmatch(text):
        return text
    if _GROUPED.fullmatch(text):
        return re.sub(r"[^\d+-]", "", text)
    raise ValueError(f"not a whole number: {s!r}")


def parse_int(s: str) -> int:
    """The whole number that a person typed («۱۲٬۵۰۰», "12,500", half-Persian digits).

    Raises ValueError when it is not one, or has more than 30 digits.
    """
    digits = ungroup(s)
    if len(digits) > 31:
        raise ValueError("too many digits")
    return int(digits)
