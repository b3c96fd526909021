"""Corrections of one member's points and credit, each with its reason, and those that wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.club.access import access_member
from vafa.club.errors import MergedMember
from vafa.club.models import Member
from vafa.core.clock import now
from vafa.core.errors import DomainError, InvalidInput, NotFound
from vafa.core.idempotency import KeyInFlight
from vafa.flows.adjustments import decide_adjustment, request_adjustment
from vafa.flows.entries import Outcome
from vafa.flows.reversals import REVERSIBLE, reverse_transfer, revive_expired
from vafa.insight.reads.adjustments import (
    AdjustmentRow,
    count_adjustments,
    list_adjustments,
    waiting_bulks,
)
from vafa.insight.reads.house import actor_names
from vafa.program.access import access_adjustment
from vafa.program.models import BulkAdjustment
from vafa.program.reads.history import HistoryRow, history_line
from vafa.program.reads.reversible import corrected_transfers
from vafa.program.reads.revisions import live_program
from vafa.web.panel.forms.corrections import AdjustForm, KeyedForm, ReasonForm, ReviveForm
from vafa.web.panel.pages import list_page, panel_form, panel_page, panel_render
from vafa.web.panel.words import trigger_words
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest


@require_http_methods(["GET", "POST"])
@panel_page("corrections.make")
def adjust(request: PageRequest, member_id: int) -> HttpResponse:
    """Give points or credit, or take them; much of it waits for a second person."""
    found = access_unmerged(request, member_id)
    form = AdjustForm(request.POST or None, unit=request.club.display_unit)
    if form.is_valid():
        data = form.cleaned_data
        outcome = request_adjustment(
            request.club,
            member_id=found.id,
            amount=form.amount,
            unit=data["unit"],
            reason=data["reason"],
            actor=request.actor,
            key=form.key_text,
        )
        if done(form, outcome):
            if outcome.answer["status"] == "waiting":
                messages.info(
                    request, _("This is above the limit: it waits until a second person approves.")
                )
                return HttpResponseRedirect(reverse("panel:adjustments"))
            messages.success(request, _("The correction is made."))
            return to_member(found)
    terms = live_program(request.club.id).program.adjustments
    return member_form(
        request, form, found, _("Correct points or credit"), _("Correct"), limits=terms
    )


@require_safe
@panel_page("corrections.make", "corrections.approve")
def adjustments(request: PageRequest) -> HttpResponse:
    """All corrections by hand, those that wait first."""
    page, offset = list_page(request, count_adjustments(request.club))
    found = list_adjustments(request.club, limit=page.paginator.per_page, offset=offset)
    waiting = waiting_bulks(request.club.id)
    names = actor_names(
        request.club,
        {r.requested_by for r in found}
        | {r.decided_by for r in found}
        | {bulk.requested_by for bulk in waiting},
    )
    context = {
        "bulks": [_told_bulk(request, bulk, names) for bulk in waiting],
        "rows": [_told(request, row, names) for row in found],
        "page": page,
        "waiting": count_adjustments(request.club, waiting=True),
    }
    return panel_render(
        request,
        "panel/adjustments.html",
        context,
        section="members",
        fragment="panel/_adjustment_list.html",
    )


def _told_bulk(request: PageRequest, bulk: BulkAdjustment, names: dict[str, str]) -> dict[str, Any]:
    own = bulk.requested_by == request.actor.label
    return {
        "bulk": bulk,
        "count": len(bulk.members),
        "asked_by": names.get(bulk.requested_by, ""),
        "may_decide": request.actor.may("corrections.approve") and not own,
    }


@require_POST
@panel_page("corrections.approve")
def decide(request: PageRequest, adjustment_id: int) -> HttpResponse:
    """The second person's word (``approve`` 1 or 0); final."""
    found = access_adjustment(request.actor, adjustment_id)
    answer = request.POST.get("approve")
    if answer not in ("0", "1"):
        raise InvalidInput(field="approve")
    outcome = decide_adjustment(
        request.club, adjustment_id=found.id, approve=answer == "1", actor=request.actor
    )
    if outcome.error is not None:
        messages.error(request, outcome.error.message(current_lang()))
    else:
        said = _("The correction is made.") if answer == "1" else _("The correction is refused.")
        messages.success(request, said)
    return HttpResponseRedirect(reverse("panel:adjustments"))


