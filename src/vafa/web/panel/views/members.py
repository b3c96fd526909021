"""The list of members."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vafa.audience.models import Segment
from vafa.audience.reads.members import all_of, compile_segment
from vafa.audience.reads.segments import find_segment
from vafa.club.access import access_branches
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.insight.reads.adjustments import count_adjustments
from vafa.insight.reads.members import MemberFilter, count_members, list_members
from vafa.program.reads.revisions import live_program
from vafa.program.reads.tier_risks import tier_risks
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.tier_terms import NO_TIER
from vafa.web.panel.pages import (
    VIEWERS,
    kept,
    list_page,
    number_of,
    page_calendar,
    panel_page,
    panel_render,
)
from vafa.web.panel.periods import span_label, span_of
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

# No tier has a dot in its code.
LOSING = "losing."


@require_safe
@panel_page(*VIEWERS)
def members(request: PageRequest) -> HttpResponse:
    """Search, filter and sort members; a row opens beside the list."""
    club = request.club
    program = live_program(club.id).program
    segment = asked_segment(request)
    wanted = read_filter(request.GET, club, segment)
    count = count_members(club, program, wanted)
    page, offset = list_page(request, count)
    sort = request.GET.get("sort") or "name"
    found = list_members(
        club, program, wanted, sort=sort, limit=page.paginator.per_page, offset=offset
    )
    branches = access_branches(request.actor)
    losing = request.GET.get("tier") == LOSING
    risks = tier_risks(club, program, now(), among=[row.id for row in found]) if losing else {}
    context = {
        "rows": [
            {
                "member": row,
                "until": risks[row.id].keep_until if row.id in risks else None,
                **tier_mark(program, row.tier),
            }
            for row in found
        ],
        "page": page,
        "count": count,
        "sort": sort,
        "query": request.GET.get("q", ""),
        "tier_options": _tier_options(program),
        "tier_value": LOSING if losing else wanted.tier,
        "branch_options": [("", _("All branches"))] + [(str(b.id), b.name) for b in branches],
        "branch_value": str(wanted.branch_id or ""),
        "status_options": [
            ("", _("Active and inactive")),
            ("active", _("Active only")),
            ("inactive", _("Inactive only")),
        ],
        "status_value": request.GET.get("status", ""),
        "kept": kept(
            request, "joined_from", "joined_to", "from", "to", "least", "points", "segment", "sort"
        ),
        "chips": _chips(request, wanted, segment),
        "export_url": f"{reverse('panel:members-export')}?{request.GET.urlencode()}",
        "search_value": request.GET.get("q", ""),
        "waiting": count_adjustments(club, waiting=True),
    }
    return panel_render(
        request,
        "panel/members.html",
        context,
        section="members",
        fragment="panel/_member_list.html",
    )


def asked_segment(request: PageRequest) -> Segment | None:
    """The segment to which ``?segment=`` narrows the list. Raises UnknownSegment: a list of
    everybody in its place would mislead."""
    if not request.GET.get("segment"):
        return None
    return find_segment(request.club.id, number_of(request.GET["segment"]) or 0)


def read_filter(
    query: QueryDict, club: ClubContext, segment: Segment | None = None
) -> MemberFilter:
    """The filter that an address asks for; what makes no sense in it is passed over.

    Raises BrokenSegment for a ``segment`` whose definition no longer makes sense.
    """
    among = all_of(compile_segment(club, segment, now())) if segment else None
    tier = query.get("tier", "")
    if tier == LOSING:
        risks = tier_risks(club, live_program(club.id).program, now(), among=among)
        tier, among = "", sorted(risks)
    status = {"active": True, "inactive": False}
    return MemberFilter(
        text=query.get("q", "")[:120],
        tier=tier,
        joined=span_of(query, "joined_from", "joined_to"),
        bought=span_of(query),
        at_least=min(max(number_of(query.get("least")) or 1, 1), 1_000),
        branch_id=number_of(query.get("branch")),
        active=status.get(query.get("status", "")),
        with_points=query.get("points") == "1",
        among=among,
    )


def tier_mark(program: Program, tier: Tier | None) -> dict[str, Any]:
    """Name and rank (from 1) of a tier of the programme, for the tier component."""
    if tier is None:
        return {"tier": "", "rank": 0}
    return {"tier": tier.name.said(current_lang()), "rank": program.tiers.index(tier) + 1}


def _tier_options(program: Program) -> list[tuple[str, str]]:
    options = [("", _("All tiers"))]
    options += [(tier.code, tier.name.said(current_lang())) for tier in program.tiers]
    if program.tiers and program.tiers[0].least > 0:
        options.append((NO_TIER, _("Below all tiers")))
    if program.tier_terms.warn_days:
        options.append((LOSING, _("About to lose their tier")))
    return options


def _chips(
    request: PageRequest, wanted: MemberFilter, segment: Segment | None
) -> list[dict[str, str]]:
    """What else narrows the list, each with the address that drops it."""
    calendar = page_calendar(request)
    chips: list[tuple[str, tuple[str, ...]]] = []
    if segment:
        chips.append((segment.said(current_lang()), ("segment",)))
    if wanted.joined:
        text = _("Joined: %(days)s") % {"days": span_label(wanted.joined, calendar)}
        chips.append((text, ("joined_from", "joined_to")))
    if wanted.bought:
        often = (
            _("Bought twice or more: %(days)s") if wanted.at_least > 1 else _("Bought: %(days)s")
        )
        text = often % {"days": span_label(wanted.bought, calendar)}
        chips.append((text, ("from", "to", "least")))
    if wanted.with_points:
        chips.append((_("Have points"), ("points",)))
    return [{"text": text, "url": _without(request.GET, names)} for text, names in chips]


def _without(query: QueryDict, names: tuple[str, ...]) -> str:
    rest = query.copy()
    for name in (*names, "page"):
        rest.pop(name, None)
    return f"?{rest.urlencode()}"
