"""Who shares her points, and who may spend them."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from vafa.club.reads.households import find_household, household_members
from vafa.program.reads.standing import standing
from vafa.web.portal.pages import portal_page, portal_render
from vafa.web.shared.sessions import PageRequest


@require_safe
@portal_page
def household(request: PageRequest) -> HttpResponse:
    """The members of her household and the shared balance; home, where she has none."""
    if request.member.household_id is None:
        return HttpResponseRedirect(reverse("portal:home"))
    home = find_household(request.club.id, request.member.household_id)
    context = {
        "home": home,
        "people": household_members(home.id),
        "standing": standing(request.club, request.member.id),
        "may_spend": home.spenders == "all" or home.head_id == request.member.id,
    }
    return portal_render(request, "portal/household.html", context)
