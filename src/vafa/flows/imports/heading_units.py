"""The unit that the name of a column tells: «مبلغ (ریال)», "Total in toman"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

_WORDS: Final = {
    "thousand_toman": "هزار تومان|هزار تومن|thousand tomans?",
    "toman": "تومان|تومن|tomans?|irt",
    "rial": "ریال|rials?|irr",
}
# What stands around a unit behind a name: brackets, or "به", "in" and the like.
_AROUND: Final = r"\s*(?:\(|\[|[-–:/،,]|\bبه\b|\bبر حسب\b|\bin\b|\s)\s*(?:{unit})\s*[)\]]?\s*$"
_ANY: Final = re.compile(_AROUND.format(unit="|".join(_WORDS.values())), re.IGNORECASE)


def name_of(header: str) -> str:
    """The name of a column without the unit behind it; unchanged where it names none."""
    bare = _ANY.sub("", _plain(header))
    return bare or header


def unit_of_headers(headers: Sequence[str], known: Collection[str]) -> str:
    """The code of the unit that the headers name, one of the ``known``; "" where they name none
    or more than one."""
    found = {code for header in headers for code in known if code == _unit_of(header)}
    return found.pop() if len(found) == 1 else ""


def _unit_of(header: str) -> str:
    for code, words in _WORDS.items():
        if re.search(_AROUND.format(unit=words), _plain(header), re.IGNORECASE):
            return code
    return ""


def _plain(header: str) -> str:
    return header.replace("ي", "ی").replace("ك", "ک")
