"""What a member accepts and allows, her data to take away, and the way out of the club."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from vafa.club.actions.consents import set_consents
from vafa.club.actions.terms import accept_terms
from vafa.club.membership_errors import UnknownTerms
from vafa.club.reads.consents import consent_history, list_purposes
from vafa.club.reads.members import with_merged
from vafa.club.reads.terms import must_accept, terms_in_force
from vafa.club.rules.consents import channel_words
from vafa.core.errors import NotFound
from vafa.flows.leaving import leave_club, what_is_lost
from vafa.insight.reads.personal_data import personal_data
from vafa.web.portal.forms import LeaveForm
from vafa.web.portal.pages import portal_page_before_terms, portal_render
from vafa.web.shared.context import current_lang
from vafa.web.shared.details import DetailsForm
from vafa.web.shared.personal_file import personal_file
from vafa.web.shared.sessions import PageRequest, logout_member

_HISTORY = 20


class Line(NamedTuple):
    """Something that she once allowed or took back."""

    at: datetime
    words: str


@require_http_methods(["GET", "POST"])
@portal_page_before_terms
def terms(request: PageRequest) -> HttpResponse:
    """The terms that hold; accepts them where she has not."""
    found = terms_in_force(request.club.id)
    if found is None or found.version is None:
        raise NotFound
    target = _target(request)
    if request.method == "POST":
        typed = request.POST.get("version", "")
        try:
            number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0
            accept_terms(request.club.id, request.member.id, number, by=request.actor.label)
        except UnknownTerms as error:
            # They changed while she was reading.
            messages.error(request, error.message(current_lang()))
            return HttpResponseRedirect(request.get_full_path())
        return HttpResponseRedirect(target)
    lang = current_lang()
    context = {
        "terms": found,
        "body": found.said(lang),
        "changes": found.changes_said(lang) if request.member.terms_version else "",
        "must": must_accept(request.member),
        "is_accepted": request.member.terms_version >= found.version,
        "next": target,
    }
    return portal_render(request, "portal/terms.html", context)


@require_http_methods(["GET", "POST"])
@portal_page_before_terms
def consents(request: PageRequest) -> HttpResponse:
    """What she allows, each by one tick, and what she said before."""
    member = request.member
    form = DetailsForm(request.POST if request.method == "POST" else None)
    form.ask_consents(request.club.id, given=member.consents)
    if form.is_valid():
        # What is not asked for any more is nobody's leave either.
        gone = dict.fromkeys(set(member.consents) - set(form.consents), False)
        given = {**gone, **form.consents}
        set_consents(request.club.id, member.id, given, by=request.actor.label)
        messages.success(request, gettext("Your choice holds from now on."))
        return HttpResponseRedirect(reverse("portal:consents"))
    context = {"form": form, "history": _history(request)}
    return portal_render(request, "portal/consents.html", context)


@require_POST
@portal_page_before_terms
def my_data(request: PageRequest) -> HttpResponse:
    """Everything that the club knows of her, as a file."""
    return personal_file(request.club, personal_data(request.club, request.member, current_lang()))


@require_http_methods(["GET", "POST"])
@portal_page_before_terms
def leave(request: PageRequest) -> HttpResponse:
    """Says what she would lose, and ends the membership when she types the word."""
    form = LeaveForm(request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        outcome = leave_club(request.club, member_id=request.member.id, actor=request.actor)
        if outcome.error is None:
            slug = request.club.slug
            logout_member(request)
            messages.success(request, gettext("You have left the club. You are welcome any time."))
            return HttpResponseRedirect(reverse("site:club", args=[slug]))
        form.add_error(None, outcome.error.message(current_lang()))
        status = outcome.error.status
    losses = what_is_lost(request.club, request.member, current_lang())
    context = {"form": form, "losses": losses}
    return portal_render(request, "portal/leave.html", context, status=status)


def _history(request: PageRequest) -> list[Line]:
    lang = current_lang()
    names = {p.code: p.said(lang) for p in list_purposes(request.club.id, with_closed=True)}
    found = []
    for one in consent_history(with_merged(request.member.id), _HISTORY):
        said = {
            "what": names.get(one.purpose, one.purpose),
            "way": channel_words(one.channel, lang),
        }
        words = (
            gettext("You allowed: %(what)s, by %(way)s")
            if one.is_given
            else gettext("You took back: %(what)s, by %(way)s")
        )
        found.append(Line(one.at, words % said))
    return found


def _target(request: PageRequest) -> str:
    """Where she was going."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    home: str = reverse("portal:home")
    return wanted if safe and wanted.startswith(home) else home
