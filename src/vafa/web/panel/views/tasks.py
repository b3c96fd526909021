"""Long work: what runs and what ran, how far it is, what it found."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from vafa.club.access import access_task
from vafa.club.actions.audit import record_audit
from vafa.club.actions.tasks import file_pieces, stop_task, thing_of_task
from vafa.club.errors import UnknownTask
from vafa.club.models import Task
from vafa.club.reads.tasks import TaskProgress, list_tasks, progress_of
from vafa.core.money import format_number
from vafa.insight.reads.house import actor_names
from vafa.web.panel.pages import PANEL, panel_page, panel_render
from vafa.web.panel.task_words import step_words, task_words
from vafa.web.shared.context import current_lang
from vafa.web.shared.htmx import is_htmx
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
    """How far a task is, or what it found."""
    found = access_task(request.actor, task_id)
    progress = progress_of(found)
    context = {
        "task": found,
        "words": task_words(found.kind),
        "progress": progress,
        "state": state_words(progress.state),
        "speed": speed_words(progress),
        "step": step_words(progress.step),
        "trouble": _trouble(found),
        "result": found.result,
        "files": found.files.exclude(role=_GIVEN).order_by("pk"),
    }
    page = panel_render(
        request, "panel/task.html", context, section="tasks", fragment="panel/_task_progress.html"
    )
    if is_htmx(request) and not progress.is_alive:
        page.headers["HX-Refresh"] = "true"  # it has ended: what it found comes with the page
    return page


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


def state_words(state: str) -> str:
    """What a state is called."""
    return {
        "waiting": _("Waiting"),
        "running": _("Running"),
        "done": _("Done"),
        "failed": _("Broke off"),
        "stopped": _("Stopped"),
    }[state]


def speed_words(progress: TaskProgress) -> str:
    """How fast it goes and how long the rest takes; nothing while that is not known."""
    if progress.rate is None or progress.state != "running":
        return ""
    lang = current_lang()
    rate = _("%(n)s a second") % {"n": format_number(max(round(progress.rate), 1), lang)}
    left = progress.seconds_left or 0
    if left < 60:
        rest = ngettext("%(n)s second left", "%(n)s seconds left", left)
    else:
        left = round(left / 60)
        rest = ngettext("%(n)s minute left", "%(n)s minutes left", left)
    return f"{rate} · {rest % {'n': format_number(left, lang)}}"


def _row(task: Task, names: dict[str, str]) -> dict[str, Any]:
    progress = progress_of(task)
    return {
        "task": task,
        "title": task_words(task.kind).title,
        "by": names.get(task.asked_by, ""),
        "progress": progress,
        "state": state_words(progress.state),
    }


def _trouble(task: Task) -> str:
    """What ended it early, in words; nothing where nobody foresaw it."""
    return str(task.trouble_words.get("fa" if current_lang() == "fa" else "en", ""))
