from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from vafa.flows.imports.errors import (
    BrokenFile,
    EmptyFile,
    FileMissing,
    RepeatedColumn,
    UnknownEncoding,
    UnknownFormat,
    UnknownSheet,
    WrongCellCount,
)
from vafa.flows.imports.reading import open_table
from vafa.flows.imports.tests.files import text_file

PERSIAN = "شماره فاکتور,نام مشتری\n۱,علی رضایی\n"


def cells(path: Path, **options: str) -> list[list[object]]:
    return [list(row.cells) for row in open_table(path, **options).rows()]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 (BOM)"),
        ("utf-16", "UTF-16"),
    ],
)
def test_unicode_is_recognised(tmp_path: Path, encoding: str, said: str) -> None:
    table = open_table(text_file(tmp_path, PERSIAN, encoding=encoding))
    assert table.text is not None and table.text.encoding_name == said
    assert table.headers == ("شماره فاکتور", "نام مشتری")
    assert [row.cells for row in table.rows()] == [["۱", "علی رضایی"]]


def test_windows_1256_is_recognised_and_said(tmp_path: Path) -> None:
    old = "شماره فاكتور;نام\n12;علي كريمي\n"
    table = open_table(text_file(tmp_path, old, encoding="cp1256"))
    assert table.text is not None
    assert (table.text.encoding_name, table.text.delimiter) == ("Windows-1256", ";")
    assert [row.cells for row in table.rows()] == [["12", "علي كريمي"]]


def test_bad_utf8_far_into_the_file_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    path.write_bytes(b"id,name\n" + b"1,abcdefgh\n" * 200_000 + "2,سلام".encode("cp1256"))
    table = open_table(path)
    assert table.text is not None and table.text.encoding == "cp1256"


def test_a_few_damaged_letters_do_not_make_it_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "damaged.csv"
    good = "شماره فاکتور,نام مشتری\n1,سارا\n".encode()
    path.write_bytes(good + b"2," + "نگار".encode()[:-1] + b"\n" + "3,مینا\n".encode())
    table = open_table(path)
    assert table.text is not None and table.text.encoding == "utf-8"
    rows = list(table.rows())
    assert [(row.line, row.error and row.error.code) for row in rows] == [
        (2, None),
        (3, "damaged_text"),
        (4, None),
    ]
    assert rows[1].cells == ["2", "نگا\ufffd"]


def test_a_given_encoding_must_fit(tmp_path: Path) -> None:
    path = text_file(tmp_path, PERSIAN.replace("ی", "ي"), encoding="utf-16")
    for name in ("utf-8", "no-such-encoding"):
        with pytest.raises(UnknownEncoding):
            open_table(path, encoding=name)


def test_gzip_is_known_by_its_contents(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes(gzip.compress(b"a\tb\n1\t2\n"))
    assert cells(path) == [["1", "2"]]
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 5000)[:-20])
    with pytest.raises(BrokenFile):
        open_table(path)


def test_quoted_line_ends_keep_row_numbers(tmp_path: Path) -> None:
    path = text_file(tmp_path, '\na,b\n1,"two\nlines"\n\n3,4\n')
    assert [(row.line, list(row.cells)) for row in open_table(path).rows()] == [
        (3, ["1", "two\nlines"]),
        (6, ["3", "4"]),
    ]


def test_rows_with_a_wrong_number_of_cells_are_marked(tmp_path: Path) -> None:
    path = text_file(tmp_path, "a,b\n1,2,\n1,2,3\n1\n")
    errors = [row.error for row in open_table(path).rows()]
    assert errors[0] is None
    assert all(isinstance(error, WrongCellCount) for error in errors[1:])


def test_excel_with_a_title_above_and_on_the_second_sheet(tmp_path: Path) -> None:
    path = tmp_path / "گزارش.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("empty")
    sheet = book.add_worksheet("فروش")
    sheet.right_to_left()
    sheet.write(0, 0, "گزارش فروش")
    sheet.write_row(1, 0, ["موبایل", "تاریخ", "مبلغ"])
    sheet.write_row(2, 0, [9121234567])
    sheet.write_datetime(
        2,
        1,
        datetime.fromisoformat("2024-03-20T10:30"),
        book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    )
    sheet.write(2, 2, 1500.5)
    book.close()
    table = open_table(path)
    assert (table.sheet, table.headers) == ("فروش", ("موبایل", "تاریخ", "مبلغ"))
    rows = [(row.line, list(row.cells)) for row in table.rows()]
    assert rows == [(3, [9121234567.0, datetime.fromisoformat("2024-03-20T10:30"), 1500.5])]
    with pytest.raises(UnknownSheet):
        open_table(path, sheet="خرید")


def test_parquet_with_every_kind_of_column(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT 'x' AS t, 2.55::FLOAT AS f, 1.10::DECIMAL(9,2) AS d, [1] AS l,"
            " TIMESTAMP '2024-03-20 10:30:00' AS m, NULL::INTEGER AS n,"
            f" to_timestamp(0) AS z) TO '{path}' (FORMAT parquet)"
        )
    (row,) = cells(path)
    assert row[0] == "x" and row[1] == "2.55" and str(row[2]) == "1.10"
    assert row[4:] == [datetime.fromisoformat("2024-03-20T10:30"), None, "1970-01-01T00:00:00Z"]


@pytest.mark.parametrize("content", [b"", b"\n \n", b"a,b\n", b"a,b\n,\n"])
def test_an_empty_file_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(content)
    with pytest.raises(EmptyFile):
        open_table(path)


def test_what_is_no_table_says_so(tmp_path: Path) -> None:
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    with pytest.raises(UnknownFormat):
        open_table(path)
    path.write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(BrokenFile):
        open_table(path)
    path.write_bytes(b"PAR1 and then nothing")
    with pytest.raises(BrokenFile):
        open_table(path)
    with pytest.raises(FileMissing):
        open_table(tmp_path / "absent.csv")
    with pytest.raises(FileMissing):
        open_table(tmp_path)


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RepeatedColumn):
        open_table(text_file(tmp_path, "date,total,total\n1,2,3\n"))
