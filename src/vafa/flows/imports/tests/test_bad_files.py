"""Files that would harm whoever opens them are refused; formulas and rows that bite are defused."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tests.world import World
from vafa.flows.imports import guards
from vafa.flows.imports.errors import (
    BrokenFile,
    EmptyFile,
    FileTooLarge,
    HasMacros,
    TooManyCells,
    TooManyColumns,
    UnknownFormat,
)
from vafa.flows.imports.reading import open_table
from vafa.flows.imports.tests.files import bring_in, text_file

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    "{rows}</sheetData></worksheet>"
)
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"


def workbook(folder: Path, name: str = "a.xlsx") -> Path:
    """An Excel file with two columns and a row, one cell of which is a formula."""
    path = folder / name
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["mobile", "name"])
        sheet.write_string(1, 0, "09121112233")
        sheet.write_formula(1, 1, '=HYPERLINK("http://evil.example","x")', None, "Sara")
    return path


def added(path: Path, parts: dict[str, bytes]) -> Path:
    """The zip with more parts, or others in the place of its own."""
    with zipfile.ZipFile(path) as book:
        kept = {name: book.read(name) for name in book.namelist() if name not in parts}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in (kept | parts).items():
            book.writestr(name, content)
    return path


def test_of_formulas_only_the_values_are_taken(tmp_path: Path) -> None:
    rows = list(open_table(workbook(tmp_path)).rows())
    assert rows[0].cells == ["09121112233", "Sara"]


def test_macros_are_refused_by_content_not_by_name(tmp_path: Path) -> None:
    path = added(workbook(tmp_path), {"xl/vbaProject.bin": b"x"})
    for check in (open_table, guards.check_upload):
        with pytest.raises(HasMacros):
            check(path)
    old = tmp_path / "old.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600) + "_VBA_PROJECT".encode("utf-16-le"))
    with pytest.raises(HasMacros):
        open_table(old)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = added(workbook(tmp_path), {"xl/media/zeros.bin": bytes(3_000_000)})
    assert path.stat().st_size < 50_000
    monkeypatch.setattr(guards, "MOST_UNPACKED", 2_000_000)
    for check in (open_table, guards.check_upload):
        with pytest.raises(FileTooLarge):
            check(path)
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(b"0" * 3_000_000))
    with pytest.raises(FileTooLarge):
        guards.check_gzip(packed, 2_000_000)


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="XFD2"><v>1</v></c></row>', TooManyColumns),
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="CV1048576"><v>1</v></c></row>', TooManyCells),
    ],
)  # fmt: skip
def test_a_sheet_that_claims_an_endless_area(
    tmp_path: Path, rows: str, error: type[Exception]
) -> None:
    sheet = SHEET.format(rows=rows).encode()
    path = added(workbook(tmp_path), {"xl/worksheets/sheet1.xml": sheet})
    with pytest.raises(error):
        open_table(path)


def test_repeated_cells_of_an_open_document(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="float" office:value="1" {0}/>'
    for row, error in (
        (cell.format('table:number-columns-repeated="16000"'), TooManyColumns),
        (cell.format('table:number-columns-repeated="400"'), TooManyCells),
    ):
        content = (
            f'<office:document-content xmlns:table="{TABLE}" xmlns:office="{OFFICE}"><table:table>'
            f'<table:table-row table:number-rows-repeated="1000000">{row}</table:table-row>'
            "</table:table></office:document-content>"
        )
        path = tmp_path / "a.ods"
        with zipfile.ZipFile(path, "w") as book:
            book.writestr("content.xml", content)
        with pytest.raises(error):
            open_table(path)


def test_a_million_columns_of_text(tmp_path: Path) -> None:
    path = text_file(tmp_path, ",".join(f"c{n}" for n in range(1_000_000)) + "\n1\n")
    with pytest.raises(TooManyColumns):
        open_table(path)


@pytest.mark.parametrize("content", [b"PK\x03\x04" + bytes(40), b"\xd0\xcf\x11\xe0" + bytes(900)])
def test_what_only_begins_like_a_workbook(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises((BrokenFile, EmptyFile)):
        open_table(path)


def test_a_zip_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as other:
        other.writestr("word/document.xml", "<x/>")
    for check in (open_table, guards.check_upload):
        with pytest.raises(UnknownFormat):
            check(path)


def test_a_header_alone_and_a_cell_without_end(tmp_path: Path) -> None:
    with pytest.raises(EmptyFile):
        open_table(text_file(tmp_path, "mobile,name\n"))
    with pytest.raises(BrokenFile):
        open_table(text_file(tmp_path, '"' + "x" * 1_200_000))


def test_refused_rows_cannot_become_formulas(world: World, tmp_path: Path) -> None:
    text = (
        "receipt,date,mobile,total,name\n"
        '1,2026-01-02,0912,5000,"=1+1|cmd"\n'
        '2,2026-01-02,+98,5000,"-2+3+cmd|x"\n'
        "3,2026-01-02,0912,-5000,@SUM(A1)\n"
    )
    summary = bring_in(world, text_file(tmp_path, text))
    assert summary.refused_path is not None
    written = summary.refused_path.read_text(encoding="utf-8-sig")
    for cell in ("'=1+1|cmd", "'-2+3+cmd|x", "'@SUM(A1)"):
        assert cell in written
    assert ",+98," in written and ",-5000," in written, "numbers stay, to be read again"
