"""Badges that rules may give: part of the programme's draft."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vafa.core.errors import NotFound
from vafa.program.rules.deeds import GiveBadge
from vafa.web.panel.drafts import draft_form, fresh_id, keep, open_workshop, saved
from vafa.web.panel.forms.badges import BadgeForm
from vafa.web.panel.pages import panel_page
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest


@require_http_methods(["GET", "POST"])
@panel_page("program.edit")
def new_badge(request: PageRequest) -> HttpResponse:
    """Add a badge to the draft."""
    shop = open_workshop(request)
    form = BadgeForm(request.POST or None)
    if form.is_valid():
        # What members have by a code must never come to mean another badge.
        taken = {badge.code for badge in shop.program.badges}
        taken |= {badge.code for badge in shop.live.program.badges} if shop.live else set()
        badge = form.build(fresh_id("badge", taken))
        keep(request, shop.program, badges=(*shop.program.badges, badge))
        return saved(request)
    return draft_form(request, form, _("New badge"))


@require_http_methods(["GET", "POST"])
@panel_page("program.edit")
def edit_badge(request: PageRequest, code: str) -> HttpResponse:
    """Change what a badge of the draft is called; who has it keeps it."""
    program = open_workshop(request).program
    badge = program.badge(code)
    if badge is None:
        raise NotFound
    form = BadgeForm(request.POST or None, initial=BadgeForm.values_of(badge))
    if form.is_valid():
        new = form.build(code)
        keep(request, program, badges=tuple(new if b == badge else b for b in program.badges))
        return saved(request)
    return draft_form(request, form, badge.name.said(current_lang()))


@require_POST
@panel_page("program.edit")
def remove_badge(request: PageRequest, code: str) -> HttpResponse:
    """Take a badge out of the draft; not while a rule gives it."""
    program = open_workshop(request).program
    if program.badge(code) is None:
        raise NotFound
    giving = [r for r in program.rules if isinstance(r.gives, GiveBadge) and r.gives.badge == code]
    if giving:
        said = {"rule": giving[0].name.said(current_lang())}
        messages.error(request, _("The rule “%(rule)s” gives it. Remove that rule first.") % said)
    else:
        keep(request, program, badges=tuple(b for b in program.badges if b.code != code))
    return HttpResponseRedirect(reverse("panel:happenings"))
