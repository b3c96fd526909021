"""The reports: what there is, one of them, and one as a file."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vafa.audience.reads.segments import list_segments
from vafa.club.access import access_branches
from vafa.club.actions.audit import Thing, record_audit
from vafa.club.actions.tasks import ask_for
from vafa.club.models import Merchant
from vafa.club.reads.context import ClubContext
from vafa.insight.reads.reports.asking import figures_within
from vafa.insight.reads.reports.shape import Figures
from vafa.program.reads.revisions import live_program
from vafa.program.rules.tier_terms import NO_TIER
from vafa.web.panel.pages import list_page, page_calendar, panel_page, panel_render
from vafa.web.panel.periods import against_options, grouping_options, period_options, read_choice
from vafa.web.panel.reach import can_follow
from vafa.web.panel.reports.asked import Asked, kept_query, read_asked
from vafa.web.panel.reports.catalogue import SHELVES, Kind, kind_of
from vafa.web.panel.reports.files import format_of, report_file
from vafa.web.panel.reports.keeping import TASK_KIND, kept_figures, task_params
from vafa.web.panel.reports.report import Report, build_report
from vafa.web.panel.views.dashboard import date_controls
from vafa.web.panel.views.reports.saved import saved_rows
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

# The sums of so many columns stand above the table as cards.
_CARDS = 4


@require_safe
@panel_page("reports.view", by_branch=True)
def reports(request: PageRequest) -> HttpResponse:
    """All reports that open to her, and those that were saved."""
    of_branches = request.actor.is_of_branches
    shelves = [
        {
            "title": shelf.title,
            "kinds": [kind for kind in shelf.kinds if kind.by_branch or not of_branches],
        }
        for shelf in SHELVES
    ]
    context = {
        "shelves": [shelf for shelf in shelves if shelf["kinds"]],
        "saved_rows": saved_rows(request),
    }
    return panel_render(request, "panel/reports/index.html", context, section="reports")


@require_safe
@panel_page("reports.view", by_branch=True)
def report(request: PageRequest, slug: str) -> HttpResponse:
    """A report of the picked days; one that takes too long for a page is offered as a task."""
    asked = _asked(request, slug)
    calendar = page_calendar(request)
    context: dict[str, Any] = {"asked": asked, "kind": asked.kind, **_controls(request, asked)}
    figures = _figures(request, asked)
    if figures is None:
        return panel_render(request, "panel/reports/slow.html", context, section="reports")
    opens = partial(can_follow, request.actor)
    shown = build_report(asked, figures, request.club, calendar, opens=opens)
    page, offset = list_page(request, len(shown.rows))
    context |= {
        "report": shown,
        "rows": shown.rows[offset : offset + page.paginator.per_page],
        "page": page,
        "cards": _cards(shown),
        "files": [(form, _file_url(request, asked, form)) for form in ("xlsx", "pdf")],
        "sides": _sides(request, asked),
        "saves": request.actor.may("reports.schedule"),
    }
    return panel_render(
        request,
        "panel/reports/report.html",
        context,
        section="reports",
        fragment="panel/reports/_rows.html" if request.GET.get("page") else "",
    )


@require_safe
@panel_page("reports.view", by_branch=True)
def report_as_file(request: PageRequest, slug: str, form: str) -> HttpResponse:
    """The report as a spreadsheet or a PDF; what leaves is audited."""
    wanted = format_of(form)
    asked = _asked(request, slug)
    figures = _figures(request, asked)
    if figures is None:
        return HttpResponseRedirect(
            f"{reverse('panel:report', args=[slug])}?{request.GET.urlencode()}"
        )
    calendar = page_calendar(request)
    shown = build_report(asked, figures, request.club, calendar)
    file = report_file(shown, request.club, calendar, wanted)
    after = {"filter": kept_query(request.GET), "format": wanted}
    with transaction.atomic():
        _audit(request, "report.exported", asked.kind, after)
    response = HttpResponse(file.content, content_type=file.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


@require_POST
@panel_page("reports.view", by_branch=True)
def prepare(request: PageRequest, slug: str) -> HttpResponse:
    """Let the worker make a report that takes long, and look on."""
    query = QueryDict(request.POST.get("query", ""))
    asked = read_asked(kind_of(slug), query, request.club, request.actor)
    with transaction.atomic():
        task = ask_for(request.club, request.actor, TASK_KIND, task_params(asked, query))
        _audit(request, "report.prepared", asked.kind, {"filter": kept_query(query)})
    return HttpResponseRedirect(reverse("panel:task", args=[task.pk]))


def _audit(request: PageRequest, action: str, kind: Kind, after: dict[str, str]) -> None:
    thing = Thing("report", kind.slug, str(kind.title))
    record_audit(request.club.id, request.actor.label, action, thing, after=after)


def _asked(request: PageRequest, slug: str) -> Asked:
    branches = access_branches(request.actor)
    choice = read_choice(request, request.club, branches)
    kind = kind_of(slug)
    return read_asked(kind, request.GET, request.club, request.actor, choice, branches=branches)


def _figures(request: PageRequest, asked: Asked) -> Figures | None:
    """Just read, or as a task has kept them."""
    kept = kept_figures(request, asked)
    return kept or figures_within(asked.kind.reader, request.club, asked.ask)


def full_query(request: PageRequest, asked: Asked) -> str:
    """The address's question with what the session knows of the days, so that it stands alone."""
    kept = QueryDict(kept_query(request.GET), mutable=True)
    choice = asked.choice
    kept["period"], kept["by"] = choice.name, choice.by
    if choice.name == "custom":
        kept["from"], kept["to"] = choice.span.first.isoformat(), choice.span.last.isoformat()
    for name, value in (("against", choice.against), ("branch", choice.branch_id or "")):
        if value:
            kept[name] = str(value)
    return kept.urlencode()


