"""What stands behind links that lead into a club: a member's own, and those of the club."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vafa.club.reads.context import club_by_slug
from vafa.club.reads.joining import find_joining_code
from vafa.core.errors import NotFound
from vafa.flows.invitations import who_invites
from vafa.program.errors import ReferralIsOff, UnknownInvitation
from vafa.program.reads.promise import promise
from vafa.program.rules.promise_parts import referral_words
from vafa.web.shared.context import current_lang, use_club
from vafa.web.shared.errors import handles_errors
from vafa.web.shared.invites import remember_invite, remember_joining_code


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


@require_safe
@never_cache
@handles_errors
def joining_link(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """A link of the club's own: the browser keeps the code, and the club's page is shown. A code
    that is over leads there too: posters stay on walls."""
    club = club_by_slug(slug)
    found = find_joining_code(club.id, code)
    if found is None:
        raise NotFound
    response = HttpResponseRedirect(reverse("site:club", args=[club.slug]))
    remember_joining_code(response, club, found.code)
    return response
