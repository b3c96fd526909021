"""Lists as CSV files for spreadsheets: Persian readable, dates in both calendars, no formulas."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.jalali import ymd
from vafa.core.money import display_unit, format_plain
from vafa.core.phones import display_mobile
from vafa.insight.reads.members import MemberRow, list_members
from vafa.insight.reads.purchases import PurchaseRow, list_purchases
from vafa.program.reads.revisions import live_program
from vafa.program.rules.earning import tier_for
from vafa.web.panel.pages import EDITORS, VIEWERS, panel_page
from vafa.web.panel.views.members import read_filter as read_member_filter
from vafa.web.panel.views.purchases import read_filter as read_purchase_filter
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

_CHUNK = 2_000
_BOM = "\ufeff"
# A cell that begins with one of these is a formula to spreadsheets.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@panel_page(*EDITORS)
def members(request: PageRequest) -> HttpResponse:
    """The members that the list's filter keeps."""
    club, wanted = request.club, read_member_filter(request.GET)
    program = live_program(club.id).program
    sort = request.GET.get("sort") or "name"
    # The lines are written after this request's language is gone.
    lang = current_lang()
    unit = display_unit(club.display_unit).label(lang)
    header = [
        *(_("Name"), _("Mobile"), _("Customer number"), _("Active")),
        *(_("Joined (Jalali)"), _("Joined (ISO)"), _("Tier"), _("Points")),
        *(_("Purchases"), _("Bought (%(unit)s)") % {"unit": unit}),
        *(_("Last purchase (Jalali)"), _("Last purchase (ISO)")),
    ]

    def cells(row: MemberRow) -> list[Any]:
        tier = tier_for(program, row.tier_points)
        return [
            *(row.name, display_mobile(row.mobile or ""), row.external_id or ""),
            *(int(row.is_active), *_dates(club, row.joined_at)),
            *(tier.name.said(lang) if tier else "", row.points, row.purchases),
            *(format_plain(row.spent, club.display_unit), *_dates(club, row.last_at)),
        ]

    rows = _chunks(
        lambda offset: list_members(club, program, wanted, sort=sort, limit=_CHUNK, offset=offset)
    )
    return _file(club, "members", header, map(cells, rows))


@require_safe
@panel_page(*VIEWERS)
def purchases(request: PageRequest) -> HttpResponse:
    """The purchases that the list's filter keeps."""
    club, wanted = request.club, read_purchase_filter(request.GET)
    sort = request.GET.get("sort") or "-at"
    unit = display_unit(club.display_unit).label(current_lang())
    header = [
        *(_("Receipt"), _("Date (Jalali)"), _("Date (ISO)"), _("Branch"), _("Member")),
        *(_("Mobile"), _("Amount (%(unit)s)") % {"unit": unit}),
        *(_("Discount (%(unit)s)") % {"unit": unit}, _("By points (%(unit)s)") % {"unit": unit}),
        *(_("Returned (%(unit)s)") % {"unit": unit}, _("Points")),
    ]

    def cells(row: PurchaseRow) -> list[Any]:
        sums = (row.total, row.discount, row.paid_by_points, row.returned)
        return [
            *(row.receipt_no, *_dates(club, row.purchased_at), row.branch, row.member or ""),
            display_mobile(row.mobile or ""),
            *(format_plain(amount, club.display_unit) for amount in sums),
            row.points,
        ]

    rows = _chunks(
        lambda offset: list_purchases(club, wanted, sort=sort, limit=_CHUNK, offset=offset)
    )
    return _file(club, "purchases", header, map(cells, rows))


def safe_cell(value: Any) -> Any:
    """Text that no spreadsheet takes for a formula; numbers stay as they are."""
    if isinstance(value, str) and value.startswith(_FORMULA) and not _is_number(value):
        return "'" + value
    return value


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()


def _chunks(read: Callable[[int], Sequence[Any]]) -> Iterator[Any]:
    offset = 0
    while rows := read(offset):
        yield from rows
        offset += len(rows)


def _dates(club: ClubContext, moment: datetime | None) -> tuple[str, str]:
    if moment is None:
        return "", ""
    local = moment.astimezone(club.tz)
    year, month, day = ymd(local, "jalali")
    return f"{year}/{month:02d}/{day:02d}", local.isoformat(" ", "seconds")


class _Line:
    """Gives a written row back as text: what csv.writer needs of a file."""

    def write(self, text: str) -> str:
        return text


def _file(
    club: ClubContext, name: str, header: list[str], rows: Iterable[list[Any]]
) -> HttpResponse:
    writer = csv.writer(_Line())

    def lines() -> Iterator[str]:
        yield _BOM + writer.writerow(header)
        for row in rows:
            yield writer.writerow([safe_cell(cell) for cell in row])

    day = club.local_date(now()).isoformat()
    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{club.slug}-{name}-{day}.csv"'
    return response  # type: ignore[return-value]  # a streamed response is no HttpResponse to the stubs
