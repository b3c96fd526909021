"""A draft that is published at a time."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vafa.core.errors import DomainError, NotFound
from vafa.program.actions.publishing import cancel_publishing, plan_publishing
from vafa.web.panel.drafts import DraftChanged, open_workshop
from vafa.web.panel.forms.backtests import PlanForm
from vafa.web.panel.pages import page_calendar, panel_form, panel_page
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest


@require_http_methods(["GET", "POST"])
@panel_page("program.publish")
def plan(request: PageRequest) -> HttpResponse:
    """Choose when the draft that is on the screen goes live."""
    waiting = open_workshop(request).draft
    if waiting is None:
        raise NotFound
    form = PlanForm(
        request.POST or None,
        initial={"stamp": waiting.stamp},
        calendar=page_calendar(request),
        zone=request.club.tz,
    )
    if form.is_valid():
        if form.cleaned_data["stamp"] != waiting.stamp:
            raise DraftChanged
        note = form.cleaned_data["note"]
        try:
            plan_publishing(request.club.id, form.moment, actor=request.actor.label, note=note)
        except DomainError as error:
            form.add_error("on", error.message(current_lang()))
        else:
            messages.success(request, _("The draft will be published then by itself."))
            return HttpResponseRedirect(reverse("panel:draft"))
    return panel_form(request, "panel/plan_publishing.html", form, section="program")


@require_POST
@panel_page("program.publish")
def cancel(request: PageRequest) -> HttpResponse:
    """Take the plan back; the draft stays."""
    cancel_publishing(request.club.id, actor=request.actor.label)
    messages.success(request, _("The draft will not be published by itself."))
    return HttpResponseRedirect(reverse("panel:draft"))
