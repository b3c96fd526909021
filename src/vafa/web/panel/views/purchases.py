"""The lists of purchases and returns, and one purchase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vafa.club.access import access_branches, access_member
from vafa.club.errors import UnknownMember
from vafa.club.models import Member
from vafa.commerce.access import access_purchase
from vafa.commerce.reads.documents import documents_of
from vafa.commerce.rules.documents import INVOICE
from vafa.insight.reads.house import actor_names
from vafa.insight.reads.one_purchase import (
    DecisionRow,
    purchase_decisions,
    purchase_head,
    purchase_lines,
    purchase_returns,
)
from vafa.insight.reads.purchases import PurchaseFilter, list_purchases, sum_purchases
from vafa.insight.reads.returns import list_returns, sum_returns
from vafa.program.reads.revisions import published_program
from vafa.program.rules.explain import explain_parts
from vafa.web.panel.drafts import branch_of
from vafa.web.panel.pages import (
    kept,
    list_page,
    number_of,
    page_calendar,
    panel_page,
    panel_render,
)
from vafa.web.panel.periods import span_of
from vafa.web.panel.words import trigger_words
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import JalaliDateField
from vafa.web.shared.sessions import PageRequest


@require_safe
@panel_page("purchases.view", by_branch=True)
def purchases(request: PageRequest) -> HttpResponse:
    """Search, filter and sort purchases; a row opens beside the list."""
    wanted = replace(read_filter(request.GET), branch_id=_branch(request))
    found = sum_purchases(request.club, wanted)
    page, offset = list_page(request, found.n)
    sort = request.GET.get("sort") or "-at"
    rows = list_purchases(
        request.club, wanted, sort=sort, limit=page.paginator.per_page, offset=offset
    )
    context = {
        "rows": rows,
        "page": page,
        "found": found,
        "sort": sort,
        "query": request.GET.get("q", ""),
        "member": _member(request, wanted.member_id),
        "kind_options": [
            ("", _("All purchases")),
            ("returned", _("With a return")),
            ("strangers", _("Without a member")),
            ("undone", _("Of imports that were undone")),
        ],
        "kind_value": request.GET.get("kind", ""),
        "export_url": f"{reverse('panel:purchases-export')}?{request.GET.urlencode()}",
        "kept": kept(request, "member", "sort"),
        "tabs": _tabs("purchases"),
        **filter_controls(request),
    }
    return panel_render(
        request,
        "panel/purchases.html",
        context,
        section="purchases",
        fragment="panel/_purchase_list.html",
    )


@require_safe
@panel_page("purchases.view", by_branch=True)
def purchase(request: PageRequest, purchase_id: int) -> HttpResponse:
    """One purchase: lines, what was decided and why, what came back."""
    if branch_of(request) is not None:
        access_purchase(request.actor, purchase_id)
    head = purchase_head(request.club, purchase_id)
    decisions = purchase_decisions(purchase_id)
    returns = purchase_returns(purchase_id)
    names = actor_names(request.club, [head.actor, *(r.actor for r in returns)])
    context = {
        "head": head,
        "by": names.get(head.actor, ""),
        "lines": [
            {"row": line, "quantity": (Decimal(line.quantity) / 1000).normalize()}
            for line in purchase_lines(purchase_id)
        ],
        "decisions": [_decision(request, row) for row in decisions],
        "points": sum(row.points for row in decisions),
        "returns": [{"row": row, "by": names.get(row.actor, "")} for row in returns],
        "papers": _papers(purchase_id, [row.id for row in returns]),
        "url": reverse("panel:purchase", args=[purchase_id]),
    }
    return panel_render(
        request,
        "panel/purchase.html",
        context,
        section="purchases",
        fragment="panel/_purchase_beside.html",
    )


@require_safe
@panel_page("purchases.view", by_branch=True)
def returns(request: PageRequest) -> HttpResponse:
    """What came back, newest first."""
    span, branch = span_of(request.GET), _branch(request)
    found = sum_returns(request.club, span, branch)
    page, offset = list_page(request, found.n)
    context = {
        "rows": list_returns(
            request.club, span, branch, limit=page.paginator.per_page, offset=offset
        ),
        "page": page,
        "found": found,
        "tabs": _tabs("returns"),
        **filter_controls(request),
    }
    return panel_render(
        request,
        "panel/returns.html",
        context,
        section="purchases",
        fragment="panel/_return_list.html",
    )


def read_filter(query: QueryDict) -> PurchaseFilter:
    """The filter that an address asks for; what makes no sense in it is passed over."""
    return PurchaseFilter(
        text=query.get("q", "")[:120],
        span=span_of(query),
        branch_id=number_of(query.get("branch")),
        member_id=number_of(query.get("member")),
        returned=query.get("kind") == "returned",
        strangers=query.get("kind") == "strangers",
        undone=query.get("kind") == "undone",
    )


def filter_controls(request: PageRequest) -> dict[str, Any]:
    """The controls for days and branch that lists of facts share."""
    span, calendar = span_of(request.GET), page_calendar(request)
    shown = {
        "from": span.first if span and request.GET.get("from") else None,
        "to": span.last if span and request.GET.get("to") else None,
    }
    dates = {
        name: JalaliDateField(calendar=calendar).widget.render(
            name, day, {"id": f"id_{name}", "class": "input w-40"}
        )
        for name, day in shown.items()
    }
    own = [(str(b.id), b.name) for b in access_branches(request.actor)]
    return {
        "dates": dates,
        "branch_options": [] if branch_of(request) else [("", _("All branches")), *own],
        "branch_value": request.GET.get("branch", ""),
    }


def _branch(request: PageRequest) -> int | None:
    """The branch that is asked for; for the manager of one always that one."""
    here = branch_of(request)
    return here.branch_id if here else number_of(request.GET.get("branch"))


def _tabs(active: str) -> list[dict[str, Any]]:
    labels = {"purchases": _("Purchases"), "returns": _("Returns")}
    return [
        {"label": label, "url": reverse(f"panel:{name}"), "active": name == active}
        for name, label in labels.items()
    ]


def _member(request: PageRequest, member_id: int | None) -> Member | None:
    if member_id is None:
        return None
    try:
        return access_member(request.actor, member_id)
    except UnknownMember:
        return None


def _papers(purchase_id: int, returns: Sequence[int]) -> dict[str, Any]:
    """The documents of a purchase, and for which of its returns one can be issued."""
    issued = documents_of(purchase_id)
    told = {document.of_return_id for document in issued}
    has_invoice = any(document.kind == INVOICE for document in issued)
    return {
        "issued": issued,
        "has_invoice": has_invoice,
        "returns": [number for number in returns if has_invoice and number not in told],
    }


def _decision(request: PageRequest, row: DecisionRow) -> dict[str, Any]:
    program = published_program(row.revision_id)
    return {
        "row": row,
        "what": trigger_words(row.trigger),
        "sentences": explain_parts(program, row.parts, request.club.display_unit, current_lang()),
    }
