"""Her own details, language, theme, and the way out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from vafa.club.actions.members import update_member
from vafa.web.portal.forms import ProfileForm
from vafa.web.portal.pages import page_calendar, portal_page, portal_render
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
        update_member(
            member.id,
            name=form.cleaned_data["name"],
            gender=form.cleaned_data["gender"],
            birth_date=member.birth_date or form.cleaned_data["birth_date"],
            by=request.actor.label,
        )
        messages.success(request, gettext("Your details were saved."))
        return HttpResponseRedirect(reverse("portal:profile"))
    status = 422 if form.errors else 200
    return portal_render(request, "portal/profile.html", {"form": form}, status=status)
