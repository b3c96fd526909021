"""Codes in files: a partner's list that comes in, ours that goes out."""

from __future__ import annotations

from pathlib import Path

from vafa.core.errors import InvalidInput
from vafa.core.text import normalize, to_latin_digits
from vafa.flows.imports.reading import open_table
from vafa.program.errors import CodeUnreadable

_HEADERS = ("code", "codes", "voucher", "coupon", "کد", "کد تخفیف", "کد هدیه", "بن")
_LONGEST = 64
_MOST_ROWS = 1_000_000


def read_codes(path: Path, *, upper: bool) -> list[tuple[int, str]]:
    """The codes of a CSV or Excel file as (row, code): the column called code, or the only one.

    ``upper``: they are for bills here, where capitals and small letters are the same. A list
    without a header begins with its first code. Raises FileError where the file cannot be read,
    CodeUnreadable naming a row, InvalidInput for a file of more than a million.
    """
    table = open_table(path)
    names = [normalize(header).casefold() for header in table.headers]
    named = next((n for n, name in enumerate(names) if name in _HEADERS), None)
    column = named or 0
    found = []
    if named is None:
        found.append((1, _code(table.headers[0], 1, upper=upper)))
    for row in table.rows():
        cell = row.cells[column] if column < len(row.cells) else None
        found.append((row.line, _code(cell, row.line, upper=upper)))
        if len(found) > _MOST_ROWS:
            raise InvalidInput(field="file")
    return found


def _code(cell: object, row: int, *, upper: bool) -> str:
    if isinstance(cell, float) and cell.is_integer():  # spreadsheets know no other numbers
        cell = int(cell)
    text = to_latin_digits(str(cell if cell is not None else "").strip())
    if not 0 < len(text) <= _LONGEST or not text.isprintable():
        raise CodeUnreadable(row=row)
    return text.upper() if upper else text
