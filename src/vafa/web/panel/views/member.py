"""One member: everything about her, and her own details to change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.club.access import access_member
from vafa.club.actions.members import set_member_active
from vafa.club.models import Member
from vafa.club.rules.attributes import value_words
from vafa.core import clock
from vafa.flows.fees import fee_standing, last_paid_fee
from vafa.flows.profiles import change_profile
from vafa.insight.reads.portrait import portrait
from vafa.program.reads.history import HistoryRow, history
from vafa.program.reads.revisions import live_program, published_program
from vafa.program.reads.standing import standing
from vafa.program.rules.explain import explain_parts
from vafa.program.rules.tier_words import outlook_words
from vafa.program.rules.tiers import tier_progress
from vafa.web.panel.forms.members import MemberForm
from vafa.web.panel.member_filters import tier_mark
from vafa.web.panel.pages import (
    number_of,
    page_calendar,
    panel_form,
    panel_page,
    panel_render,
)
from vafa.web.panel.views.corrections import corrections_of
from vafa.web.panel.views.member_events import events, habit_words
from vafa.web.panel.words import trigger_words
from vafa.web.shared.context import current_lang
from vafa.web.shared.htmx import is_htmx
from vafa.web.shared.sessions import PageRequest
from vafa.web.shared.undo import offer_undo

BESIDE_ROWS = 6
PAGE_ROWS = 25


@require_safe
@panel_page("members.view")
def member(request: PageRequest, member_id: int) -> HttpResponse:
    """Her standing, what she likes, and everything that happened; short beside a list."""
    found = access_member(request.actor, member_id)
    now = standing(request.club, found.id)
    program = live_program(request.club.id).program
    known = portrait(request.club, found.id)
    beside = is_htmx(request)
    context = {
        "member": found,
        "title": title(found),
        "standing": now,
        **tier_mark(program, now.tier),
        "progress": tier_progress(now.outlook),
        "tier_said": outlook_words(
            program,
            now.outlook,
            request.club.display_unit,
            current_lang(),
            page_calendar(request),
        ),
        "known": known,
        "totals": known.totals,
        "habits": habit_words(request, known),
        "attributes": [
            (one.said(current_lang()), value_words(one.kind, stored, current_lang()))
            for one in known.attributes
            if (stored := found.attributes.get(one.key)) is not None
        ],
        "purchases_url": f"{reverse('panel:purchases')}?member={found.id}",
        "now": clock.now(),
        "url": reverse("panel:member", args=[found.id]),
        "became": found.merged_into,
        "gone": found.merged_into_id is not None or found.left_at is not None,
        **_fee(request, found),
        **events(request, found, known.people, BESIDE_ROWS if beside else PAGE_ROWS),
    }
    return panel_render(
        request,
        "panel/member.html",
        context,
        section="members",
        fragment="panel/_member_beside.html",
    )


@require_safe
@panel_page("members.view")
def member_history(request: PageRequest, member_id: int) -> HttpResponse:
    """All that changed her points, with the reason of every line."""
    found = access_member(request.actor, member_id)
    offset = min(number_of(request.GET.get("after")) or 0, 100_000)
    rows = history_rows(request, found, PAGE_ROWS + 1, offset)
    more = f"?after={offset + PAGE_ROWS}" if len(rows) > PAGE_ROWS else ""
    context = {
        "member": found,
        "title": title(found),
        "history": rows[:PAGE_ROWS],
        "older_url": more,
        "newer_url": f"?after={max(offset - PAGE_ROWS, 0)}" if offset else "",
        "url": reverse("panel:member", args=[found.id]),
    }
    return panel_render(request, "panel/member_history.html", context, section="members")


@require_http_methods(["GET", "POST"])
@panel_page("members.edit")
def edit(request: PageRequest, member_id: int) -> HttpResponse:
    """Change her name, birthday and gender."""
    found = access_member(request.actor, member_id)
    given = {"name": found.name, "gender": found.gender, "birth_date": found.birth_date}
    form = MemberForm(request.POST or None, initial=given, calendar=page_calendar(request))
    url = reverse("panel:member", args=[found.id])
    if form.is_valid():
        change_profile(request.club, found.id, **form.cleaned_data, actor=request.actor)
        messages.success(request, _("The details are saved."))
        return HttpResponseRedirect(url)
    return panel_form(
        request,
        "panel/member_edit.html",
        form,
        section="members",
        member=found,
        title=title(found),
        url=url,
    )


@require_POST
@panel_page("members.edit")
def activate(request: PageRequest, member_id: int) -> HttpResponse:
    """Close or reopen a membership (``active`` 0 or 1). Her points stay as they are."""
    found = access_member(request.actor, member_id)
    active = request.POST.get("active") == "1"
    set_member_active(found.id, active, by=request.actor.label)
    if active:
        messages.success(request, _("The membership is open again."))
    else:
        here = reverse("panel:member-active", args=[found.id])
        offer_undo(request, _("The membership is closed."), here, active="1")
    return HttpResponseRedirect(reverse("panel:member", args=[found.id]))


def _fee(request: PageRequest, found: Member) -> dict[str, Any]:
    """How she stands with the fee, and the order of the period that could be given back."""
    fee = fee_standing(request.club, found)
    paid = None
    if fee and fee["until"] and request.actor.may("returns.record"):
        paid = last_paid_fee(found.id)
    return {"fee": fee, "paid_fee": paid.pk if paid else None}


def title(found: Member) -> str:
    """What a member is called, also where she has no name, or none any more."""
    if found.erased_at is not None:
        return _("A person who was forgotten")
    return found.name or _("Member without a name")


def history_rows(
    request: PageRequest, found: Member, limit: int, offset: int = 0
) -> list[dict[str, Any]]:
    """Lines of the history with what they were and why, and what can be corrected."""
    rows = history(request.club, found.id, limit=limit, offset=offset)
    possible = corrections_of(request, found, rows)
    return [
        {
            "row": row,
            "what": trigger_words(row.trigger),
            "why": _why(request, row),
            "correction": possible.get(row.transfer_id or 0),
        }
        for row in rows
    ]


def _why(request: PageRequest, row: HistoryRow) -> list[str]:
    program = published_program(row.revision_id) if row.revision_id else None
    return explain_parts(program, row.parts, request.club.display_unit, current_lang())
