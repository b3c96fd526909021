"""A person's data as one file to take away: a table for each kind, and all of it for programs."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import orjson
from django.http import HttpResponse

from vafa.core.clock import now

_BOM = "\ufeff"
# A cell that begins with one of these is a formula to spreadsheets.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Table(Protocol):
    """What is written: columns are codes with their titles, rows plain values."""

    @property
    def code(self) -> str: ...
    @property
    def columns(self) -> list[tuple[str, str]]: ...
    @property
    def rows(self) -> list[list[Any]]: ...


class Owner(Protocol):
    """The club whose file it is."""

    @property
    def slug(self) -> str: ...
    @property
    def zone(self) -> str: ...


def personal_file(club: Owner, tables: Sequence[Table]) -> HttpResponse:
    """A ZIP with a CSV file for each table (readable in spreadsheets, no formulas) and data.json."""
    packed = io.BytesIO()
    zone = ZoneInfo(club.zone)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            archive.writestr(f"{table.code}.csv", _csv(table, zone))
        archive.writestr("data.json", _json(tables))
    day = now().astimezone(zone).date().isoformat()
    response = HttpResponse(packed.getvalue(), content_type="application/zip")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{club.slug}-my-data-{day}.zip"'
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _csv(table: Table, zone: ZoneInfo) -> str:
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow([title for _, title in table.columns])
    writer.writerows(_cells(row, zone) for row in table.rows)
    return _BOM + written.getvalue()


def _cells(row: Iterable[Any], zone: ZoneInfo) -> list[Any]:
    return [_cell(value, zone) for value in row]


def _cell(value: Any, zone: ZoneInfo) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(" ", "seconds")
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return "" if value is None else value


def _json(tables: Sequence[Table]) -> bytes:
    data = {
        table.code: [
            dict(zip([code for code, _ in table.columns], row, strict=True)) for row in table.rows
        ]
        for table in tables
    }
    return orjson.dumps(data, option=orjson.OPT_INDENT_2)
