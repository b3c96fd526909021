"""A programme as a file, out and in, and the way back to an earlier revision."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vafa.core.errors import DomainError
from vafa.core.money import format_number
from vafa.insight.reads.revisions import read_revision
from vafa.program.actions.program_files import (
    MOST_BYTES,
    Brought,
    bring_program,
    program_file,
)
from vafa.program.actions.revisions import save_draft
from vafa.program.rules.portable import NotAProgramFile
from vafa.web.panel.files import record_export
from vafa.web.panel.pages import panel_page
from vafa.web.panel.views.program import draft_page
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest


@require_safe
@panel_page("program.edit")
def take(request: PageRequest, number: int) -> HttpResponse:
    """A revision as a file, for another club."""
    found = read_revision(request.club, number)
    record_export(request, "program")
    answer = HttpResponse(
        program_file(request.club, found.program), content_type="application/json; charset=utf-8"
    )
    name = f"{request.club.slug}-program-{number}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
@panel_page("program.edit")
def bring(request: PageRequest) -> HttpResponse:
    """Make the file's programme the draft. What it changes is seen there; nothing is published."""
    try:
        brought = _bring(request)
    except DomainError as error:
        return draft_page(request, error.message(current_lang()))
    messages.success(request, _("The file is the draft now. See what it changes, then publish."))
    if brought.rewards:
        said = {"count": format_number(brought.rewards, current_lang())}
        messages.success(
            request, _("New rewards, switched off until you look at them: %(count)s") % said
        )
    return HttpResponseRedirect(reverse("panel:draft"))


def _bring(request: PageRequest) -> Brought:
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > MOST_BYTES:
        raise NotAProgramFile
    return bring_program(request.club, file.read(), by=request.actor.label)


@require_POST
@panel_page("program.publish")
def go_back(request: PageRequest, number: int) -> HttpResponse:
    """Make an earlier revision the draft again."""
    found = read_revision(request.club, number)
    save_draft(request.club.id, found.program, actor=request.actor.label)
    said = {"number": format_number(number, current_lang())}
    messages.success(
        request, _("The draft is as revision %(number)s. See what it changes, then publish.") % said
    )
    return HttpResponseRedirect(reverse("panel:draft"))
