"""The list of members."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vafa.club.access import access_branches
from vafa.club.actions.choices import forget_choice, keep_choice
from vafa.core.clock import now
from vafa.insight.reads.adjustments import count_adjustments
from vafa.insight.reads.members import MOST_COUNTED, MemberList
from vafa.program.reads.revisions import live_program
from vafa.program.reads.tier_risks import tier_risks
from vafa.web.panel.forms.bulk import PERMISSIONS as BULK_PERMISSIONS
from vafa.web.panel.member_columns import CHOICE, USUAL, all_columns, chosen_columns, value
from vafa.web.panel.member_filters import (
    LOSING,
    MORE,
    asked_segment,
    chips,
    more_controls,
    read_filter,
    tier_mark,
    tier_options,
)
from vafa.web.panel.pages import kept, list_page, panel_page, panel_render
from vafa.web.shared.sessions import PageRequest, may_open


@require_safe
@panel_page("members.view")
def members(request: PageRequest) -> HttpResponse:
    """Search, filter and sort members; a row opens beside the list."""
    club = request.club
    program = live_program(club.id).program
    segment = asked_segment(request)
    wanted = read_filter(request.GET, club, segment)
    found = MemberList(club, program, wanted)
    everything = all_columns(club.id)
    columns = chosen_columns(request, everything)
    page, offset = list_page(request, found.count)
    sort = found.sorted_by(request.GET.get("sort", ""))
    rows = found.rows(
        sort, page.paginator.per_page, offset, figures=[c.figure for c in columns if c.figure]
    )
    losing = request.GET.get("tier") == LOSING
    risks = tier_risks(club, program, now(), among=[row.id for row in rows]) if losing else {}
    context = {
        "rows": [
            {
                "member": row,
                "until": risks[row.id].keep_until if row.id in risks else None,
                "cells": [(column, value(column, row)) for column in columns],
                **tier_mark(program, row.tier),
            }
            for row in rows
        ],
        "columns": columns,
        "column_boxes": [(c.key, c.label, c in columns) for c in everything],
        "page": page,
        "count": found.count,
        "is_more": found.is_more,
        "cannot_sort": bool(request.GET.get("sort")) and sort != request.GET.get("sort"),
        "most_counted": MOST_COUNTED,
        "sort": sort,
        "may_bulk": may_open(request.actor, BULK_PERMISSIONS),
        "all_query": _query(request, all="1"),
        "chips": chips(request, wanted, segment),
        "export_query": _query(request),
        **_controls(request, wanted.tier if not losing else LOSING, wanted.branch_id),
    }
    return panel_render(
        request,
        "panel/members.html",
        context,
        section="members",
        fragment="panel/_member_list.html",
    )


@require_POST
@panel_page("members.view")
def columns(request: PageRequest) -> HttpResponse:
    """Keep which columns this person wants to see; none is again the usual ones."""
    known = {column.key for column in all_columns(request.club.id)}
    wanted = [key for key in request.POST.getlist("column") if key in known]
    if wanted and "usual" not in request.POST and set(wanted) != set(USUAL):
        keep_choice(request.staff.pk, CHOICE, wanted)
    else:
        forget_choice(request.staff.pk, CHOICE)
    return HttpResponseRedirect(f"{reverse('panel:members')}?{request.GET.urlencode()}")


def _controls(request: PageRequest, tier: str, branch_id: int | None) -> dict[str, Any]:
    """What stands above the list; htmx changes the list alone."""
    branches = access_branches(request.actor)
    return {
        "query": request.GET.get("q", ""),
        "tier_options": tier_options(live_program(request.club.id).program),
        "tier_value": tier,
        "branch_options": [("", _("All branches"))] + [(str(b.id), b.name) for b in branches],
        "branch_value": str(branch_id or ""),
        "status_options": [
            ("", _("Active and inactive")),
            ("active", _("Active only")),
            ("inactive", _("Inactive only")),
        ],
        "status_value": request.GET.get("status", ""),
        "kept": kept(request, "from", "to", "least", "points", "segment", "sort"),
        "waiting": count_adjustments(request.club, waiting=True),
        "filters_open": any(request.GET.get(name) for name in MORE),
        **more_controls(request),
    }


def _query(request: PageRequest, **more: str) -> str:
    """What the address asks, without the page."""
    query = request.GET.copy()
    for name in ("page", "m", "all"):
        query.pop(name, None)
    query.update(more)
    return query.urlencode()
