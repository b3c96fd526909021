"""The terms of membership as everybody may read them, and the way out of messages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from vafa.club.actions.consents import set_consents
from vafa.club.models import Member
from vafa.club.reads.consent_links import member_of_token
from vafa.club.reads.consents import list_purposes
from vafa.club.reads.context import club_by_slug, club_context
from vafa.club.reads.terms import terms_in_force, terms_version
from vafa.club.rules.consents import channel_words, parse_key
from vafa.core.errors import NotFound
from vafa.web.shared.context import current_lang, use_club
from vafa.web.shared.errors import handles_errors


@require_safe
@handles_errors
def terms(request: HttpRequest, slug: str, number: int = 0) -> HttpResponse:
    """The terms that hold, or an earlier version by its number."""
    club = club_by_slug(slug)
    use_club(request, club)
    found = terms_version(club.id, number) if number else terms_in_force(club.id)
    if found is None:
        raise NotFound
    lang = current_lang()
    context = {"club": club, "terms": found, "text": found.said(lang)}
    return render(request, "site/terms.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@handles_errors
def way_out(request: HttpRequest, token: str) -> HttpResponse:
    """Takes consents back without a login: what is open by this address can only be less.

    Nothing happens before the button is pressed: programs that look at links press none.
    """
    member = member_of_token(token)
    if member is None:
        raise NotFound
    club = club_context(member.club_id)
    use_club(request, club)
    if request.method == "POST":
        chosen = request.POST.getlist("consent")
        given = {key: False for key in member.consents if "all" in request.POST or key in chosen}
        set_consents(club.id, member.id, given, by=f"member:{member.id}", face="link")
        return HttpResponseRedirect(request.path)
    context = {"club": club, "given": _given(member)}
    return render(request, "site/way_out.html", context)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@handles_errors
def stop(request: HttpRequest, token: str, consent: str) -> HttpResponse:
    """Takes one consent back at once: what e-mail programs post by themselves (RFC 8058), with no
    cookie, and expecting no other page. Whoever only opens it sees the page with the buttons."""
    member = member_of_token(token)
    if member is None:
        raise NotFound
    if request.method != "POST":
        return HttpResponseRedirect(reverse("site:way-out", args=[token]))
    given = {key: False for key in member.consents if key == consent}
    set_consents(member.club_id, member.id, given, by=f"member:{member.id}", face="link")
    return HttpResponse(status=204)


def _given(member: Member) -> list[tuple[str, str, str]]:
    """What she allows now: the consent's key, for what, by which way."""
    lang = current_lang()
    names = {p.code: p.said(lang) for p in list_purposes(member.club_id, with_closed=True)}
    found = []
    for key in member.consents:
        purpose, channel = parse_key(key)
        found.append((key, names.get(purpose, purpose), channel_words(channel, lang)))
    return found
