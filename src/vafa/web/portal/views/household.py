"""Her household: who shares her points, who may spend them, and who is invited."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.club.models import HouseholdInvitation, Member
from vafa.club.reads.household_invitations import (
    access_invitation,
    invitations_to,
    open_invitations,
)
from vafa.club.reads.households import FoundHousehold, find_household, household_members
from vafa.club.rules.households import OPEN
from vafa.core import clock
from vafa.core.errors import DomainError, InvalidInput
from vafa.flows.entries import Outcome
from vafa.flows.own_households import (
    answer_invitation,
    go_from_household,
    invite_to_household,
    lead_household,
    start_household,
    withdraw_invitation,
)
from vafa.program.reads.revisions import live_program
from vafa.program.reads.standing import standing
from vafa.web.portal.household_forms import InviteForm, LeadForm, StartForm
from vafa.web.portal.pages import portal_page, portal_render, whole_number
from vafa.web.portal.story import isolated
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest


@require_safe
@portal_page
def household(request: PageRequest) -> HttpResponse:
    """Her household; where she has none, how to make one and who invites her. Home, where members
    make none themselves and nobody invited her."""
    return _page(request)


@require_POST
@portal_page
def make(request: PageRequest) -> HttpResponse:
    """A household of her own, which she leads."""
    form = StartForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, start_form=form)
    outcome = start_household(
        request.club,
        member_id=request.member.id,
        spenders=form.cleaned_data["spenders"],
        actor=request.actor,
        key=str(form.cleaned_data["key"]),
    )
    return _done(request, outcome, gettext("Your household is made. Now invite the others."))


@require_POST
@portal_page
def invite(request: PageRequest) -> HttpResponse:
    """Somebody by her mobile; or, for ``by=link``, whoever opens the link first."""
    by_link = request.POST.get("by") == "link"
    form = InviteForm(request.POST)
    if by_link:
        del form.fields["mobile"]
    if not form.is_valid():
        return _page(request, status=422, invite_form=InviteForm(request.POST))
    outcome = invite_to_household(
        request.club,
        head_id=request.member.id,
        mobile=None if by_link else form.cleaned_data["mobile"],
        actor=request.actor,
        key=str(form.cleaned_data["key"]),
    )
    if by_link:
        said = gettext("The link is ready. It works once, for seven days.")
    else:
        said = gettext("The invitation is noted. Whoever has this number sees it in the portal.")
    return _done(request, outcome, said, form=form, name="invite_form")


@require_POST
@portal_page
def withdraw(request: PageRequest) -> HttpResponse:
    """An invitation (``invitation``) is taken back."""
    number = whole_number(request.POST.get("invitation", ""))
    if number is None:
        raise InvalidInput(field="invitation")
    outcome = withdraw_invitation(
        request.club, head_id=request.member.id, invitation_id=number, actor=request.actor
    )
    return _done(request, outcome, gettext("The invitation is taken back."))


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def invitation(request: PageRequest, code: str) -> HttpResponse:
    """Who invites her and what it means; she accepts or declines (``answer``)."""
    found = access_invitation(request.member, code)
    if request.method != "POST":
        return _look_at(request, found)
    accepts = request.POST.get("answer") == "accept"
    if not accepts and request.POST.get("answer") != "decline":
        raise InvalidInput(field="answer")
    outcome = answer_invitation(
        request.club,
        member_id=request.member.id,
        code=found.code,
        accepts=accepts,
        actor=request.actor,
    )
    if outcome.error is not None:
        return _look_at(request, found, outcome.error)
    if accepts:
        messages.success(request, gettext("You belong to the household now."))
        return HttpResponseRedirect(reverse("portal:household"))
    messages.success(request, gettext("You have declined the invitation."))
    return HttpResponseRedirect(reverse("portal:home"))


@require_POST
@portal_page
def lead(request: PageRequest) -> HttpResponse:
    """The head says who may spend, or makes another the head."""
    home = _hers(request)
    form = LeadForm(request.POST, people=_named(household_members(home.id)) if home else [])
    if not form.is_valid():
        return _page(request, status=422, lead_form=form)
    outcome = lead_household(
        request.club,
        member_id=request.member.id,
        head_id=form.cleaned_data["head"],
        spenders=form.cleaned_data["spenders"],
        actor=request.actor,
    )
    return _done(request, outcome, gettext("Saved."))


@require_POST
@portal_page
def go(request: PageRequest) -> HttpResponse:
    """She leaves, or as the head lets another (``member``) go."""
    number = whole_number(request.POST.get("member", ""))
    if number is None:
        raise InvalidInput(field="member")
    outcome = go_from_household(
        request.club, member_id=request.member.id, goes_id=number, actor=request.actor
    )
    hers = number == request.member.id
    said = gettext("You have left the household.") if hers else gettext("Saved.")
    return _done(request, outcome, said)


def _done(
    request: PageRequest, outcome: Outcome, said: str, *, form: Form | None = None, name: str = ""
) -> HttpResponse:
    error = outcome.error
    if error is not None and form is not None and "mobile" in form.fields:
        form.add_error(None, error.message(current_lang()))
        return _page(request, status=error.status, **{name: form})
    if error is not None:
        messages.error(request, error.message(current_lang()))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(reverse("portal:household"))


def _hers(request: PageRequest) -> FoundHousehold | None:
    number = request.member.household_id
    return find_household(request.club.id, number) if number is not None else None


def _named(people: list[Member]) -> list[tuple[int, str]]:
    return [(person.id, person.name or gettext("Member without a name")) for person in people]


def _page(request: PageRequest, *, status: int = 200, **forms: Form) -> HttpResponse:
    home = _hers(request)
    if home is None:
        return _without(request, status, forms)
    leads, terms = home.head_id == request.member.id, live_program(request.club.id).program
    people = household_members(home.id)
    context: dict[str, Any] = {
        "home": home,
        "people": people,
        "standing": standing(request.club, request.member.id),
        "may_spend": home.spenders == "all" or leads,
        "leads": leads,
        "most": terms.households.most_members,
        "by_members": terms.households.is_on and terms.households.by_members,
        "is_full": len(people) >= terms.households.most_members,
        "invitations": [],
    }
    if leads:
        given = {"head": home.head_id, "spenders": home.spenders}
        context |= {
            "invite_form": InviteForm(),
            "lead_form": LeadForm(initial=given, people=_named(people)),
            "invitations": [
                (one, _link(request, one.code)) for one in open_invitations(home.id, clock.now())
            ],
        }
    return portal_render(request, "portal/household.html", context | forms, status=status)


def _without(request: PageRequest, status: int, forms: dict[str, Form]) -> HttpResponse:
    terms = live_program(request.club.id).program.households
    invited = invitations_to(request.member, clock.now()) if terms.is_on else []
    if not (terms.is_on and terms.by_members) and not invited:
        return HttpResponseRedirect(reverse("portal:home"))
    context = {"invited": invited, "most": terms.most_members, "start_form": StartForm()}
    return portal_render(request, "portal/household_none.html", context | forms, status=status)


def _look_at(
    request: PageRequest, found: HouseholdInvitation, error: DomainError | None = None
) -> HttpResponse:
    home = find_household(request.club.id, found.household_id)
    context = {
        "invitation": found,
        "who": isolated(found.inviter.name.split(" ")[0]) if found.inviter.name else "",
        "is_open": found.state == OPEN and found.expires_at > clock.now(),
        "spenders": home.spenders,
        "standing": standing(request.club, request.member.id),
        "refusal": error.message(current_lang()) if error else "",
    }
    status = error.status if error else 200
    return portal_render(request, "portal/household_invitation.html", context, status=status)


def _link(request: PageRequest, code: str) -> str:
    return request.build_absolute_uri(reverse("portal:household-invitation", args=[code]))
