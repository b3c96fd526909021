"""Long work: what runs and what ran, how far it is, what it found."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vafa.club.access import access_task
from vafa.club.actions.audit import record_audit
from vafa.club.actions.tasks import file_pieces, stop_task, thing_of_task
from vafa.club.errors import UnknownTask
from vafa.club.models import Task
from vafa.club.reads.tasks import list_tasks, progress_of
from vafa.insight.reads.house import actor_names
from vafa.web.panel.pages import PANEL, panel_page, panel_render
from vafa.web.panel.task_pages import progress_context, refreshed, state_words
from vafa.web.panel.task_words import own_page, task_words
from vafa.web.shared.sessions import PageRequest

# Files that a task was given stay with it; only what it made is for download.
_GIVEN = "input"


@require_safe
@panel_page(*PANEL, by_branch=True)
def tasks(request: PageRequest) -> HttpResponse:
    """The newest long work: her own, or the whole club's for who settles its affairs."""
    own = "" if request.actor.may("club.settings") else request.actor.label
    found = list_tasks(request.club.id, asked_by=own)
    names = actor_names(request.club, [task.asked_by for task in found])
    rows = [_row(task, names) for task in found]
    return panel_render(request, "panel/tasks.html", {"rows": rows}, section="tasks")


@require_safe
@panel_page(*PANEL, by_branch=True)
def task(request: PageRequest, task_id: int) -> HttpResponse:
    """How far a task is, or what it found; work on something that has a page of its own is shown
    there."""
    found = access_task(request.actor, task_id)
    page = own_page(found)
    if page:
        return HttpResponseRedirect(page)
    context = progress_context(request, found, "panel:task", found.pk) | {
        "is_task_page": True,
        "work_title": "",  # the page has it
        "result": found.result,
        "files": found.files.exclude(role=_GIVEN).order_by("pk"),
    }
    response = panel_render(
        request, "panel/task.html", context, section="tasks", fragment="panel/_task_progress.html"
    )
    return refreshed(request, response, context["progress"])


@require_POST
@panel_page(*PANEL, by_branch=True)
def stop(request: PageRequest, task_id: int) -> HttpResponse:
    """End a task before it is done."""
    found = access_task(request.actor, task_id)
    stop_task(request.club, found, request.actor)
    messages.success(request, _("The work is being stopped."))
    return HttpResponseRedirect(reverse("panel:task", args=[found.pk]))


@require_safe
@panel_page(*PANEL, by_branch=True)
def task_file(request: PageRequest, task_id: int, file_id: int) -> StreamingHttpResponse:
    """A file that a task made. Raises UnknownTask where there is none."""
    found = access_task(request.actor, task_id)
    file = found.files.filter(pk=file_id).exclude(role=_GIVEN).first()
    if file is None:
        raise UnknownTask
    with transaction.atomic():
        what = thing_of_task(found)
        record_audit(request.club.id, request.actor.label, "task.file_taken", what)
    response = StreamingHttpResponse(file_pieces(file.pk), content_type=file.content_type)
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Disposition"] = str(content_disposition_header(True, file.name))
    return response


def _row(task: Task, names: dict[str, str]) -> dict[str, Any]:
    progress = progress_of(task)
    return {
        "task": task,
        "title": task_words(task.kind).title,
        "by": names.get(task.asked_by, ""),
        "progress": progress,
        "state": state_words(progress.state),
    }
