"""Her own details, language, theme, and the way out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from vafa.club.models import Member
from vafa.club.reads.consents import list_purposes
from vafa.club.reads.profile import AskedField, completeness, profile_fields
from vafa.club.reads.terms import version_in_force
from vafa.commerce.reads.interests import interest_choices
from vafa.core.money import format_number, format_percent
from vafa.flows.profiles import change_profile, needed_details
from vafa.program.reads.deeds import member_badges
from vafa.program.reads.promise import profile_brings
from vafa.program.reads.revisions import live_program
from vafa.web.portal.forms import HINTS, ProfileForm
from vafa.web.portal.pages import page_calendar, portal_page, portal_render
from vafa.web.shared.context import current_lang
from vafa.web.shared.language import LANGUAGE_SESSION
from vafa.web.shared.sessions import PageRequest


@require_http_methods(["GET", "POST"])
@portal_page
def profile(request: PageRequest) -> HttpResponse:
    """Shows and changes the member's own details, and how much of them is there."""
    member, club = request.member, request.club
    form = ProfileForm(request.POST or None)
    form.ask_details(
        [one for one in _asked(request) if not _is_fixed(member, one.code)],
        calendar=page_calendar(club),
        interests=interest_choices(club.id),
        known=member,
        hints=HINTS,
    )
    form.ask_manners(member)
    if form.is_valid():
        points = _change(request, form)
        lang = form.cleaned_data["language"]
        if lang:
            request.session[LANGUAGE_SESSION] = lang
            translation.activate(lang)
        messages.success(request, _said(points))
        return HttpResponseRedirect(reverse("portal:profile"))
    status = 422 if form.errors else 200
    context = {
        "form": form,
        "fixed": [
            (one.said(current_lang()), getattr(member, one.code))
            for one in _asked(request)
            if _is_fixed(member, one.code)
        ],
        "meter": _meter(request),
        "badges": _badges(request),
        "has_terms": bool(version_in_force(club.id)),
        "has_consents": bool(list_purposes(club.id)),
    }
    return portal_render(request, "portal/profile.html", context, status=status)


def _asked(request: PageRequest) -> list[AskedField]:
    """What she is asked: her club's details, and what the programme names beside."""
    fields = profile_fields(request.club.id)
    needed = set(needed_details(request.club, live_program(request.club.id).program))
    return [one for one in fields.all if one.ask != "never" or one.code in needed]


def _is_fixed(member: Member, code: str) -> bool:
    """A birthday that moves would be worth points every week: only the staff changes it."""
    return code in ("birth_date", "wedding_date") and getattr(member, code) is not None


def _change(request: PageRequest, form: ProfileForm) -> int:
    member, told = request.member, form.told
    more: dict[str, Any] = {
        name: list(value) if name == "interests" else value
        for name, value in told.items()
        if name not in ("name", "gender", "birth_date")
    }
    more |= {name: form.cleaned_data[name] for name in ("language", "calendar")}
    return change_profile(
        request.club,
        member.id,
        name=told.get("name", member.name),
        gender=told.get("gender", member.gender),
        birth_date=member.birth_date or told.get("birth_date"),
        actor=request.actor,
        more=more,
        attributes=form.told_attributes,
    )


def _meter(request: PageRequest) -> dict[str, Any] | None:
    """How complete her profile is, what is missing, and what telling it brings."""
    club, lang = request.club, current_lang()
    needed = needed_details(club, live_program(club.id).program)
    found = completeness(profile_fields(club.id), needed, request.member)
    if not found.total:
        return None
    return {
        "percent": found.percent,
        "said": format_percent(found.percent / 100, lang),
        "missing": [one.said(lang) for one in found.missing],
        "brings": profile_brings(club, lang) if found.missing else [],
    }


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
