"""A member's right to her data: all of it as a file, and to be forgotten."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vafa.club.access import access_member
from vafa.club.actions.audit import record_audit, thing_of_member
from vafa.club.errors import MergedMember
from vafa.flows.erasing import erase_member
from vafa.flows.leaving import what_is_lost
from vafa.insight.reads.personal_data import personal_data
from vafa.web.panel.forms.membership import EraseForm
from vafa.web.panel.pages import panel_form, panel_page
from vafa.web.panel.views.member import title
from vafa.web.shared.context import current_lang
from vafa.web.shared.personal_file import personal_file
from vafa.web.shared.sessions import PageRequest


@require_POST
@panel_page("members.export")
def member_data(request: PageRequest, member_id: int) -> HttpResponse:
    """Everything that the club knows of a member, for her: noted in the audit."""
    found = access_member(request.actor, member_id)
    with transaction.atomic():
        record_audit(
            request.club.id, request.actor.label, "member.data_taken", thing_of_member(found)
        )
    return personal_file(request.club, personal_data(request.club, found, current_lang()))


@require_http_methods(["GET", "POST"])
@panel_page("members.erase")
def erase(request: PageRequest, member_id: int) -> HttpResponse:
    """Says what is lost and what stays; forgets the person for good."""
    found = access_member(request.actor, member_id)
    if found.merged_into_id is not None:
        raise MergedMember
    form = EraseForm(request.POST or None)
    url = reverse("panel:member", args=[found.id])
    if form.is_valid():
        outcome = erase_member(
            request.club,
            member_id=found.id,
            reason=form.cleaned_data["reason"],
            actor=request.actor,
        )
        if outcome.error is None:
            messages.success(request, _("The person is forgotten. The figures stay."))
            return HttpResponseRedirect(reverse("panel:members"))
        form.add_error(None, outcome.error.message(current_lang()))
    losses = what_is_lost(request.club, found, current_lang()) if found.left_at is None else None
    return panel_form(
        request,
        "panel/erase.html",
        form,
        section="members",
        member=found,
        title=title(found),
        url=url,
        losses=losses,
    )
