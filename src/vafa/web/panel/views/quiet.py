"""When members are left in peace."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vafa.engage.actions.quiet import save_quiet
from vafa.engage.reads.quiet import quiet_of
from vafa.web.panel.forms.quiet import QuietForm
from vafa.web.panel.pages import panel_form, panel_page
from vafa.web.shared.sessions import PageRequest


@require_http_methods(["GET", "POST"])
@panel_page("messages.settings")
def quiet(request: PageRequest) -> HttpResponse:
    """Shows and changes the club's quiet hours."""
    stored = quiet_of(request.club)
    initial = {"has": stored.begins != stored.ends, "begins": 22, "ends": 8}
    if initial["has"]:
        initial |= {"begins": stored.begins, "ends": stored.ends}
    form = QuietForm(request.POST or None, initial=initial)
    if form.is_valid():
        save_quiet(request.club, *form.hours, by=request.actor.label)
        messages.success(request, _("The quiet hours are saved."))
        return HttpResponseRedirect(reverse("panel:quiet"))
    return panel_form(request, "panel/quiet.html", form, section="messages", zone=request.club.zone)
