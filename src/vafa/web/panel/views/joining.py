"""Who may join, the codes and links that people join with, and who asks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.club.access import access_branches, access_joining_code, access_joining_request
from vafa.club.actions.joining import (
    change_joining_code,
    make_joining_code,
    save_joining_terms,
)
from vafa.club.joining_errors import JoiningCodeTaken
from vafa.club.models import JoiningCode
from vafa.club.reads.joining import (
    count_joining_codes,
    count_joining_requests,
    joining_terms,
    list_joining_codes,
    list_joining_requests,
)
from vafa.club.rules.joining import ACCEPTED, REFUSED, WAITING, Terms
from vafa.core.clock import now
from vafa.core.errors import InvalidInput
from vafa.flows.joining_requests import accept_joining, refuse_joining
from vafa.program.errors import NoLiveProgram
from vafa.program.reads.revisions import live_program
from vafa.web.panel.forms.joining import CodeForm, JoiningForm, RefusalForm
from vafa.web.panel.pages import (
    list_page,
    page_calendar,
    panel_form,
    panel_page,
    panel_render,
)
from vafa.web.shared.context import current_lang
from vafa.web.shared.joining import ways_words
from vafa.web.shared.sessions import PageRequest

_STATES = (WAITING, ACCEPTED, REFUSED)


@require_safe
@panel_page("members.edit", "codes.edit", "club.settings")
def joining(request: PageRequest) -> HttpResponse:
    """Who may join, who waits for an answer, and the codes with their links."""
    club = request.club
    terms = joining_terms(club.id)
    page, offset = list_page(request, count_joining_codes(club.id))
    codes = list_joining_codes(club.id, limit=page.paginator.per_page, offset=offset)
    context = {
        "terms": terms,
        "ways": ways_words(club, terms),
        "referral_is_off": needs_referral(request, terms),
        "waiting": count_joining_requests(club.id),
        "rows": [_shown(request, code) for code in codes],
        "page": page,
        "club_url": request.build_absolute_uri(reverse("site:club", args=[club.slug])),
    }
    return panel_render(request, "panel/joining.html", context, section="joining")


@require_http_methods(["GET", "POST"])
@panel_page("club.settings")
def terms(request: PageRequest) -> HttpResponse:
    """Open the club to all, or say what opens it."""
    held = joining_terms(request.club.id)
    form = JoiningForm(
        request.POST or None,
        unit=request.club.display_unit,
        initial=JoiningForm.values_of(held),
    )
    if form.is_valid():
        save_joining_terms(request.club.id, form.terms, by=request.actor.label)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("panel:joining"))
    return panel_form(request, "panel/joining_terms.html", form, section="joining")


@require_http_methods(["GET", "POST"])
@panel_page("codes.edit")
def new_code(request: PageRequest) -> HttpResponse:
    """Make a code and its link."""
    form = _code_form(request)
    if form.is_valid():
        try:
            make_joining_code(request.club.id, **form.values, by=request.actor.label)
        except JoiningCodeTaken as error:
            form.add_error("code", error.message(current_lang()))
        else:
            messages.success(request, _("The code and its link are ready."))
            return HttpResponseRedirect(reverse("panel:joining"))
    return _code_page(request, form, _("New code or link"))


@require_http_methods(["GET", "POST"])
@panel_page("codes.edit")
def edit_code(request: PageRequest, code_id: int) -> HttpResponse:
    """Change what a code is for, or use it no more."""
    found = access_joining_code(request.actor, code_id)
    form = _code_form(request, found)
    if form.is_valid():
        change_joining_code(request.club.id, found.pk, **form.values, by=request.actor.label)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("panel:joining"))
    return _code_page(request, form, found.name)


@require_safe
@panel_page("members.edit")
def requests(request: PageRequest) -> HttpResponse:
    """Who asked to join; ``?state=`` waiting, accepted or refused."""
    state = request.GET.get("state", WAITING)
    state = state if state in _STATES else WAITING
    count = count_joining_requests(request.club.id, state)
    page, offset = list_page(request, count)
    context = {
        "rows": list_joining_requests(
            request.club.id, state, limit=page.paginator.per_page, offset=offset
        ),
        "page": page,
        "state": state,
        "tabs": _tabs(state),
        "form": RefusalForm(),
    }
    return panel_render(request, "panel/joining_requests.html", context, section="joining")


@require_POST
@panel_page("members.edit")
def decide(request: PageRequest, request_id: int) -> HttpResponse:
    """Take her in (``accept`` 1), or not, with a reason that she reads."""
    asked = access_joining_request(request.actor, request_id)
    form, answer = RefusalForm(request.POST), request.POST.get("accept")
    if answer not in ("0", "1"):
        raise InvalidInput(field="accept")
    if answer == "1":
        accept_joining(request.club, asked.pk, actor=request.actor)
        words = _("%(name)s is a member now.")
    elif form.is_valid():
        refuse_joining(request.club, asked.pk, form.cleaned_data["reason"], actor=request.actor)
        words = _("The request of %(name)s is refused.")
    else:
        raise InvalidInput(field="reason")
    messages.success(request, words % {"name": asked.name})
    return HttpResponseRedirect(reverse("panel:joining-requests"))


def needs_referral(request: PageRequest, terms: Terms) -> bool:
    """Whether the club says that invitations open it, and its programme has none."""
    if not terms.by_invitation:
        return False
    try:
        return not live_program(request.club.id).program.referral.is_on
    except NoLiveProgram:
        return True


def link_of(request: PageRequest, code: JoiningCode) -> str:
    """The link that carries a code."""
    path = reverse("site:joining-link", args=[request.club.slug, code.code])
    return str(request.build_absolute_uri(path))


def _shown(request: PageRequest, code: JoiningCode) -> dict[str, Any]:
    today = request.club.local_date(now())
    is_over = code.last_day is not None and code.last_day < today
    is_full = code.most_uses is not None and code.uses >= code.most_uses
    state = ""
    if not code.is_active:
        state = _("Not in use")
    elif is_over:
        state = _("Over")
    elif is_full:
        state = _("Full")
    return {"code": code, "link": link_of(request, code), "state": state}


def _code_form(request: PageRequest, old: JoiningCode | None = None) -> CodeForm:
    return CodeForm(
        request.POST or None,
        branches=access_branches(request.actor),
        calendar=page_calendar(request),
        old=old,
        initial=CodeForm.values_of(old) if old else {"opens": True},
    )


def _code_page(request: PageRequest, form: CodeForm, title: str) -> HttpResponse:
    context = {"title": title, "back": reverse("panel:joining"), "back_label": _("Joining")}
    return panel_form(request, "panel/business_form.html", form, section="joining", **context)


def _tabs(state: str) -> list[dict[str, Any]]:
    words = {WAITING: _("Waiting"), ACCEPTED: _("Taken in"), REFUSED: _("Refused")}
    url = reverse("panel:joining-requests")
    return [
        {"label": words[one], "url": f"{url}?state={one}", "active": one == state}
        for one in _STATES
    ]
