"""The lists of members and purchases as files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vafa.club.actions.tasks import ask_for
from vafa.core.clock import now
from vafa.core.money import display_unit, format_plain
from vafa.core.phones import display_mobile, mask_mobile
from vafa.insight.reads.members import MemberRow
from vafa.insight.reads.purchases import PurchaseRow, list_purchases
from vafa.web.panel.files import both_dates, csv_file, record_export
from vafa.web.panel.member_columns import all_columns, chosen_columns
from vafa.web.panel.member_files import SHEET_KIND, XLSX, MemberFile
from vafa.web.panel.pages import panel_page
from vafa.web.panel.views.purchases import read_filter as read_purchase_filter
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

_CHUNK = 2_000
# A sheet with more rows takes longer than a page may wait.
_AT_ONCE = 2_000


@require_safe
@panel_page("members.export")
def members(request: PageRequest) -> HttpResponse:
    """The members that the list's filter keeps, with the columns that the list shows."""
    file = _member_file(request)
    header = file.csv_header()
    # The lines are written after this request's language is gone.
    lang = current_lang()

    def cells(row: MemberRow) -> list[Any]:
        with translation.override(lang):
            return file.csv_cells(row)

    record_export(request, "members")
    return csv_file(request.club, "members", header, map(cells, file.rows()))


@require_safe
@panel_page("members.export")
def members_sheet(request: PageRequest) -> HttpResponse:
    """The same as an Excel file; a long one is made by the worker."""
    file, club = _member_file(request), request.club
    record_export(request, "members")
    if file.found.count > _AT_ONCE:
        params = {
            "query": request.GET.urlencode(),
            "columns": [column.key for column in file.columns],
            "lang": current_lang(),
        }
        task = ask_for(club, request.actor, SHEET_KIND, params)
        return HttpResponseRedirect(reverse("panel:task", args=[task.pk]))
    made = BytesIO()
    file.write_sheet(made, file.rows())
    day = club.local_date(now()).isoformat()
    response = HttpResponse(made.getvalue(), content_type=XLSX)
    name = f"{club.slug}-members-{day}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _member_file(request: PageRequest) -> MemberFile:
    columns = chosen_columns(request, all_columns(request.club.id))
    return MemberFile(request.club, request.GET, columns)


@require_safe
@panel_page("purchases.view")
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

    # A list of everybody's numbers is for who may take the members away.
    show_mobile = display_mobile if request.actor.may("members.export") else mask_mobile

    def cells(row: PurchaseRow) -> list[Any]:
        sums = (row.total, row.discount, row.paid_by_points, row.returned)
        return [
            *(row.receipt_no, *both_dates(club, row.purchased_at), row.branch, row.member or ""),
            show_mobile(row.mobile) if row.mobile else "",
            *(format_plain(amount, club.display_unit) for amount in sums),
            row.points,
        ]

    rows = _chunks(
        lambda offset: list_purchases(club, wanted, sort=sort, limit=_CHUNK, offset=offset)
    )
    record_export(request, "purchases")
    return csv_file(club, "purchases", header, map(cells, rows))


def _chunks(read: Callable[[int], Sequence[Any]]) -> Iterator[Any]:
    offset = 0
    while rows := read(offset):
        yield from rows
        offset += len(rows)
