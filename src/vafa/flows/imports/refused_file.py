"""The rows that were not taken, in a file beside the input, each with its reason."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from vafa.flows.imports.reading import Table

_HEADERS = {"fa": ("سطر", "دلیل"), "en": ("row", "reason")}
# A cell that begins like this would run as a formula when the file is opened in a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# A mobile or an amount, which stays as it is, so that the corrected file can be read again.
_NUMBER = re.compile(r"[+-]?[\d\s.,٬٫-]+")


def refused_path(path: Path) -> Path:
    """Where the refused rows of a file go: orders.csv.gz → orders.csv.gz.refused.csv."""
    return path.with_name(f"{path.name}.refused.csv")


def write_refused(
    target: Path,
    table: Table,
    refusals: Iterator[tuple[int, str]],
    language: str,
    *,
    hidden: int | None = None,
) -> None:
    """Write row number, reason and the original cells of each refused row (``refusals`` in the
    order of the file), as UTF-8 with a byte order mark, so that Excel reads the Persian. The
    column ``hidden`` stays empty: it may hold numbers of bank cards.

    The input is read once more for that; memory does not grow with the number of refusals.
    """
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        headers = _HEADERS.get(language, _HEADERS["en"])
        writer.writerow([*headers, *map(_cell, table.headers)])
        wanted = next(refusals, None)
        for row in table.rows():
            if wanted is None:
                return
            if row.line == wanted[0]:
                cells = (None if n == hidden else cell for n, cell in enumerate(row.cells))
                writer.writerow([*wanted, *map(_cell, cells)])
                wanted = next(refusals, None)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (datetime, date)):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
