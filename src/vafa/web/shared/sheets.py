"""Lists as Excel files: right to left in Persian, real numbers, dates in both calendars.

Text is written as text, whatever it begins with: no cell is ever a formula or a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from vafa.core.jalali import to_jalali
from vafa.core.money import display_unit
from vafa.web.shared.context import current_lang

# count and points: whole; money: smallest units, written in the display unit; quantity:
# thousandths; ratio: 1 is all; date and moment: two columns, Jalali as text and the real one.
CellKind = Literal["text", "count", "points", "money", "quantity", "ratio", "date", "moment"]
# What a worksheet holds, less what stands above and below the rows.
MOST_ROWS = 1_048_000
_WIDTHS: dict[CellKind, int] = {"text": 24, "money": 18, "date": 13, "moment": 18}
_WIDEST = 60
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_NO_NAME = dict.fromkeys(map(ord, "[]:*?/\\'"), " ")
_EPOCH = date(1899, 12, 30)
_DAY = timedelta(days=1)


class SheetColumn(NamedTuple):
    """A column; ``width`` in characters, None for what its kind usually needs."""

    title: str
    kind: CellKind = "text"
    width: int | None = None


class TooManyRows(ValueError):
    """More rows than a worksheet holds."""


def write_sheet(
    into: IO[bytes] | Path,
    columns: Sequence[SheetColumn],
    rows: Iterable[Sequence[Any]],
    *,
    title: str,
    unit: str,
    zone: str = "Asia/Tehran",
    notes: Sequence[str] = (),
    totals: Sequence[Any] | None = None,
) -> int:
    """Writes one worksheet in the current language and returns how many rows it has.

    ``unit`` is the display unit's code of money. ``notes`` stand above the header, which stays in
    view; ``totals`` are a last line. None leaves a cell empty; aware moments are shown in ``zone``.
    Rows are asked for one by one and not kept. Raises TooManyRows.
    """
    # A path is written row by row; what goes elsewhere must be sought in, and is held in memory.
    options = {"constant_memory": True} if isinstance(into, Path) else {"in_memory": True}
    book = xlsxwriter.Workbook(
        into,
        {**options, "strings_to_formulas": False, "strings_to_urls": False},
    )
    try:
        sheet = book.add_worksheet(title.translate(_NO_NAME).strip()[:31] or None)
        return _Sheet(book, sheet, columns, unit, zone).write(title, notes, rows, totals)
    finally:
        book.close()


class _Sheet:
    def __init__(
        self,
        book: xlsxwriter.Workbook,
        sheet: Worksheet,
        columns: Sequence[SheetColumn],
        unit: str,
        zone: str,
    ) -> None:
        self.book, self.sheet, self.columns = book, sheet, columns
        self.size, self.zone = display_unit(unit).size, ZoneInfo(zone)
        fa = current_lang() == "fa"
        if fa:
            sheet.right_to_left()
        # In Persian the same numbers, shown in Persian digits.
        digits = "[$-3000429]" if fa else ""
        self.formats = {
            "count": f"{digits}#,##0",
            "points": f"{digits}#,##0",
            "money": f"{digits}#,##0.##" if self.size > 1 else f"{digits}#,##0",
            "quantity": f"{digits}#,##0.###",
            "ratio": f"{digits}0.0%",
            "date": "yyyy-mm-dd",
            "moment": "yyyy-mm-dd hh:mm",
        }
        self.plain = {kind: self._format(kind) for kind in ("text", *self.formats)}
        self.bold = {kind: self._format(kind, bold=True) for kind in ("text", *self.formats)}
        self.risky = self._format("text", quoted=True)

    def write(
        self,
        title: str,
        notes: Sequence[str],
        rows: Iterable[Sequence[Any]],
        totals: Sequence[Any] | None,
    ) -> int:
        self._widths()
        self.sheet.write_string(0, 0, title, self.book.add_format({"bold": True, "font_size": 14}))
        for n, note in enumerate(notes, 1):
            self.sheet.write_string(n, 0, note)
        top = len(notes) + (2 if notes else 1)
        self._header(top)
        self.sheet.freeze_panes(top + 1, 1)
        last = top
        for last, row in enumerate(rows, top + 1):
            if last > MOST_ROWS:
                raise TooManyRows
            self._row(last, row, self.plain)
        count = last - top
        if count:
            self.sheet.autofilter(top, 0, last, self._width() - 1)
        if totals is not None:
            self._row(last + 1, totals, self.bold)
        return count

    def _format(self, kind: str, *, bold: bool = False, quoted: bool = False) -> Format:
        options: dict[str, Any] = {"bold": bold, "valign": "vcenter"}
        if kind in self.formats:
            options["num_format"] = self.formats[kind]
        if bold:
            options["top"] = 1
        made = self.book.add_format(options)
        if quoted:
            made.set_quote_prefix()
        return made

    def _width(self) -> int:
        return sum(2 if c.kind in {"date", "moment"} else 1 for c in self.columns)

    def _widths(self) -> None:
        place = 0
        for column in self.columns:
            wanted = column.width or max(_WIDTHS.get(column.kind, 12), len(column.title) + 4)
            for _part in range(2 if column.kind in {"date", "moment"} else 1):
                self.sheet.set_column(place, place, min(wanted, _WIDEST))
                place += 1

    def _header(self, top: int) -> None:
        look = self.book.add_format(
            {"bold": True, "bottom": 1, "bg_color": "#EEF3F3", "text_wrap": True, "valign": "top"}
        )
        place = 0
        for column in self.columns:
            if column.kind in {"date", "moment"}:
                jalali = _("%(title)s (Jalali)") % {"title": column.title}
                iso = _("%(title)s (Gregorian)") % {"title": column.title}
                self.sheet.write_string(top, place, jalali, look)
                self.sheet.write_string(top, place + 1, iso, look)
                place += 2
            else:
                self.sheet.write_string(top, place, column.title, look)
                place += 1

    def _row(self, n: int, row: Sequence[Any], looks: dict[str, Format]) -> None:
        place = 0
        for column, value in zip(self.columns, row, strict=True):
            if column.kind in {"date", "moment"}:
                self._day(n, place, column.kind, value, looks)
                place += 2
                continue
            if value is not None and value != "":
                self._cell(n, place, column.kind, value, looks)
            place += 1

    def _cell(
        self, n: int, place: int, kind: CellKind, value: Any, looks: dict[str, Format]
    ) -> None:
        if isinstance(value, str) or kind == "text":
            text = str(value)
            self.sheet.write_string(
                n, place, text, self.risky if text.startswith(_RISKY) else looks["text"]
            )
            return
        if kind == "money":
            value = _divided(value, self.size)
        elif kind == "quantity":
            value = _divided(value, 1000)
        self.sheet.write_number(n, place, value, looks[kind])

    def _day(
        self, n: int, place: int, kind: CellKind, value: Any, looks: dict[str, Format]
    ) -> None:
        if value is None or isinstance(value, str):
            if value:
                self._cell(n, place, "text", value, looks)
            return
        local = value.astimezone(self.zone) if isinstance(value, datetime) else value
        year, month, day = to_jalali(local)
        self.sheet.write_string(n, place, f"{year}/{month:02d}/{day:02d}", looks["text"])
        self.sheet.write_number(n, place + 1, _serial(local), looks[kind])


def _divided(value: int, size: int) -> int | float:
    """A whole number where it is one."""
    whole, rest = divmod(value, size)
    return whole if not rest else float(Decimal(value) / size)


def _serial(value: date) -> float:
    """The number by which spreadsheets know a day, or a moment of its own clock."""
    days = float((date(value.year, value.month, value.day) - _EPOCH).days)
    if isinstance(value, datetime):
        days += timedelta(hours=value.hour, minutes=value.minute, seconds=value.second) / _DAY
    return days
