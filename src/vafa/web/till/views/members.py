"""The till itself: the member's side."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vafa.club.access import access_member
from vafa.club.actions.attributes import stored_attributes
from vafa.club.actions.members import NewMember
from vafa.club.errors import MemberExists
from vafa.club.joining_errors import (
    ClubIsClosed,
    JoiningCodeSpent,
    ReceiptDoesNotOpen,
    UnknownJoiningCode,
)
from vafa.club.models import Member
from vafa.club.reads.joining import joining_terms
from vafa.core.money import display_unit
from vafa.flows.enrolment import enrol_members
from vafa.flows.fees import fee_standing
from vafa.flows.invitations import Invitation
from vafa.flows.joining import ask_to_join
from vafa.flows.member_events import record_visit
from vafa.program.errors import ReferralIsOff, UnknownInvitation
from vafa.web.shared.context import current_lang
from vafa.web.shared.htmx import is_htmx, trigger
from vafa.web.till.bill import new_key
from vafa.web.till.confirming import confirm_by_scan
from vafa.web.till.forms import BillForm, EnrolForm
from vafa.web.till.pages import TillRequest, frame, till_page
from vafa.web.till.reads.members import look_up, member_card, tier_lines
from vafa.web.till.refusals import said

MEMBER_EVENT = "till:member"
# What is wrong with what should open the club, and at which field it is said.
_WRONG = {
    UnknownJoiningCode: "joining_code",
    JoiningCodeSpent: "joining_code",
    ReceiptDoesNotOpen: "receipt_no",
}


@require_GET
@till_page
def home(request: TillRequest) -> HttpResponse:
    """An empty till, or with ``?member=`` one with that member."""
    number = request.GET.get("member", "")
    member = None
    if number.isascii() and number.isdigit() and len(number) <= 18:
        member = access_member(request.actor, int(number))
    return render(request, "till/till.html", page_context(request, member))


@require_GET
@till_page
def find(request: TillRequest) -> HttpResponse:
    """The pane of whoever ``q`` stands for, or the way to enrol her."""
    typed = request.GET.get("q", "").strip()
    if not typed:
        return pane(request, None)
    found = look_up(request.club, typed)
    if found.member_id is not None:
        member = access_member(request.actor, found.member_id)
        confirm_by_scan(request, member, typed)
        return pane(request, member)
    if found.mobile:
        form = EnrolForm(request, initial={"mobile": found.mobile})
        return pane(request, None, enrol=form)
    problem = _("Nobody has this number. Check it, or type a mobile number to enrol a new member.")
    return pane(request, None, pane_problem=problem, typed=typed)


@require_POST
@till_page
def enrol(request: TillRequest) -> HttpResponse:
    """Enrol a new member and show her pane; who is a member already is simply shown."""
    form = EnrolForm(request, request.POST)
    if not form.is_valid():
        return pane(request, None, enrol=form)
    person = NewMember(
        mobile=form.cleaned_data["mobile"],
        branch_id=request.branch.id,
        attributes=stored_attributes(request.club.id, form.told_attributes),
        consents=form.given,
        terms_version=form.accepted,
        **form.told,
    )
    code = form.cleaned_data.get("referred_by", "")
    invitation = Invitation(code) if code else None
    try:
        [outcome] = enrol_members(
            request.club,
            [person],
            actor=request.actor,
            invitation=invitation,
            brought=form.brought,
        )
    except ClubIsClosed as error:
        if not joining_terms(request.club.id).by_approval:
            form.add_error(None, said(error))
            return pane(request, None, enrol=form)
        ask_to_join(request.club, person, actor=request.actor, invitation=code)
        asked = _("Her request is with the club: she is a member as soon as it is accepted.")
        return pane(request, None, notice=asked)
    except tuple(_WRONG) as error:
        form.add_error(_WRONG[type(error)], said(error))
        return pane(request, None, enrol=form)
    except (ReferralIsOff, UnknownInvitation) as error:
        form.add_error("referred_by" if "referred_by" in form.fields else None, said(error))
        return pane(request, None, enrol=form)
    if outcome.member_id is not None:
        member = access_member(request.actor, outcome.member_id)
        return pane(request, member, welcome=True, welcome_points=outcome.points)
    if isinstance(outcome.error, MemberExists):
        known = look_up(request.club, form.cleaned_data["mobile"]).member_id
        if known is not None:
            notice = said(outcome.error)
            return pane(request, access_member(request.actor, known), notice=notice)
    form.add_error(None, said(outcome.error) if outcome.error else "")
    return pane(request, None, enrol=form)


@require_POST
@till_page
def visit(request: TillRequest, member_id: int) -> HttpResponse:
    """She is here: it counts once in a day, whether she buys or not."""
    member = access_member(request.actor, member_id)
    outcome = record_visit(
        request.club,
        member=("id", str(member.id)),
        branch=request.branch.id,
        actor=request.actor,
    )
    if outcome.error is not None:
        return pane(request, member, pane_problem=said(outcome.error))
    return pane(request, member, visited=outcome.answer)


def page_context(request: TillRequest, member: Member | None, **extra: Any) -> dict[str, Any]:
    """The context of the whole till page."""
    initial = {
        "key": new_key(),
        "branch": request.branch.id,
        "member": member.id if member else None,
    }
    lang, unit = current_lang(), display_unit(request.club.display_unit)
    card = member_card(request.club, member) if member else None
    tier = card.standing.tier if card else None
    return {
        **frame(request, "home"),
        "bill": BillForm(unit.code, initial=initial),
        "unit_size": unit.size,
        "unit_label": unit.label(lang),
        "card": card,
        "tier_label": tier.name.said(lang) if tier else "",
        "tier_lines": tier_lines(request.club, card.standing, lang) if card else [],
        "form_key": new_key(),
        "fee": fee_standing(request.club, member) if member else None,
        "slug": request.club.slug,
        **extra,
    }


def pane(request: TillRequest, member: Member | None, **extra: Any) -> HttpResponse:
    """The member pane, with the parts of the bill that depend on her, for htmx; else the page."""
    context = page_context(request, member, **extra)
    if not is_htmx(request):
        return render(request, "till/till.html", context)
    response = render(request, "till/_member_answer.html", context)
    return trigger(response, MEMBER_EVENT, {"id": member.id if member else None})
