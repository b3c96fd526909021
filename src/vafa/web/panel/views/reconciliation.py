"""Offline sales of which something is open: who, what, how much, and what becomes of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vafa.core.errors import DomainError
from vafa.flows.offline_settling import settle_offline_sale
from vafa.insight.reads.house import actor_names
from vafa.program.access import access_offline_sale
from vafa.program.reads.offline_sales import OfflineRow, count_offline, list_offline
from vafa.web.panel.pages import list_page, panel_page, panel_render
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest


@require_safe
@panel_page("till.reconcile", by_branch=True)
def reconciliation(request: PageRequest) -> HttpResponse:
    """What is open, the oldest first; with ``?settled=1`` what was settled, the newest first."""
    is_open = request.GET.get("settled") != "1"
    branches = request.actor.branch_ids
    page, offset = list_page(request, count_offline(request.club, branches, is_open=is_open))
    rows = list_offline(
        request.club, branches, is_open=is_open, limit=page.paginator.per_page, offset=offset
    )
    labels = {label for row in rows for label in (row.rung_by, row.sent_by, row.resolved_by)}
    names = actor_names(request.club, labels)
    url = reverse("panel:reconciliation")
    context = {
        "rows": [_told(row, names) for row in rows],
        "page": page,
        "is_open": is_open,
        "tabs": [
            {"label": _("Open"), "url": url, "active": is_open},
            {"label": _("Settled"), "url": f"{url}?settled=1", "active": not is_open},
        ],
    }
    return panel_render(
        request,
        "panel/reconciliation.html",
        context,
        section="reconciliation",
        fragment="panel/_reconciliation_list.html",
    )


@require_POST
@panel_page("till.reconcile", by_branch=True)
def settle(request: PageRequest, number: int) -> HttpResponse:
    """Settle one, once: ``how`` is points, money or write_off."""
    found = access_offline_sale(request.actor, number)
    try:
        settle_offline_sale(
            request.club,
            found.pk,
            how=request.POST.get("how", ""),
            note=request.POST.get("note", ""),
            actor=request.actor,
        )
    except DomainError as error:
        messages.error(request, error.message(current_lang()))
    else:
        messages.success(request, _("Settled."))
    return HttpResponseRedirect(reverse("panel:reconciliation"))


def _told(row: OfflineRow, names: dict[str, str]) -> dict[str, Any]:
    return {
        "row": row,
        "why": _why(row.why),
        "rung_by": names.get(row.rung_by, ""),
        "sent_by": names.get(row.sent_by, "") if row.sent_by != row.rung_by else "",
        "resolved_by": names.get(row.resolved_by, ""),
        "how": _how(row.resolution),
        "may_take": row.member_id is not None and bool(row.short_points or row.short_credit),
    }


def _why(why: str) -> str:
    return {
        "balance": _("Spent elsewhere meanwhile"),
        "terms": _("The rules do not allow this payment"),
        "allowance": _("More than is allowed offline"),
        "snapshot": _("The till's list of members was not signed by this club"),
        "stale": _("The till's list of members was older than a day"),
        "voucher": _("The voucher could not be used"),
        "confirm": _("The member had not confirmed the payment"),
        "blocked": _("The membership is not active"),
        "receipt": _("The receipt number was used already"),
        "refused": _("The purchase could not be recorded"),
    }.get(why, why)


def _how(resolution: str) -> str:
    return {
        "points": _("Taken from the member's next points"),
        "money": _("Settled in money"),
        "write_off": _("Borne by the branch"),
    }.get(resolution, "")
