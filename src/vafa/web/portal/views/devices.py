"""Where she is logged in, and how to end it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from vafa.club.actions.sessions import end_member_sessions, sessions_of
from vafa.web.portal.pages import portal_page, portal_render
from vafa.web.shared.devices import device_words
from vafa.web.shared.sessions import PageRequest


@require_safe
@portal_page
def devices(request: PageRequest) -> HttpResponse:
    """The devices on which she is logged in, the last used first."""
    rows = [
        {
            "row": row,
            "device": device_words(row.device),
            "is_this": row.key == request.session.session_key,
        }
        for row in sessions_of(member_id=request.member.pk)
    ]
    return portal_render(request, "portal/devices.html", {"sessions": rows})


@require_POST
@portal_page
def end(request: PageRequest) -> HttpResponse:
    """Log one of her devices out (``session``), or all others."""
    number, key = request.POST.get("session", ""), request.session.session_key or ""
    if number and not (number.isascii() and number.isdigit() and len(number) <= 18):
        return HttpResponseRedirect(reverse("portal:devices"))
    end_member_sessions(request.member.pk, but=key, only=int(number) if number else None)
    messages.success(request, gettext("Logged out there."))
    return HttpResponseRedirect(reverse("portal:devices"))
