"""What a passer-by sees of a club, and the outbox."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vafa.club.models import Club
from vafa.club.reads.context import ClubContext, club_by_slug, only_club
from vafa.engage.reads.emails import latest_emails
from vafa.engage.reads.messages import latest_messages
from vafa.web.shared.context import use_club
from vafa.web.shared.errors import handles_errors
from vafa.web.shared.htmx import render_page
from vafa.web.site.club_page import club_context_of

_MESSAGES_SHOWN = 50


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The one club's page; a list where there are several; a first word where there is none."""
    club = only_club()
    if club is not None:
        return _club(request, club)
    return render(request, "site/clubs.html", {"clubs": Club.objects.order_by("name", "id")})


@require_safe
@handles_errors
def club_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One club among several."""
    return _club(request, club_by_slug(slug))


@require_safe
@never_cache
def outbox(request: HttpRequest) -> HttpResponse:
    """The texts that would have gone to people; there is no such page in production."""
    if not settings.OUTBOX_PAGE:
        raise Http404
    context = {
        "texts": latest_messages(_MESSAGES_SHOWN),
        "emails": latest_emails(None, _MESSAGES_SHOWN),
    }
    return render_page(request, "site/outbox.html", "site/_outbox.html", context)


def _club(request: HttpRequest, club: ClubContext) -> HttpResponse:
    use_club(request, club)
    return render(request, "site/club.html", club_context_of(request, club))
