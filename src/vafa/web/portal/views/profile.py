"""Her own details, language, theme, and the way out."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from vafa.core.money import format_number
from vafa.flows.profiles import change_profile
from vafa.program.reads.deeds import member_badges
from vafa.program.reads.revisions import live_program
from vafa.web.portal.forms import ProfileForm
from vafa.web.portal.pages import page_calendar, portal_page, portal_render
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest


@require_http_methods(["GET", "POST"])
@portal_page
def profile(request: PageRequest) -> HttpResponse:
    """Shows and changes the member's own details."""
    member = request.member
    initial = {"name": member.name, "gender": member.gender, "birth_date": member.birth_date}
    form = ProfileForm(request.POST or None, initial=initial, calendar=page_calendar(request.club))
    if member.birth_date is not None:
        # A birthday that moves would be worth points every week: only the staff changes it.
        del form.fields["birth_date"]
    if form.is_valid():
        points = change_profile(
            request.club,
            member.id,
            name=form.cleaned_data["name"],
            gender=form.cleaned_data["gender"],
            birth_date=member.birth_date or form.cleaned_data["birth_date"],
            actor=request.actor,
        )
        messages.success(request, _said(points))
        return HttpResponseRedirect(reverse("portal:profile"))
    status = 422 if form.errors else 200
    context = {"form": form, "badges": _badges(request)}
    return portal_render(request, "portal/profile.html", context, status=status)


def _badges(request: PageRequest) -> list[tuple[dict[str, str], datetime]]:
    """Her badges, as far as the programme still has them, the oldest first."""
    program, lang = live_program(request.club.id).program, current_lang()
    found = [(program.badge(code), at) for code, at in member_badges(request.member.id)]
    return [({"symbol": b.symbol, "name": b.name.said(lang)}, at) for b, at in found if b]


def _said(points: int) -> str:
    if not points:
        return gettext("Your details were saved.")
    number = {"points": format_number(points, current_lang())}
    return gettext("Your details were saved. %(points)s points are yours, thank you.") % number
