"""Does the ledger add up? What the last check found, and a check at the owner's word."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vafa.core.clock import now
from vafa.flows.ledger_checks import ask_for_check
from vafa.flows.verification import ALL_CHECKS
from vafa.ledger.reads.verifications import (
    VerificationRow,
    frozen_since,
    last_done,
    latest_verification,
)
from vafa.web.panel.check_words import tell
from vafa.web.panel.pages import panel_page, panel_render
from vafa.web.shared.htmx import is_htmx
from vafa.web.shared.sessions import PageRequest


@require_safe
@panel_page("ledger.view")
def ledger(request: PageRequest) -> HttpResponse:
    """What the last check of the ledger found, and how far the one is that runs."""
    book = request.club.book_id
    latest, done = latest_verification(book), last_done(book)
    context = {
        "frozen": frozen_since(book),
        "running": _progress(latest) if latest is not None and latest.is_alive(now()) else None,
        "broke_off": latest is not None and not latest.is_alive(now()) and latest.state != "done",
        "done": done,
        "differences": [tell(each) for each in done.found] if done else [],
        "checks": len(ALL_CHECKS),
        "is_owner": request.actor.may("ledger.check"),
    }
    page = panel_render(
        request,
        "panel/ledger.html",
        context,
        section="ledger",
        fragment="panel/_ledger_check.html",
    )
    if is_htmx(request) and not context["running"]:
        page.headers["HX-Refresh"] = "true"  # it has ended: the alarm may come or go
    return page


@require_POST
@panel_page("ledger.check")
def check(request: PageRequest) -> HttpResponse:
    """Let the worker check everything now; a ledger that adds up opens again."""
    ask_for_check(request.club, request.actor)
    messages.success(request, _("The check has been asked for."))
    return HttpResponseRedirect(reverse("panel:ledger"))


def _progress(row: VerificationRow) -> dict[str, Any]:
    step = {
        "verify": _("Adding everything up"),
        "seals": _("Comparing with the seals"),
    }
    return {
        "label": step.get(row.step, _("Waiting for its turn")),
        "reached": row.reached,
        "total": row.total or 1,
        "percent": row.reached / row.total if row.total else None,
    }
