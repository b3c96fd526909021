"""What rules may be about beside purchases: occasions of the year, events, challenges."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.core.clock import now
from vafa.core.errors import DomainError, NotFound
from vafa.program.access import access_occasion
from vafa.program.actions.occasions import change_occasion, create_occasion
from vafa.program.models import Occasion
from vafa.program.reads.happenings import occasion_day
from vafa.program.rules.occasions import next_occasion
from vafa.web.panel.drafts import draft_form, fresh_id, keep, open_workshop, saved
from vafa.web.panel.forms.happenings import ChallengeForm, EventForm, OccasionForm, month_of
from vafa.web.panel.forms.program import NamedForm
from vafa.web.panel.happening_words import say_challenge
from vafa.web.panel.pages import (
    page_calendar,
    panel_form,
    panel_page,
    panel_render,
)
from vafa.web.panel.views.program import program_tabs
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest


@require_safe
@panel_page("program.view")
def happenings(request: PageRequest) -> HttpResponse:
    """The club's occasions by when they come next, and the programme's events, challenges and
    badges."""
    program = open_workshop(request).program
    today = request.club.local_date(now())
    lang = current_lang()
    rows = []
    for occasion in Occasion.objects.filter(club_id=request.club.id):
        comes = next_occasion(occasion_day(occasion), today)
        said = {"occasion": occasion, "name": _name(occasion), "comes": comes}
        rows.append({**said, "month": month_of(occasion.calendar, occasion.month)})
    rows.sort(key=lambda row: (not row["occasion"].is_active, row["comes"].day))
    used = {(rule.on, rule.what) for rule in program.rules}
    context = {
        "rows": rows,
        "events": [
            {"code": e.code, "name": e.name.said(lang), "used": ("event", e.code) in used}
            for e in program.events
        ],
        "challenges": [
            {
                "code": c.code,
                "name": c.name.said(lang),
                "text": say_challenge(c),
                "used": ("challenge", c.code) in used,
            }
            for c in program.challenges
        ],
        "badges": [
            {
                "code": b.code,
                "name": b.name.said(lang),
                "symbol": b.symbol,
                "used": any(getattr(rule.gives, "badge", "") == b.code for rule in program.rules),
            }
            for b in program.badges
        ],
        "tabs": program_tabs(request, "happenings"),
    }
    return panel_render(request, "panel/happenings.html", context, section="program")


@require_http_methods(["GET", "POST"])
@panel_page("program.edit")
def new_occasion(request: PageRequest) -> HttpResponse:
    """Add an occasion."""
    form = _occasion_form(request, None)
    if form.is_valid():
        taken = set(Occasion.objects.filter(club_id=request.club.id).values_list("code", flat=True))
        code = fresh_id("occasion", taken)
        try:
            create_occasion(
                request.club.id, code, form.fields_of_occasion(), by=request.actor.label
            )
            return _kept(request)
        except DomainError as error:
            form.add_error(None, error.message(current_lang()))
    return _occasion_page(request, form, _("New occasion"))


@require_http_methods(["GET", "POST"])
@panel_page("program.edit")
def edit_occasion(request: PageRequest, occasion_id: int) -> HttpResponse:
    """Change an occasion, or enter its announced day."""
    occasion = access_occasion(request.actor, occasion_id)
    form = _occasion_form(request, occasion)
    if form.is_valid():
        change_occasion(occasion, form.fields_of_occasion(), by=request.actor.label)
        return _kept(request)
    return _occasion_page(request, form, _name(occasion))


@require_http_methods(["GET", "POST"])
@panel_page("program.edit")
def new_event(request: PageRequest) -> HttpResponse:
    """Add an event to the draft."""
    program = open_workshop(request).program
    form = EventForm(request.POST or None, taken={event.code for event in program.events})
    if form.is_valid():
        keep(request, program, events=(*program.events, form.build()))
        return saved(request)
    return draft_form(request, form, _("New event"))


@require_http_methods(["GET", "POST"])
@panel_page("program.edit")
def edit_event(request: PageRequest, code: str) -> HttpResponse:
    """Change what an event of the draft is called; programs know it by its code."""
    program = open_workshop(request).program
    event = program.event(code)
    if event is None:
        raise NotFound
    form = EventForm(request.POST or None, initial=NamedForm.name_of(event.name), fixed=True)
    if form.is_valid():
        changed = form.build(code)
        keep(request, program, events=tuple(changed if e == event else e for e in program.events))
        return saved(request)
    return draft_form(request, form, event.name.said(current_lang()))


@require_POST
@panel_page("program.edit")
def remove_event(request: PageRequest, code: str) -> HttpResponse:
    """Take an event out of the draft; not while a rule is about it or raises it."""
    program = open_workshop(request).program
    if program.event(code) is None:
        raise NotFound
    if _in_use(request, "event", code):
        return HttpResponseRedirect(reverse("panel:happenings"))
    keep(request, program, events=tuple(e for e in program.events if e.code != code))
    return HttpResponseRedirect(reverse("panel:happenings"))


@require_http_methods(["GET", "POST"])
@panel_page("program.edit")
def new_challenge(request: PageRequest) -> HttpResponse:
    """Add a challenge to the draft."""
    shop = open_workshop(request)
    form = ChallengeForm(request.POST or None)
    if form.is_valid():
        taken = {challenge.code for challenge in shop.program.challenges}
        taken |= {c.code for c in shop.live.program.challenges} if shop.live else set()
        challenge = form.build(fresh_id("challenge", taken))
        keep(request, shop.program, challenges=(*shop.program.challenges, challenge))
        return saved(request)
    return draft_form(request, form, _("New challenge"))


@require_http_methods(["GET", "POST"])
@panel_page("program.edit")
def edit_challenge(request: PageRequest, code: str) -> HttpResponse:
    """Change a challenge of the draft."""
    program = open_workshop(request).program
    challenge = program.challenge(code)
    if challenge is None:
        raise NotFound
    form = ChallengeForm(request.POST or None, initial=ChallengeForm.values_of(challenge))
    if form.is_valid():
        new = form.build(code)
        keep(
            request,
            program,
            challenges=tuple(new if c == challenge else c for c in program.challenges),
        )
        return saved(request)
    return draft_form(request, form, challenge.name.said(current_lang()))


@require_POST
@panel_page("program.edit")
def remove_challenge(request: PageRequest, code: str) -> HttpResponse:
    """Take a challenge out of the draft; not while a rule is about it."""
    program = open_workshop(request).program
    if program.challenge(code) is None:
        raise NotFound
    if _in_use(request, "challenge", code):
        return HttpResponseRedirect(reverse("panel:happenings"))
    keep(request, program, challenges=tuple(c for c in program.challenges if c.code != code))
    return HttpResponseRedirect(reverse("panel:happenings"))


def _in_use(request: PageRequest, on: str, code: str) -> bool:
    rules = open_workshop(request).program.rules
    about = [rule for rule in rules if rule.on == on and rule.what == code]
    raising = [rule for rule in rules if on == "event" and getattr(rule.gives, on, "") == code]
    rule = next(iter([*about, *raising]), None)
    if rule is None:
        return False
    said = {"rule": rule.name.said(current_lang())}
    messages.error(request, _("The rule “%(rule)s” is about it. Remove that rule first.") % said)
    return True


def _occasion_form(request: PageRequest, occasion: Occasion | None) -> OccasionForm:
    today = request.club.local_date(now())
    return OccasionForm(
        request.POST or None,
        initial=OccasionForm.values_of(occasion, today) if occasion else {"calendar": "jalali"},
        calendar=page_calendar(request),
        today=today,
        known=occasion.official if occasion else (),
    )


def _occasion_page(request: PageRequest, form: OccasionForm, title: str) -> HttpResponse:
    return panel_form(request, "panel/occasion_form.html", form, section="program", title=title)


def _kept(request: PageRequest) -> HttpResponse:
    messages.success(request, _("The occasion is saved."))
    return HttpResponseRedirect(reverse("panel:happenings"))


def _name(occasion: Occasion) -> Any:
    return occasion.name if current_lang() == "fa" or not occasion.name_en else occasion.name_en
