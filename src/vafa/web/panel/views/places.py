"""What differs at branches and merchants, and the page of a branch's own manager."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.club.access import access_branches
from vafa.club.models import Branch, Merchant
from vafa.core.errors import DomainError, Forbidden, NotFound
from vafa.core.money import format_number
from vafa.program.actions.branch_drafts import branch_change, publish_branch
from vafa.program.place_errors import NotOfYourBranch
from vafa.program.rules.branch_part import Here, is_of_branch, starting_terms
from vafa.program.rules.document import Program
from vafa.program.rules.index import canonical
from vafa.program.rules.place_terms import PlaceKind, PlaceTerms
from vafa.program.rules.place_words import place_words
from vafa.web.panel.drafts import (
    DraftChanged,
    Workshop,
    branch_of,
    draft_form,
    keep,
    open_workshop,
    saved,
)
from vafa.web.panel.forms.places import PlaceForm
from vafa.web.panel.forms.program import PublishForm
from vafa.web.panel.forms.rules import RECIPE_FORMS
from vafa.web.panel.pages import panel_page, panel_render
from vafa.web.panel.views.program import program_tabs
from vafa.web.panel.words import differences, differs, kind_words, part_names, say_part, say_rule
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

_OF_PURCHASES = ("per_amount", "multiplier")


class _Place(NamedTuple):
    kind: PlaceKind
    number: int
    merchant_id: int
    name: str


@require_safe
@panel_page("program.view")
def places(request: PageRequest) -> HttpResponse:
    """Every branch and merchant with what differs there, as in the draft."""
    shop = open_workshop(request)
    context = {
        "rows": [_row(request, shop.program, place) for place in _places(request)],
        "managers": say_part(request.club, "managers", shop.program),
        "managers_name": part_names()["managers"],
        "tabs": program_tabs(request, "places"),
    }
    return panel_render(request, "panel/places.html", context, section="program")


@require_http_methods(["GET", "POST"])
@panel_page("program.edit", "branch.terms", by_branch=True)
def edit_place(request: PageRequest, kind: str, number: int) -> HttpResponse:
    """Change the terms of a branch or a merchant in the draft; a branch's manager only hers."""
    place = next((p for p in _places(request) if (p.kind, p.number) == (kind, number)), None)
    if place is None:
        raise _not_hers(request, kind, number)
    shop = open_workshop(request)
    program, lang = shop.program, current_lang()
    allowed = None
    if branch_of(request) is not None:
        allowed = (shop.live.program if shop.live else Program()).managers
    form = PlaceForm(
        request.POST or None,
        unit=request.club.display_unit,
        rules=[(rule.id, rule.name.said(lang)) for rule in sorted(program.rules, key=canonical)],
        start=_start(program, place),
        allowed=allowed,
    )
    if form.is_valid():
        others = [p for p in program.places if (p.kind, p.number) != (kind, number)]
        keep(request, program, places=(*others, form.build()))
        return saved(request)
    return draft_form(request, form, place.name)


@require_POST
@panel_page("program.edit")
def remove_place(request: PageRequest, kind: str, number: int) -> HttpResponse:
    """Take the terms of a branch or a merchant out of the draft: as everywhere in the club."""
    program = open_workshop(request).program
    left = tuple(p for p in program.places if (p.kind, p.number) != (kind, number))
    if len(left) == len(program.places):
        raise NotFound
    keep(request, program, places=left)
    return HttpResponseRedirect(reverse("panel:places"))


@require_safe
@panel_page("branch.terms", by_branch=True)
def my_branch(request: PageRequest) -> HttpResponse:
    """The part of the programme that is her branch's alone, to edit and perhaps to publish."""
    here, shop = _here(request), open_workshop(request)
    live = shop.live.program if shop.live else Program()
    place = next(one for one in _places(request) if one.number == here.branch_id)
    waiting, problem = _waiting(live, shop, here)
    stamp = shop.draft.stamp if shop.draft else ""
    context = {
        "place": _row(request, shop.program, place),
        "rules": list(_rules(request, shop, live, here)),
        "kinds": [(kind, kind_words(kind)) for kind in _OF_PURCHASES if kind in RECIPE_FORMS],
        "differences": differences(request.club, live, waiting, shop.names) if waiting else [],
        "problem": problem,
        "may_publish": live.managers.publish_alone,
        "managers": say_part(request.club, "managers", live),
        "form": PublishForm(initial={"stamp": stamp}),
    }
    return panel_render(request, "panel/my_branch.html", context, section="my-branch")