def _file_url(request: PageRequest, asked: Asked, form: str) -> str:
    query = QueryDict(full_query(request, asked), mutable=True)
    if request.GET.get("task"):
        query["task"] = request.GET["task"]
    return f"{reverse('panel:report-file', args=[asked.kind.slug, form])}?{query.urlencode()}"


def _sides(request: PageRequest, asked: Asked) -> list[dict[str, Any]]:
    """The ways in which the report can be seen, as tabs that keep everything else."""
    found = []
    for name, label in asked.kind.sides:
        query = QueryDict(full_query(request, asked), mutable=True)
        query["of"] = name
        url = f"{reverse('panel:report', args=[asked.kind.slug])}?{query.urlencode()}"
        found.append({"label": label, "url": url, "active": name == asked.side})
    return found


def _cards(report: Report) -> list[dict[str, Any]]:
    """The totals of the first columns, with how they were before."""
    found: list[dict[str, Any]] = []
    past = report.totals.before_values
    for n, head in enumerate(report.heads):
        value = report.totals.values[n]
        if value is None or head.kind == "ratio":
            continue
        if len(found) == (1 if report.slug == "hours" else _CARDS):
            break
        before = past[n] if past else None
        card: dict[str, Any] = {
            "label": head.title,
            "change": (value - before) / abs(before) if before else None,
            "change_good": head.good,
        }
        kinds = {"money": "amount", "points": "points_n"}
        if head.kind == "quantity":
            card["value"] = report.totals.texts[n]
        else:
            card[kinds.get(head.kind, "n")] = value
        found.append(card)
    return found


def _controls(request: PageRequest, asked: Asked) -> dict[str, Any]:
    """The period picker and the filters, as they stand."""
    club, kind, choice = request.club, asked.kind, asked.choice
    context: dict[str, Any] = {
        "choice": choice,
        "query": full_query(request, asked),
        "period_options": period_options(),
        "against_options": against_options(),
        "grouping_options": grouping_options(choice.span) if kind.by_time else [],
        "dates": date_controls(choice, page_calendar(request)) if choice.name == "custom" else None,
    }
    if kind.by_branch:
        branches = [("", _("All branches")), *((str(b.id), b.name) for b in asked.branches)]
        merchants = _merchants(club, asked)
        context |= {
            "branch_options": branches,
            "branch_value": str(choice.branch_id or ""),
            "merchant_options": merchants,
            "merchant_value": str(asked.merchant_id or ""),
        }
    if kind.by_member:
        context |= {
            "tier_options": _tiers(club),
            "tier_value": asked.tier,
            "segment_options": [
                ("", _("All segments")),
                *((str(s.pk), s.said(current_lang())) for s in list_segments(club.id)),
            ],
            "segment_value": str(asked.segment_id or ""),
        }
    return context | {"kept": [("of", asked.side)] if asked.side else []}


def _merchants(club: ClubContext, asked: Asked) -> list[tuple[str, str]]:
    """The merchants of the branches that are hers, where there are several."""
    numbers = {branch.merchant_id for branch in asked.branches}
    if len(numbers) < 2:
        return []
    found = Merchant.objects.filter(club_id=club.id, pk__in=numbers).order_by("name")
    names = found.values_list("id", "name")
    return [("", _("All merchants")), *((str(number), name) for number, name in names)]


def _tiers(club: ClubContext) -> list[tuple[str, str]]:
    tiers = live_program(club.id).program.tiers
    if not tiers:
        return []
    lang = current_lang()
    return [
        ("", _("All tiers")),
        *((tier.code, tier.name.said(lang)) for tier in tiers),
        (NO_TIER, _("No tier")),
    ]
