"""Rows of a CSV, Excel or Parquet file, one after another, whatever the size of the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import python_calamine

from vafa.flows.imports.encoding import TextShape, detect_format, detect_text, open_bytes
from vafa.flows.imports.errors import (
    BrokenFile,
    BrokenRow,
    DamagedText,
    EmptyFile,
    RepeatedColumn,
    RowError,
    UnknownSheet,
    WrongCellCount,
)
from vafa.flows.imports.guards import check_columns, check_workbook

_FETCH = 4096
_CELL_LIMIT = 1 << 20
_MEMORY = "256MB"
_PLAIN_TYPES = (
    "VARCHAR", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT",
    "UINTEGER", "UBIGINT", "DOUBLE", "DECIMAL", "DATE", "TIMESTAMP", "TIME",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file, its cells, and what is wrong with its form, if anything."""

    line: int
    cells: Sequence[Any]
    error: RowError | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose header was read. ``rows()`` reads it from its beginning each time.

    ``row_count`` is exact or near; ``text`` is None for formats that say themselves how they
    are written.
    """

    path: Path
    format: str
    headers: tuple[str, ...]
    row_count: int
    text: TextShape | None = None
    sheet: str = ""

    def rows(self) -> Iterator[Row]:
        """Every row after the header; rows without any value are passed over.

        Cells are text (CSV) or the values that the file has (Excel, Parquet).
        """
        readers = {"excel": _excel_rows, "parquet": _parquet_rows}
        read = readers.get(self.format, _csv_rows)
        width = len(self.headers)
        for line, cells, error in read(self):
            if error is not None:
                yield Row(line, cells, error)
            elif _is_blank(cells):
                continue
            else:
                yield Row(line, cells) if len(cells) == width else _fitted(line, cells, width)


RawRow = tuple[int, Sequence[Any], RowError | None]


def open_table(path: Path, *, encoding: str | None = None, sheet: str = "") -> Table:
    """The table in a file. Raises FileError subclasses: FileMissing, EmptyFile, UnknownFormat,
    BrokenFile, UnknownEncoding, RepeatedColumn, and what ``guards`` refuses.
    """
    kind = detect_format(path)
    if kind == "parquet":
        table = _open_parquet(path)
    elif kind == "excel":
        table = _open_excel(path, sheet)
    else:
        table = _open_csv(path, kind, encoding)
    check_columns(len(table.headers))
    seen: set[str] = set()
    for name in table.headers:
        if name and name in seen:
            raise RepeatedColumn(column=name)
        seen.add(name)
    if next(table.rows(), None) is None:
        raise EmptyFile
    return table


def _is_blank(cells: Sequence[Any]) -> bool:
    if cells and cells[0]:  # nearly every row
        return False
    return all(cell is None or cell == "" for cell in cells)


def _fitted(line: int, cells: Sequence[Any], width: int) -> Row:
    """Empty cells missing or superfluous at the end do no harm; others shift the meaning."""
    if len(cells) > width and not any(str(c or "").strip() for c in cells[width:]):
        return Row(line, cells[:width])
    return Row(line, cells, WrongCellCount(found=len(cells), expected=width))


def _header(cells: Sequence[Any]) -> tuple[str, ...]:
    names = ["" if cell is None else str(cell).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _open_csv(path: Path, kind: str, encoding: str | None) -> Table:
    csv.field_size_limit(_CELL_LIMIT)
    try:
        shape = detect_text(path, gzipped=kind == "csv.gz", encoding=encoding)
        with _text(path, shape) as file:
            for cells in csv.reader(file, delimiter=shape.delimiter):
                if any(cell.strip() for cell in cells):
                    return Table(path, kind, _header(_whole(cells)), shape.lines, shape)
    except csv.Error as error:
        raise BrokenFile(format="CSV") from error
    raise EmptyFile


def _text(path: Path, shape: TextShape) -> io.TextIOWrapper:
    raw = open_bytes(path, gzipped=shape.gzipped)
    errors = "surrogateescape" if shape.damaged else "strict"
    return io.TextIOWrapper(raw, encoding=shape.encoding, errors=errors, newline="")


def _whole(cells: Sequence[str]) -> list[str]:
    """The cells with a mark in place of every byte that is no character."""
    return [cell.encode(errors="surrogateescape").decode(errors="replace") for cell in cells]


def _csv_rows(table: Table) -> Iterator[RawRow]:
    assert table.text is not None
    csv.field_size_limit(_CELL_LIMIT)
    with _text(table.path, table.text) as file:
        reader = csv.reader(file, delimiter=table.text.delimiter)
        header_seen = False
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield line, (), BrokenRow()
                continue
            if not header_seen:
                header_seen = any(cell.strip() for cell in cells)
            elif table.text.damaged and cells != (whole := _whole(cells)):
                yield line, whole, DamagedText()
            else:
                yield line, cells, None


def _open_excel(path: Path, wanted: str) -> Table:
    check_workbook(path)
    name, sheet = _sheet(path, wanted)
    for cells in sheet.iter_rows():
        if _is_excel_header(cells):
            return Table(path, "excel", _header(cells), int(sheet.height), None, name)
    raise EmptyFile


def _is_excel_header(cells: Sequence[Any]) -> bool:
    """Reports often begin with a title in one merged cell."""
    return sum(1 for cell in cells if cell != "") >= min(2, len(cells))


def _sheet(path: Path, wanted: str) -> tuple[str, python_calamine.CalamineSheet]:
    """The sheet of that name, or the first that has anything."""
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        if wanted and wanted not in book.sheet_names:
            raise UnknownSheet(sheet=wanted, sheets=", ".join(book.sheet_names))
        for name in [wanted] if wanted else book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.height:
                return name, sheet
    except python_calamine.CalamineError as error:
        raise BrokenFile(format="Excel") from error
    raise EmptyFile


def _excel_rows(table: Table) -> Iterator[RawRow]:
    _, sheet = _sheet(table.path, table.sheet)
    width, header_seen = len(table.headers), False
    for line, cells in enumerate(sheet.iter_rows(), 1):
        if header_seen:
            yield line, cells[:width], None
        else:
            header_seen = _is_excel_header(cells)


def _parquet() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{_MEMORY}'")
    connection.execute("SET threads = 1")
    connection.execute("SET preserve_insertion_order = true")
    return connection


def _open_parquet(path: Path) -> Table:
    try:
        with _parquet() as connection:
            columns = _parquet_columns(connection, path)
            count = connection.execute(
                "SELECT count(*) FROM read_parquet(?)", [str(path)]
            ).fetchone()
    except duckdb.Error as error:
        raise BrokenFile(format="Parquet") from error
    return Table(path, "parquet", tuple(name for name, _ in columns), count[0] if count else 0)


def _parquet_columns(connection: duckdb.DuckDBPyConnection, path: Path) -> list[tuple[str, str]]:
    """(name, type) of each column."""
    return connection.execute(
        "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(?))",
        [str(path)],
    ).fetchall()


def _parquet_rows(table: Table) -> Iterator[RawRow]:
    try:
        with _parquet() as connection:
            picks = ", ".join(_pick(*c) for c in _parquet_columns(connection, table.path))
            connection.execute(f"SELECT {picks} FROM read_parquet(?)", [str(table.path)])
            line = 0
            while rows := connection.fetchmany(_FETCH):
                for cells in rows:
                    line += 1
                    yield line, cells, None
    except duckdb.Error as error:
        raise BrokenFile(format="Parquet") from error


def _pick(name: str, kind: str) -> str:
    """The column as a plain value; a moment with zone as text that says so."""
    quoted = '"' + name.replace('"', '""') + '"'
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"strftime(make_timestamp(epoch_us({quoted})), '%Y-%m-%dT%H:%M:%SZ')"
    plain = kind.startswith(_PLAIN_TYPES) and not kind.endswith("]")
    return quoted if plain else f"CAST({quoted} AS VARCHAR)"
