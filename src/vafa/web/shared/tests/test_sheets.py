"""Excel files read back: numbers are numbers, days are days, and nothing is a formula."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from vafa.web.shared import sheets
from vafa.web.shared.sheets import SheetColumn, TooManyRows, write_sheet

COLUMNS = [
    SheetColumn("نام"),
    SheetColumn("مبلغ", "money"),
    SheetColumn("تعداد", "quantity"),
    SheetColumn("سهم", "ratio"),
    SheetColumn("روز", "date"),
]
ROWS = [
    ["=1+1", 12_345, 1_500, 0.25, date(2025, 3, 21)],
    ["+982", 20, 2_000, None, None],
]


def written(lang: str = "fa", **more: object) -> bytes:
    into = BytesIO()
    with translation.override(lang):
        count = write_sheet(into, COLUMNS, ROWS, title="آزمایش [۱]", unit="toman", **more)  # type: ignore[arg-type]
    assert count == len(ROWS)
    return into.getvalue()


def test_what_was_written_is_read_back_as_what_it_is() -> None:
    content = written(notes=["یادداشت"], totals=["جمع", 12_365, None, None, None])
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    assert book.sheet_names == ["آزمایش  ۱"]
    rows = book.get_sheet_by_index(0).to_python()
    header = next(n for n, row in enumerate(rows) if row[0] == "نام")
    assert rows[0][0] == "آزمایش [۱]"
    assert rows[1][0] == "یادداشت"
    assert rows[header][4] != rows[header][5]
    assert rows[header + 1] == ["=1+1", 1234.5, 1.5, 0.25, "1404/01/01", date(2025, 3, 21)]
    assert rows[header + 2][:3] == ["+982", 2, 2]
    assert rows[-1][1] == 1236.5


def test_no_cell_is_a_formula_or_a_link() -> None:
    with zipfile.ZipFile(BytesIO(written())) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        names = parts.namelist()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert not any("vba" in name or "external" in name.lower() for name in names)


@pytest.mark.parametrize(("lang", "is_rtl"), [("fa", True), ("en", False)])
def test_persian_runs_from_right_to_left_and_the_header_stays(lang: str, is_rtl: bool) -> None:
    with zipfile.ZipFile(BytesIO(written(lang))) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert ('rightToLeft="1"' in sheet) is is_rtl
    assert 'state="frozen"' in sheet
    assert "autoFilter" in sheet


def test_moments_are_of_the_clubs_clock(tmp_path: Path) -> None:
    at = datetime(2025, 3, 20, 20, 45, tzinfo=UTC)
    path = tmp_path / "file.xlsx"
    with translation.override("fa"):
        write_sheet(path, [SheetColumn("زمان", "moment")], [[at]], title="x", unit="rial")
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert rows[-1] == ["1404/01/01", datetime(2025, 3, 21, 0, 15)]  # noqa: DTZ001 - a cell has no zone


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    with pytest.raises(TooManyRows):
        written()
