"""Editing the draft's tiers and terms; every change makes or updates the draft."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vafa.audience.reads.segments import list_segments
from vafa.club.reads.attributes import list_attributes
from vafa.core.clock import now
from vafa.core.errors import NotFound
from vafa.program.reads.series import list_series
from vafa.program.rules.deeds import GiveVoucher
from vafa.program.rules.document import Program, Tier
from vafa.web.panel.drafts import draft_form, fresh_id, keep, open_workshop, saved, with_tier
from vafa.web.panel.forms.parts import PART_FORMS
from vafa.web.panel.forms.terms import TermsForm
from vafa.web.panel.forms.tiers import TierForm
from vafa.web.panel.pages import panel_page
from vafa.web.panel.words import part_names
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest


@require_http_methods(["GET", "POST"])
@panel_page("program.edit")
def new_tier(request: PageRequest) -> HttpResponse:
    """Add a tier to the draft."""
    shop = open_workshop(request)
    form = TierForm(
        request.POST or None,
        others=shop.program.tiers,
        terms=shop.program.tier_terms,
        unit=request.club.display_unit,
        series=_series(request, None),
        segments=list_segments(request.club.id, with_archived=True),
    )
    if form.is_valid():
        taken = {tier.code for tier in shop.program.tiers}
        taken |= {tier.code for tier in shop.live.program.tiers} if shop.live else set()
        tier = form.build(fresh_id("tier", taken))
        keep(request, shop.program, tiers=with_tier(shop.program, tier))
        return saved(request)
    return draft_form(request, form, _("New tier"))


@require_http_methods(["GET", "POST"])
@panel_page("program.edit")
def edit_tier(request: PageRequest, code: str) -> HttpResponse:
    """Change a tier of the draft."""
    program = open_workshop(request).program
    tier = _tier(program, code)
    form = TierForm(
        request.POST or None,
        initial=TierForm.values_of(tier),
        others=[other for other in program.tiers if other.code != code],
        terms=program.tier_terms,
        unit=request.club.display_unit,
        series=_series(request, tier),
        segments=list_segments(request.club.id, with_archived=True),
    )
    if form.is_valid():
        keep(request, program, tiers=with_tier(program, form.build(code)))
        return saved(request)
    title = _("Tier %(name)s") % {"name": tier.name.said(current_lang())}
    return draft_form(request, form, title)


@require_POST
@panel_page("program.edit")
def remove_tier(request: PageRequest, code: str) -> HttpResponse:
    """Take a tier out of the draft."""
    program = open_workshop(request).program
    tier = _tier(program, code)
    keep(request, program, tiers=tuple(t for t in program.tiers if t.code != tier.code))
    return HttpResponseRedirect(reverse("panel:draft"))


@require_http_methods(["GET", "POST"])
@panel_page("program.edit")
def edit_terms(request: PageRequest) -> HttpResponse:
    """Change the draft's terms of the points."""
    program = open_workshop(request).program
    form = TermsForm(
        request.POST or None,
        initial=TermsForm.values_of(program.terms),
        unit=request.club.display_unit,
    )
    if form.is_valid():
        keep(request, program, terms=form.build())
        return saved(request)
    return draft_form(request, form, _("Terms of the points"))


@require_http_methods(["GET", "POST"])
@panel_page("program.edit")
def edit_part(request: PageRequest, part: str) -> HttpResponse:
    """Change one of the smaller parts of the draft: credit, corrections, gifts ..."""
    form_class = PART_FORMS.get(part)
    if form_class is None:
        raise NotFound
    program = open_workshop(request).program
    form = form_class(
        request.POST or None,
        initial=form_class.values_of(program),
        unit=request.club.display_unit,
        attributes=_numbers(request),
    )
    if form.is_valid():
        keep(request, program, **{part: form.build(program)})
        return saved(request)
    return draft_form(request, form, part_names()[part])


def _numbers(request: PageRequest) -> list[tuple[str, str]]:
    """The attributes of members that tiers may go by."""
    lang = current_lang()
    return [
        (one.key, one.said(lang))
        for one in list_attributes(request.club.id)
        if one.kind == "number"
    ]


def _series(request: PageRequest, tier: Tier | None) -> list[tuple[int | str, str]]:
    """The series of which fresh codes may be given for a birthday, and the one that is."""
    gift = tier.birthday if tier else None
    given = gift.series if isinstance(gift, GiveVoucher) else None
    return [
        (one.pk, one.name)
        for one in list_series(request.club.id)
        if one.pk == given or (one.letters and one.cancelled_at is None and one.expires_at > now())
    ]


def _tier(program: Program, code: str) -> Tier:
    tier = program.tier(code)
    if tier is None:
        raise NotFound
    return tier
