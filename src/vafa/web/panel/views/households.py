"""The household of a member: who shares the account, and who may spend from it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vafa.club.errors import UnknownMember
from vafa.club.models import Member
from vafa.club.reads.household_invitations import open_invitations
from vafa.club.reads.households import FoundHousehold, find_household, household_members
from vafa.core.clock import now
from vafa.core.errors import InvalidInput, NotFound
from vafa.flows.entries import Outcome
from vafa.flows.households import (
    add_to_household,
    change_household,
    make_household,
    remove_from_household,
)
from vafa.program.reads.revisions import live_program
from vafa.web.panel.finding import find_typed
from vafa.web.panel.forms.corrections import (
    HouseholdForm,
    JoinForm,
    KeyedForm,
    SpendersForm,
)
from vafa.web.panel.pages import number_of, panel_page, panel_render
from vafa.web.panel.views.corrections import access_unmerged, done
from vafa.web.panel.views.member import title
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest


@require_safe
@panel_page("members.merge")
def household(request: PageRequest, member_id: int) -> HttpResponse:
    """Her household, or how to make one."""
    return _page(request, access_unmerged(request, member_id))


@require_POST
@panel_page("members.merge")
def make(request: PageRequest, member_id: int) -> HttpResponse:
    """A household of which she is the head."""
    found = access_unmerged(request, member_id)
    form = SpendersForm(request.POST)
    return _carry_out(
        request,
        found,
        form,
        lambda: make_household(
            request.club,
            head_id=found.id,
            spenders=form.cleaned_data["spenders"],
            actor=request.actor,
            key=form.key_text,
        ),
        make_form=form,
    )


@require_POST
@panel_page("members.merge")
def change(request: PageRequest, member_id: int) -> HttpResponse:
    """Another head, or other spenders."""
    found, number = _of_household(request, member_id)
    people = _people(find_household(request.club.id, number))
    form = HouseholdForm(request.POST, people=people)
    return _carry_out(
        request,
        found,
        form,
        lambda: change_household(
            request.club,
            household_id=number,
            head_id=form.cleaned_data["head"],
            spenders=form.cleaned_data["spenders"],
            actor=request.actor,
            key=form.key_text,
        ),
        change_form=form,
    )


@require_POST
@panel_page("members.merge")
def add(request: PageRequest, member_id: int) -> HttpResponse:
    """One more member."""
    found, number = _of_household(request, member_id)
    form = JoinForm(request.POST)
    other = 0
    if form.is_valid():
        try:
            other = find_typed(request.club, form.cleaned_data["who"])
        except UnknownMember as error:
            form.add_error("who", error.message(current_lang()))
    return _carry_out(
        request,
        found,
        form,
        lambda: add_to_household(
            request.club,
            household_id=number,
            member_id=other,
            actor=request.actor,
            key=form.key_text,
        ),
        join_form=form,
    )


@require_POST
@panel_page("members.merge")
def remove(request: PageRequest, member_id: int) -> HttpResponse:
    """A member (``member``) leaves."""
    found, number = _of_household(request, member_id)
    leaving = number_of(request.POST.get("member"))
    if leaving is None:
        raise InvalidInput(field="member")
    outcome = remove_from_household(
        request.club, household_id=number, member_id=leaving, actor=request.actor
    )
    if outcome.error is not None:
        messages.error(request, outcome.error.message(current_lang()))
    else:
        messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("panel:household", args=[found.id]))


def _carry_out(
    request: PageRequest,
    found: Member,
    form: KeyedForm,
    act: Callable[[], Outcome],
    **forms: KeyedForm,
) -> HttpResponse:
    if form.is_valid() and done(form, act()):
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("panel:household", args=[found.id]))
    return _page(request, found, status=422, **forms)


def _of_household(request: PageRequest, member_id: int) -> tuple[Member, int]:
    found = access_unmerged(request, member_id)
    if found.household_id is None:
        raise NotFound
    return found, found.household_id


def _people(home: FoundHousehold) -> list[tuple[int, str]]:
    return [(person.id, title(person)) for person in household_members(home.id)]


def _page(
    request: PageRequest, found: Member, *, status: int = 200, **forms: KeyedForm
) -> HttpResponse:
    terms = live_program(request.club.id).program.households
    context = {
        "member": found,
        "title": title(found),
        "url": reverse("panel:member", args=[found.id]),
        "terms": terms,
    }
    if found.household_id is None:
        context["make_form"] = SpendersForm()
    else:
        home = find_household(request.club.id, found.household_id)
        given = {"head": home.head_id, "spenders": home.spenders}
        context |= {
            "home": home,
            "people": household_members(home.id),
            "change_form": HouseholdForm(initial=given, people=_people(home)),
            "join_form": JoinForm(),
            "is_full": len(home.member_ids) >= terms.most_members,
            "invitations": open_invitations(home.id, now()),
        }
    return panel_render(
        request, "panel/household.html", context | forms, section="members", status=status
    )
