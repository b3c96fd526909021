"""Does the ledger add up? What the last check found, and a check at the owner's word."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vafa.club.reads.tasks import TaskProgress, newest_tasks
from vafa.core.clock import now
from vafa.flows.ledger_checks import KIND, ask_for_check
from vafa.flows.verification import ALL_CHECKS
from vafa.ledger.reads.verifications import (
    VerificationRow,
    frozen_since,
    last_done,
    latest_verification,
)
from vafa.web.panel.check_words import tell
from vafa.web.panel.pages import panel_page, panel_render
from vafa.web.panel.task_pages import progress_context, refreshed, state_words
from vafa.web.panel.task_words import step_words, task_words
from vafa.web.shared.sessions import PageRequest


@require_safe
@panel_page("ledger.view")
def ledger(request: PageRequest) -> HttpResponse:
    """What the last check of the ledger found, and how far the one is that runs."""
    book = request.club.book_id
    latest, done = latest_verification(book), last_done(book)
    context = _progress(request, latest)
    is_alive = context["progress"] is not None
    context |= {
        "frozen": frozen_since(book),
        "broke_off": latest is not None and not is_alive and latest.state != "done",
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
        fragment="panel/_task_progress.html",
    )
    return refreshed(request, page, context["progress"])  # the alarm may come or go


@require_POST
@panel_page("ledger.check")
def check(request: PageRequest) -> HttpResponse:
    """Let the worker check everything now; a ledger that adds up opens again."""
    ask_for_check(request.club, request.actor)
    messages.success(request, _("The check has been asked for."))
    return HttpResponseRedirect(reverse("panel:ledger"))


def _progress(request: PageRequest, latest: VerificationRow | None) -> dict[str, Any]:
    """How far the check is that runs: one that was asked for has a task, the night's has none."""
    if latest is None or not latest.is_alive(now()):
        return {"progress": None}
    task = newest_tasks(request.club.id, KIND, "verification", [latest.id]).get(latest.id)
    if task is not None:
        context = progress_context(request, task, "panel:ledger")
        return context if context["progress"].is_alive else {"progress": None}
    return {
        "progress": TaskProgress(
            latest.state, latest.step, latest.reached, latest.total, False, None, None
        ),
        "progress_url": reverse("panel:ledger"),
        "words": task_words(KIND),
        "work_title": task_words(KIND).title,
        "state": state_words(latest.state),
        "step": step_words(latest.step),
    }
