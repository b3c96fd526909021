"""What kind of file it is, in which encoding its text is written, and what parts its cells."""

from __future__ import annotations

import codecs
import csv
import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from vafa.flows.imports.errors import (
    BrokenFile,
    EmptyFile,
    FileMissing,
    UnknownEncoding,
    UnknownFormat,
)

_PIECE = 1 << 20
_DELIMITERS = ",;\t|"
_GZIP, _ZIP, _PARQUET, _OLD_EXCEL = b"\x1f\x8b", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"
_UTF32 = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What Persian and Arabic Windows wrote before Unicode; every byte of it is a letter, so it is
# the answer for what is no UTF-8.
_LEGACY = "cp1256"
_LETTERS_PER_DAMAGE = 10


@dataclass(frozen=True, slots=True)
class TextShape:
    """How a text file is to be read; ``lines`` is about how many lines it has.

    ``damaged``: some bytes are not of this encoding, and read as lone surrogates.
    """

    gzipped: bool
    encoding: str
    delimiter: str
    lines: int
    damaged: bool = False

    @property
    def encoding_name(self) -> str:
        """The encoding as people know it."""
        names = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 (BOM)", "utf-16": "UTF-16"}
        return names.get(self.encoding, self.encoding.replace("cp125", "Windows-125"))


def detect_format(path: Path) -> str:
    """ "csv", "csv.gz", "excel" or "parquet", by the first bytes.

    Raises FileMissing, EmptyFile, UnknownFormat.
    """
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        raise FileMissing(path=str(path)) from error
    if not head:
        raise EmptyFile
    if head.startswith(_GZIP):
        return "csv.gz"
    if head.startswith(_PARQUET):
        return "parquet"
    if head.startswith((_ZIP, _OLD_EXCEL)):
        return "excel"
    if head.startswith(_UTF32):
        raise UnknownFormat
    if b"\x00" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnknownFormat
    return "csv"


def open_bytes(path: Path, *, gzipped: bool) -> BinaryIO:
    """The file's bytes, unpacked."""
    return cast(BinaryIO, gzip.open(path, "rb")) if gzipped else path.open("rb")


def detect_text(path: Path, *, gzipped: bool, encoding: str | None = None) -> TextShape:
    """Reads the whole file once and tells how it is written; memory does not grow with it.

    A byte order mark decides; else what is valid UTF-8 to the end is UTF-8, what nearly is is
    damaged UTF-8, and the rest is Windows-1256. Raises EmptyFile, BrokenFile (gzip), UnknownFormat (not text), UnknownEncoding
    (``encoding`` was given and does not fit).
    """
    try:
        with open_bytes(path, gzipped=gzipped) as file:
            head = file.read(_PIECE)
            if not head.strip():
                raise EmptyFile
            bom = next((name for mark, name in _BOMS if head.startswith(mark)), None)
            if bom is None and b"\x00" in head:
                raise UnknownFormat
            wanted = _known(encoding) if encoding else bom or "utf-8"
            fits, newlines = _decodes(file, head, wanted)
            if not fits and (encoding or bom):
                raise UnknownEncoding(encoding=encoding or bom)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BrokenFile(format="gzip") from error
    damaged = not fits and _nearly_utf8(head)
    chosen = wanted if fits or damaged else _LEGACY
    text = codecs.getincrementaldecoder(chosen)(errors="replace").decode(head)
    return TextShape(gzipped, chosen, _delimiter(text), newlines, damaged)


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError as error:
        raise UnknownEncoding(encoding=encoding) from error


def _nearly_utf8(head: bytes) -> bool:
    """Whether UTF-8 explains nearly all letters beyond ASCII; of Windows-1256 it explains none."""
    text = head.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    letters = sum(1 for character in text if not character.isascii())
    return letters > _LETTERS_PER_DAMAGE * max(broken, 1)


def _decodes(file: BinaryIO, head: bytes, encoding: str) -> tuple[bool, int]:
    """Whether everything is valid in ``encoding``, and the number of line ends."""
    decoder = codecs.getincrementaldecoder(encoding)()
    newlines, piece, fits = 0, head, True
    while piece:
        newlines += piece.count(b"\n")
        if fits:
            try:
                decoder.decode(piece)
            except UnicodeDecodeError:
                fits = False
        piece = file.read(_PIECE)
    if fits:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            fits = False
    return fits, newlines


def _delimiter(text: str) -> str:
    """What parts the cells of the first line that has anything, outside of quotes."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    counts = {d: len(next(csv.reader([header], delimiter=d))) for d in _DELIMITERS}
    return max(_DELIMITERS, key=lambda d: counts[d])
