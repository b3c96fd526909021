"""The programme: what is promised now, what a draft would change, and every revision there was."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vafa.core.errors import NotFound
from vafa.core.money import format_number
from vafa.insight.reads.house import actor_names
from vafa.insight.reads.revisions import list_revisions, read_revision, revision_before
from vafa.program.actions.revisions import discard_draft, publish_draft
from vafa.program.rules.document import Program
from vafa.program.rules.index import canonical
from vafa.program.rules.rule import Rule
from vafa.web.panel.drafts import DraftChanged, Workshop, open_workshop, read_names
from vafa.web.panel.forms.program import PublishForm
from vafa.web.panel.forms.rules import RECIPE_FORMS
from vafa.web.panel.pages import panel_page, panel_render
from vafa.web.panel.words import (
    Names,
    differences,
    differs,
    kind_words,
    part_names,
    say_budget,
    say_group,
    say_part,
    say_rule,
    say_terms,
    say_tier,
)
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest, may_open


@require_safe
@panel_page("program.view", by_branch=True)
def live(request: PageRequest) -> HttpResponse:
    """What the club promises now, and whether a draft waits."""
    shop = open_workshop(request)
    changes = 0
    if shop.draft:
        old = shop.live.program if shop.live else None
        changes = len(differences(request.club, old, shop.draft.program, shop.names))
    context = {
        "revision": shop.live.row if shop.live else None,
        "draft": shop.draft.row if shop.draft else None,
        "changes": changes,
        "tabs": program_tabs(request, "live"),
        **(said(request, shop.live.program, shop.names) if shop.live else {}),
    }
    return panel_render(request, "panel/program.html", context, section="program")


@require_safe
@panel_page("program.edit", "branch.terms", by_branch=True)
def draft(request: PageRequest) -> HttpResponse:
    """The programme with its parts to edit, what would change, and the publishing; the manager of a
    branch finds her part of it on the page of her branch."""
    if request.actor.is_of_branches:
        return HttpResponseRedirect(reverse("panel:my-branch"))
    return draft_page(request)


def draft_page(request: PageRequest, file_error: str = "") -> HttpResponse:
    """The page of the draft; with ``file_error`` it answers a file that was refused."""
    shop = open_workshop(request)
    old = shop.live.program if shop.live else None
    stamp = shop.draft.stamp if shop.draft else ""
    context = {
        "draft": shop.draft.row if shop.draft else None,
        "differences": differences(request.club, old, shop.program, shop.names),
        "form": PublishForm(initial={"stamp": stamp}),
        "kinds": [(kind, kind_words(kind)) for kind in RECIPE_FORMS],
        "tabs": program_tabs(request, "draft"),
        **said(request, shop.program, shop.names),
        "rules": _draft_rules(request, shop),
        "file_error": file_error,
    }
    page = panel_render(request, "panel/draft.html", context, section="program")
    page.status_code = 422 if file_error else 200
    return page


@require_POST
@panel_page("program.publish")
def publish(request: PageRequest) -> HttpResponse:
    """Make the draft that was on the screen the live programme."""
    form = PublishForm(request.POST)
    waiting = open_workshop(request).draft
    if waiting is None:
        raise NotFound
    if not form.is_valid() or form.cleaned_data["stamp"] != waiting.stamp:
        raise DraftChanged
    made = publish_draft(request.club.id, actor=request.actor.label, note=form.cleaned_data["note"])
    number = {"number": format_number(made.number, current_lang())}
    messages.success(request, _("Revision %(number)s is published and in force.") % number)
    return HttpResponseRedirect(reverse("panel:program"))


@require_POST
@panel_page("program.edit")
def discard(request: PageRequest) -> HttpResponse:
    """Throw the draft away; the live programme stays."""
    discard_draft(request.club.id, actor=request.actor.label)
    messages.success(request, _("The draft is thrown away."))
    return HttpResponseRedirect(reverse("panel:program"))


@require_safe
@panel_page("program.view", by_branch=True)
def revisions(request: PageRequest) -> HttpResponse:
    """Every revision with who, when and why."""
    rows = list_revisions(request.club)
    names = actor_names(request.club, [row.actor for row in rows])
    context = {
        "rows": [{"row": row, "by": names.get(row.actor, "")} for row in rows],
        "tabs": program_tabs(request, "revisions"),
    }
    return panel_render(request, "panel/revisions.html", context, section="program")


@require_safe
@panel_page("program.view", by_branch=True)
def revision(request: PageRequest, number: int) -> HttpResponse:
    """One revision in words, and what it changed."""
    found = read_revision(request.club, number)
    before = revision_before(request.club, number)
    names = read_names(request, found.program)
    old = before.program if before else None
    by = actor_names(request.club, [found.row.actor])
    context = {
        "row": found.row,
        "by": by.get(found.row.actor, ""),
        "before": before.row if before else None,
        "differences": differences(request.club, old, found.program, names) if before else [],
        **said(request, found.program, names),
    }
    return panel_render(request, "panel/revision.html", context, section="program")


def said(request: PageRequest, program: Program, names: Names) -> dict[str, Any]:
    """A programme in words: rules, tiers, terms."""
    lang = current_lang()
    return {
        "rules": [
            _rule_said(request, rule, names) for rule in sorted(program.rules, key=canonical)
        ],
        "budgets": [
            {
                "code": budget.code,
                "name": budget.name,
                "text": say_budget(request.club, program, budget),
            }
            for budget in program.budgets
        ],
        "tiers": [
            {
                "code": tier.code,
                "name": tier.name.said(lang),
                "text": say_tier(request.club, tier, program.tier_terms),
                "rank": rank,
            }
            for rank, tier in enumerate(program.tiers, 1)
        ],
        "tier_terms": say_part(request.club, "tier_terms", program),
        "terms": say_terms(request.club, program),
        "parts": [
            {"part": part, "name": name, "text": ". ".join(say_part(request.club, part, program))}
            for part, name in part_names().items()
            if part != "tier_terms"
        ],
    }


def _draft_rules(request: PageRequest, shop: Workshop) -> list[dict[str, Any]]:
    """The rules of the draft in their order, with what became of each since it went live."""
    old = shop.live.program if shop.live else Program()
    found = []
    for rule in sorted(shop.program.rules, key=canonical):
        before = old.rule(rule.id)
        change = "added" if before is None else "changed" if differs(before, rule) else ""
        group = shop.program.group(rule.group)
        words = {"code": group.code, "words": say_group(group)} if group else None
        found.append({**_rule_said(request, rule, shop.names), "change": change, "group": words})
    return found


def _rule_said(request: PageRequest, rule: Rule, names: Names) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name.said(current_lang()),
        "text": say_rule(request.club, rule, names),
        "is_active": rule.is_active,
    }


def program_tabs(request: PageRequest, active: str) -> list[dict[str, Any]]:
    """The pages of the programme, ``active`` the one that is open."""
    tabs = [
        ("live", _("In force"), "program"),
        ("revisions", _("Revisions"), "revisions"),
        ("happenings", _("Occasions and events"), "happenings"),
        ("referrals", _("Invitations"), "referrals"),
    ]
    if request.actor.is_of_branches:
        tabs = tabs[:2]
    else:
        tabs.insert(2, ("places", _("Branches' terms"), "places"))
    if may_open(request.actor, ("program.edit",)):
        tabs.insert(1, ("draft", _("Edit"), "draft"))
    return [
        {"label": label, "url": reverse(f"panel:{url}"), "active": name == active}
        for name, label, url in tabs
    ]