@require_POST
@panel_page("branch.terms", by_branch=True)
def publish_mine(request: PageRequest) -> HttpResponse:
    """Publish what was on the screen of her branch's part, and nothing else."""
    here, form = _here(request), PublishForm(request.POST)
    waiting = open_workshop(request).draft
    if waiting is None:
        raise NotFound
    if not form.is_valid() or form.cleaned_data["stamp"] != waiting.stamp:
        raise DraftChanged
    note = form.cleaned_data["note"]
    made = publish_branch(request.club.id, here, actor=request.actor.label, note=note)
    number = {"number": format_number(made.number, current_lang())}
    messages.success(request, _("Revision %(number)s is published and in force.") % number)
    return HttpResponseRedirect(reverse("panel:my-branch"))


def _not_hers(request: PageRequest, kind: str, number: int) -> DomainError:
    """Of her club, but not her branch: 403; of another club: 404."""
    model = {"branch": Branch, "merchant": Merchant}.get(kind)
    known = model and model._default_manager.filter(club_id=request.club.id, pk=number).exists()
    return NotOfYourBranch() if known and branch_of(request) else NotFound()


def _here(request: PageRequest) -> Here:
    here = branch_of(request)
    if here is None:
        raise Forbidden
    return here


def _places(request: PageRequest) -> list[_Place]:
    """What the actor may know of: her branches, and for all others the merchants before them."""
    branches = access_branches(request.actor)
    found = [_Place("branch", b.id, b.merchant_id, b.name) for b in branches]
    if branch_of(request) is not None:
        return found
    merchants = Merchant.objects.filter(club_id=request.club.id).order_by("name", "id")
    own = [_Place("merchant", m.id, m.id, m.name) for m in merchants]
    return [*own, *found] if len(own) > 1 else found


def _start(program: Program, place: _Place) -> PlaceTerms:
    if place.kind == "branch":
        return starting_terms(program, Here(place.number, place.merchant_id))
    here = next((p for p in program.places if (p.kind, p.number) == place[:2]), None)
    return here or PlaceTerms(kind="merchant", number=place.number)


def _row(request: PageRequest, program: Program, place: _Place) -> dict[str, Any]:
    lang, unit = current_lang(), request.club.display_unit
    names = {rule.id: rule.name.said(lang) for rule in program.rules}
    own = next((p for p in program.places if (p.kind, p.number) == place[:2]), None)
    by_merchant = None
    if own is None and place.kind == "branch":
        by_merchant = program.terms_at(place.number, place.merchant_id)
    terms = own or by_merchant
    return {
        "place": place,
        "own": own is not None,
        "by_merchant": by_merchant is not None,
        "words": place_words(terms, names, unit, lang) if terms else [],
        "rules": [
            rule.name.said(lang)
            for rule in sorted(program.rules, key=canonical)
            if place.kind == "branch" and is_of_branch(rule, place.number)
        ],
    }


def _rules(
    request: PageRequest, shop: Workshop, live: Program, here: Here
) -> Iterator[dict[str, Any]]:
    """Her branch's rules in the draft, with what became of each since it went live."""
    for rule in sorted(shop.program.rules, key=canonical):
        if not is_of_branch(rule, here.branch_id):
            continue
        before = live.rule(rule.id)
        change = "added" if before is None else "changed" if differs(before, rule) else ""
        yield {
            "id": rule.id,
            "name": rule.name.said(current_lang()),
            "text": say_rule(request.club, rule, shop.names),
            "is_active": rule.is_active,
            "change": change,
        }


def _waiting(live: Program, shop: Workshop, here: Here) -> tuple[Program | None, str]:
    """What her part would make of the live programme (None for nothing new), and why it can not."""
    if shop.draft is None:
        return None, ""
    try:
        return branch_change(live, shop.draft.program, here), ""
    except DomainError as error:
        return None, error.message(current_lang())