@require_http_methods(["GET", "POST"])
@panel_page("corrections.make")
def reverse_movement(request: PageRequest, member_id: int, transfer_id: int) -> HttpResponse:
    """Undo one line of her history."""
    found = access_unmerged(request, member_id)
    line = _line(request, found, transfer_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        outcome = reverse_transfer(
            request.club,
            transfer_id=transfer_id,
            reason=form.cleaned_data["reason"],
            actor=request.actor,
            key=form.key_text,
        )
        if done(form, outcome):
            messages.success(request, _("The movement is reversed."))
            return to_member(found)
    return member_form(request, form, found, _("Reverse a movement"), _("Reverse"), line=line)


@require_http_methods(["GET", "POST"])
@panel_page("corrections.make")
def revive(request: PageRequest, member_id: int, transfer_id: int) -> HttpResponse:
    """Give back what an expiry took."""
    found = access_unmerged(request, member_id)
    line = _line(request, found, transfer_id)
    form = ReviveForm(request.POST or None)
    if form.is_valid():
        outcome = revive_expired(
            request.club,
            transfer_id=transfer_id,
            reason=form.cleaned_data["reason"],
            days=form.cleaned_data["days"],
            actor=request.actor,
            key=form.key_text,
        )
        if done(form, outcome):
            messages.success(request, _("What had expired is given back."))
            return to_member(found)
    title = _("Give back what has expired")
    return member_form(request, form, found, title, _("Give back"), line=line)


def corrections_of(
    request: PageRequest, member: Member, rows: list[HistoryRow]
) -> dict[int, tuple[str, str]]:
    """What can be done about lines of her history, by transfer: (words, address)."""
    if member.merged_into_id is not None:
        return {}
    program, moment = live_program(request.club.id).program, now()
    corrected = corrected_transfers([row.transfer_id for row in rows if row.transfer_id])
    found: dict[int, tuple[str, str]] = {}
    for row in rows:
        if row.transfer_id is None or row.transfer_id in corrected:
            continue
        args = [member.id, row.transfer_id]
        terms = program.credit if row.credit else program.terms
        if row.trigger in REVERSIBLE:
            found[row.transfer_id] = (_("Reverse"), reverse("panel:reverse", args=args))
        elif row.trigger == "expire" and row.at > moment - timedelta(days=terms.revive_days):
            found[row.transfer_id] = (_("Give back"), reverse("panel:revive", args=args))
    return found


def access_unmerged(request: PageRequest, member_id: int) -> Member:
    """A member of the club who speaks for herself. Raises UnknownMember, MergedMember."""
    found = access_member(request.actor, member_id)
    if found.merged_into_id is not None:
        raise MergedMember
    return found


def done(form: Form, outcome: Outcome) -> bool:
    """Whether it was done; else the form says why not, and is ready for a fresh try."""
    if outcome.error is None:
        return True
    refuse(form, outcome.error)
    return False


def refuse(form: Form, error: DomainError, field: str | None = None) -> None:
    """Say on the form, or on the ``field`` that it is about, why it was not done; another try is
    another key."""
    form.add_error(field, error.message(current_lang()))
    if isinstance(form, KeyedForm) and not isinstance(error, KeyInFlight):
        form.data = {**{name: form.data[name] for name in form.data}, "key": str(uuid4())}


def to_member(found: Member) -> HttpResponse:
    """Back to her page."""
    return HttpResponseRedirect(reverse("panel:member", args=[found.id]))


def member_form(
    request: PageRequest, form: Form, found: Member, title: str, button: str, **context: Any
) -> HttpResponse:
    """A form about one member."""
    return panel_form(
        request,
        "panel/correction_form.html",
        form,
        section="members",
        member=found,
        title=title,
        button=button,
        url=reverse("panel:member", args=[found.id]),
        **context,
    )


def _line(request: PageRequest, found: Member, transfer_id: int) -> dict[str, Any]:
    """The line of her history. Raises NotFound where it is not hers."""
    row = history_line(request.club, found.id, transfer_id)
    if row is None:
        raise NotFound
    return {"row": row, "what": trigger_words(row.trigger)}


def _told(request: PageRequest, row: AdjustmentRow, names: dict[str, str]) -> dict[str, Any]:
    return {
        "row": row,
        "asked_by": names.get(row.requested_by, ""),
        "decided_by": names.get(row.decided_by, ""),
        "alone": row.requested_by == row.decided_by,
        "may_decide": row.status == "waiting" and row.requested_by != request.actor.label,
    }
