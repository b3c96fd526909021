"""What the lists share: conditions joined with their parameters, and how to read a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from vafa.core.text import ARABIC_DIGITS, PERSIAN_DIGITS, ZWNJ, search_key, to_latin_digits

# The database's own form of core.text.search_key, for names that have no stored key.
_FOLDS = {"ا": "آأإٱ", "ی": "ئيى", "ک": "ك", "ه": "ةۀ", "و": "ؤ"}
_FOLDS |= {str(n): ARABIC_DIGITS[n] + PERSIAN_DIGITS[n] for n in range(10)}
_DROPPED = f"{ZWNJ} -_.'’`ءًٌٍَُِّْ"
_FROM_SQL = ("".join(_FOLDS.values()) + _DROPPED).replace("'", "''")
_TO = "".join(letter * len(others) for letter, others in _FOLDS.items())


@dataclass(slots=True)
class Where:
    """Conditions of a query; every ``add`` narrows it."""

    conditions: list[str] = field(default_factory=list)
    params: list[Any] = field(default_factory=list)

    def add(self, condition: str, *params: Any) -> None:
        """One more condition with its parameters in order."""
        self.conditions.append(condition)
        self.params.extend(params)

    @property
    def sql(self) -> str:
        """All of them, for a WHERE clause."""
        return " AND ".join(self.conditions) or "TRUE"


def folded(column: str) -> str:
    """SQL that folds a name as ``search_key`` does."""
    return f"lower(translate({column}, '{_FROM_SQL}', '{_TO}'))"


def containing(text: str) -> str:
    """A LIKE pattern for names that hold ``text``, however it is spelt."""
    return f"%{escape_like(search_key(text))}%"


def bare_number(text: str) -> str:
    """The Latin digits of ``text`` where it is nothing but a number as people write one, or ""."""
    digits = to_latin_digits(text).translate({ord(c): None for c in " -+()\u200e\u200c"})
    return digits if digits.isascii() and digits.isdigit() else ""


def escape_like(text: str) -> str:
    """``text`` as a literal part of a LIKE pattern."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def order_by(sort: str, columns: dict[str, str], default: str, tie: str) -> str:
    """The ORDER BY of a sort like "name" or "-name" (unknown ones fall back to ``default``).

    Empty values come last either way; ``tie`` makes the order total.
    """
    key = sort if sort.removeprefix("-") in columns else default
    direction = "DESC NULLS LAST" if key.startswith("-") else "ASC NULLS LAST"
    tie_direction = "DESC" if key.startswith("-") else "ASC"
    return f"{columns[key.removeprefix('-')]} {direction}, {tie} {tie_direction}"
