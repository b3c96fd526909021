"""Lists as CSV files for spreadsheets: Persian readable, dates in both calendars, no formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse

from vafa.club.actions.audit import Thing, record_audit
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.jalali import ymd
from vafa.web.shared.sessions import PageRequest

_BOM = "\ufeff"
# A cell that begins with one of these is a formula to spreadsheets.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Beside the order of a list, what was searched for: names and mobiles are not kept for ever.
_NOT_KEPT = ("q", "sort", "page", "after")


def record_export(request: PageRequest, name: str) -> None:
    """Audit that the list called ``name`` leaves as a file, and by which filter."""
    kept = {key: value for key, value in request.GET.items() if value and key not in _NOT_KEPT}
    with transaction.atomic():
        record_audit(
            request.club.id,
            request.actor.label,
            f"{name}.exported",
            Thing("list", name),
            after={"filter": urlencode(kept)} if kept else None,
        )


def safe_cell(value: Any) -> Any:
    """Text that no spreadsheet takes for a formula; numbers stay as they are."""
    if isinstance(value, str) and value.startswith(_FORMULA) and not _is_number(value):
        return "'" + value
    return value


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()


def both_dates(club: ClubContext, moment: datetime | None) -> tuple[str, str]:
    """A moment of the club as a Jalali day and as ISO 8601; two empty cells for None."""
    if moment is None:
        return "", ""
    local = moment.astimezone(club.tz)
    year, month, day = ymd(local, "jalali")
    return f"{year}/{month:02d}/{day:02d}", local.isoformat(" ", "seconds")


class _Line:
    """Gives a written row back as text: what csv.writer needs of a file."""

    def write(self, text: str) -> str:
        return text


def csv_file(
    club: ClubContext, name: str, header: list[str], rows: Iterable[list[Any]]
) -> HttpResponse:
    """A file to download, written while it is sent; ``rows`` are asked for one by one."""
    writer = csv.writer(_Line())

    def lines() -> Iterator[str]:
        yield _BOM + writer.writerow([safe_cell(title) for title in header])
        for row in rows:
            yield writer.writerow([safe_cell(cell) for cell in row])

    day = club.local_date(now()).isoformat()
    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{club.slug}-{name}-{day}.csv"'
    return response  # type: ignore[return-value]  # a streamed response is no HttpResponse to the stubs
