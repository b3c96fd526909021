"""The lists of members and purchases as files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vafa.core.money import display_unit, format_plain
from vafa.core.phones import display_mobile
from vafa.insight.reads.members import MemberRow, list_members
from vafa.insight.reads.purchases import PurchaseRow, list_purchases
from vafa.program.reads.revisions import live_program
from vafa.web.panel.files import both_dates, csv_file, record_export
from vafa.web.panel.pages import EDITORS, VIEWERS, panel_page
from vafa.web.panel.views.members import asked_segment
from vafa.web.panel.views.members import read_filter as read_member_filter
from vafa.web.panel.views.purchases import read_filter as read_purchase_filter
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

_CHUNK = 2_000


@require_safe
@panel_page(*EDITORS)
def members(request: PageRequest) -> HttpResponse:
    """The members that the list's filter keeps."""
    club = request.club
    wanted = read_member_filter(request.GET, club, asked_segment(request))
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
        return [
            *(row.name, display_mobile(row.mobile or ""), row.external_id or ""),
            *(int(row.is_active), *both_dates(club, row.joined_at)),
            *(row.tier.name.said(lang) if row.tier else "", row.points, row.purchases),
            *(format_plain(row.spent, club.display_unit), *both_dates(club, row.last_at)),
        ]

    rows = _chunks(
        lambda offset: list_members(club, program, wanted, sort=sort, limit=_CHUNK, offset=offset)
    )
    record_export(request, "members")
    return csv_file(club, "members", header, map(cells, rows))


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
            *(row.receipt_no, *both_dates(club, row.purchased_at), row.branch, row.member or ""),
            display_mobile(row.mobile or ""),
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
