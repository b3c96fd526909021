"""The page behind a member's personal link: who invites, and the way in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vafa.club.reads.context import club_by_slug
from vafa.core.errors import NotFound
from vafa.flows.invitations import who_invites
from vafa.program.errors import ReferralIsOff, UnknownInvitation
from vafa.program.reads.promise import promise
from vafa.program.rules.promise_parts import referral_words
from vafa.web.shared.context import current_lang, use_club
from vafa.web.shared.errors import handles_errors
from vafa.web.shared.invites import remember_invite


@require_safe
@never_cache
@handles_errors
def invitation(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Says by first name who invites, what it brings, and leads to joining."""
    club = club_by_slug(slug)
    use_club(request, club)
    try:
        inviter = who_invites(club, code)
    except (UnknownInvitation, ReferralIsOff) as error:
        raise NotFound from error
    lang = current_lang()
    found = promise(club, lang)
    context = {
        "club": club,
        "inviter": inviter.first_name,
        "terms": referral_words(found.program, club.display_unit, lang, "friend"),
        "rules": [words for _, words in found.rules],
    }
    response = render(request, "site/invitation.html", context)
    remember_invite(response, club, code)
    return response
