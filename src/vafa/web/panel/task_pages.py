"""How far long work is, on the page of whatever it is about: in the same words and the same look
everywhere (``panel/_task_progress.html``)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vafa.club.models import Task
from vafa.club.reads.tasks import TaskProgress, progress_of
from vafa.core.money import format_number
from vafa.web.panel.task_words import step_words, task_words
from vafa.web.shared.context import current_lang
from vafa.web.shared.htmx import is_htmx
from vafa.web.shared.sessions import PageRequest


def progress_context(request: PageRequest, task: Task | None, *page: Any) -> dict[str, Any]:
    """What the template needs to show how far a task is; ``page`` (an address and its arguments)
    is where it is asked for again while it goes on. None: there is nothing to show."""
    if task is None:
        return {"progress": None}
    progress = progress_of(task)
    name, *arguments = page
    return {
        "progress": progress,
        "progress_url": reverse(name, args=arguments),
        "task": task,
        "words": task_words(task.kind),
        "work_title": task_words(task.kind).title,
        "state": state_words(progress.state),
        "speed": speed_words(progress),
        "step": step_words(progress.step),
        "trouble": trouble_words(task),
        "may_stop": task.asked_by == request.actor.label or request.actor.may("club.settings"),
    }


def refreshed(
    request: PageRequest, response: HttpResponse, progress: TaskProgress | None
) -> HttpResponse:
    """The answer, which makes a page that watched long work load again once that has ended: what
    it found comes with the whole page."""
    if is_htmx(request) and not (progress and progress.is_alive):
        response.headers["HX-Refresh"] = "true"
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


def trouble_words(task: Task) -> str:
    """What ended it early, in words; nothing where nobody foresaw it."""
    return str(task.trouble_words.get("fa" if current_lang() == "fa" else "en", ""))
