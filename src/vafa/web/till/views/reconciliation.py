"""What a till of this branch rang up without a line and could not be as it was: seen by whoever sold
it, settled by whom the club lets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vafa.core.clock import now
from vafa.core.errors import DomainError, Forbidden
from vafa.flows.offline_settling import settle_offline_sale
from vafa.insight.reads.house import actor_names
from vafa.program.access import access_offline_sale
from vafa.program.reads.offline_sales import (
    OfflineRow,
    count_offline,
    list_offline,
    list_unfinished,
)
from vafa.web.till.offline_words import how_words, why_words
from vafa.web.till.pages import TillRequest, frame, till_page
from vafa.web.till.refusals import said

_SHOWN = 20
_SETTLED = 5
# A till that has its line sends what waits within seconds.
_UNFINISHED_AFTER = timedelta(minutes=5)


@require_safe
@till_page
def reconciliation(request: TillRequest) -> HttpResponse:
    """What is open at this branch, the oldest first, with what was settled last and what a till has
    begun to send and not ended."""
    here = [request.branch.id]
    pages = Paginator(range(count_offline(request.club, here)), _SHOWN)
    page = pages.get_page(request.GET.get("page"))
    start = (page.number - 1) * _SHOWN
    rows = list_offline(request.club, here, limit=_SHOWN, offset=start)
    settled = list_offline(request.club, here, is_open=False, limit=_SETTLED)
    unfinished = list_unfinished(request.club, here, now() - _UNFINISHED_AFTER)
    labels = {label for row in (*rows, *settled, *unfinished) for label in _labels(row)}
    names = actor_names(request.club, labels)
    context = {
        **frame(request, "reconciliation"),
        "page": page,
        "rows": [_told(row, names) for row in rows],
        "settled": [_told(row, names) for row in settled],
        "unfinished": [_told(row, names) for row in unfinished],
        "may_settle": request.actor.may("till.reconcile"),
    }
    return render(request, "till/reconciliation.html", context)


@require_POST
@till_page
def settle(request: TillRequest, number: int) -> HttpResponse:
    """Settle one, once: ``how`` is points, money or write_off. Only with till.reconcile."""
    found = access_offline_sale(request.actor, number)
    if not request.actor.may("till.reconcile"):
        raise Forbidden
    try:
        settle_offline_sale(
            request.club,
            found.pk,
            how=request.POST.get("how", ""),
            note=request.POST.get("note", ""),
            actor=request.actor,
        )
    except DomainError as error:
        messages.error(request, said(error))
    else:
        messages.success(request, _("Settled."))
    return HttpResponseRedirect(reverse("till:reconciliation"))


def _labels(row: OfflineRow) -> tuple[str, str, str]:
    return row.rung_by, row.sent_by, row.resolved_by


def _told(row: OfflineRow, names: dict[str, str]) -> dict[str, Any]:
    return {
        "row": row,
        "why": why_words().get(row.why, row.why),
        "rung_by": names.get(row.rung_by, ""),
        "resolved_by": names.get(row.resolved_by, ""),
        "how": how_words().get(row.resolution, ""),
        "is_short": bool(row.short_points or row.short_credit),
    }
