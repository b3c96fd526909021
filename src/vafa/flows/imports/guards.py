"""Files that would harm whoever opens them: macros, zip bombs, sheets that are endless.

A workbook is looked at as a zip before it is opened, since opening it takes memory for every cell
of the area that it claims to fill.
"""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from vafa.flows.imports.encoding import detect_format
from vafa.flows.imports.errors import (
    BrokenFile,
    FileTooLarge,
    HasMacros,
    TooManyCells,
    TooManyColumns,
    UnknownFormat,
)

MOST_COLUMNS: Final = 500
MOST_CELLS: Final = 30_000_000
MOST_UNPACKED: Final = 1 << 29
_MOST_PARTS = 5_000
_PIECE = 1 << 20
_OVERLAP = 64
_SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml")
_MACROS = re.compile(r"(?:.*/)?(?:vbaProject[^/]*\.bin|macrosheets/.*|intlMacrosheets/.*)", re.I)
_SCRIPTS = ("Basic/", "Scripts/")
_CELL = re.compile(rb"\sr=[\"']([A-Z]{1,7})(\d{1,9})[\"']")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\sr=[\"'](\d{1,9})[\"']")
_OLD_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


def check_workbook(path: Path) -> None:
    """See that an Excel or ODS file may be opened. Raises HasMacros, FileTooLarge, TooManyColumns,
    TooManyCells, UnknownFormat (a zip of something else), BrokenFile."""
    if not zipfile.is_zipfile(path):
        _check_old_workbook(path)
        return
    try:
        with zipfile.ZipFile(path) as book:
            names = _check_parts(book)
            if "content.xml" in names:
                _check_open_document(book)
            for name in names:
                if _SHEETS.fullmatch(name):
                    _check_sheet(book, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BrokenFile(format="Excel") from error  # RuntimeError: a part has a password


def check_upload(path: Path) -> None:
    """What can be told of a file at a glance: whether it is of a kind that is taken, and free of
    macros. Raises FileError subclasses."""
    if detect_format(path) != "excel":
        return
    if not zipfile.is_zipfile(path):
        _check_old_workbook(path)
        return
    try:
        with zipfile.ZipFile(path) as book:
            _check_parts(book)
    except zipfile.BadZipFile as error:
        raise BrokenFile(format="Excel") from error


def check_gzip(path: Path, most: int = MOST_UNPACKED * 4) -> None:
    """See that a packed file does not unpack to more than ``most`` bytes.

    Raises FileTooLarge, BrokenFile.
    """
    size = 0
    try:
        with gzip.open(path, "rb") as file:
            while piece := file.read(_PIECE):
                size += len(piece)
                if size > most:
                    raise FileTooLarge(limit=most >> 20)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BrokenFile(format="gzip") from error


def check_columns(count: int) -> None:
    """Raises TooManyColumns."""
    if count > MOST_COLUMNS:
        raise TooManyColumns(limit=MOST_COLUMNS)


def _check_parts(book: zipfile.ZipFile) -> list[str]:
    parts = book.infolist()
    names = [part.filename for part in parts]
    if not {"xl/workbook.xml", "content.xml"} & set(names):
        raise UnknownFormat
    if any(_MACROS.fullmatch(name) or name.startswith(_SCRIPTS) for name in names):
        raise HasMacros
    # What the directory claims is checked again while a part is read: zipfile stops at it.
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileTooLarge(limit=MOST_UNPACKED >> 20)
    return names


def _check_old_workbook(path: Path) -> None:
    tail = b""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            if _OLD_MACROS in tail + piece:
                raise HasMacros
            tail = piece[-_OVERLAP:]


def _check_sheet(book: zipfile.ZipFile, name: str) -> None:
    """The area that the cells of a sheet claim, by their addresses."""
    columns: set[bytes] = set()
    last_row, tail = 0, b""
    with book.open(name) as file:
        while piece := file.read(_PIECE):
            text = tail + piece
            cells = _CELL.findall(text)
            columns.update(letters for letters, _row in cells)
            rows = [number for _letters, number in cells] + _ROW.findall(text)
            last_row = max(last_row, max(map(int, rows), default=0))
            tail = text[-_OVERLAP:]
    width = max(map(_column_number, columns), default=0)
    check_columns(width)
    if width * last_row > MOST_CELLS:
        raise TooManyCells(limit=MOST_CELLS)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_open_document(book: zipfile.ZipFile) -> None:
    """The cells that have something, each as often as the file says it is repeated."""
    cells = width = 0
    try:
        with book.open("content.xml") as file:
            # expat itself bounds what entities may unfold to
            for _event, element in ElementTree.iterparse(file):  # noqa: S314
                if element.tag == f"{_TABLE}table-row":
                    filled, last = _row_of(element)
                    width = max(width, last)
                    cells += last * _times(element, "number-rows-repeated") if filled else 0
                    element.clear()
                    check_columns(width)
                    if cells > MOST_CELLS:
                        raise TooManyCells(limit=MOST_CELLS)
    except ElementTree.ParseError as error:
        raise BrokenFile(format="ODS") from error


def _row_of(row: ElementTree.Element) -> tuple[bool, int]:
    """Whether a row has anything, and its last column that has."""
    place = last = 0
    for cell in row:
        place += _times(cell, "number-columns-repeated")
        if cell.get(f"{_OFFICE}value-type") or len(cell):
            last = place
    return last > 0, last


def _times(element: ElementTree.Element, name: str) -> int:
    text = element.get(f"{_TABLE}{name}", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
