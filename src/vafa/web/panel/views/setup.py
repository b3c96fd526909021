"""Setting a club up: seven steps, what its history says, and what is left at the end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.club.actions.setup import save_step
from vafa.club.actions.tasks import ask_for
from vafa.club.reads.setup import SetupState, setup_state
from vafa.club.rules.setup import BEGUN, DONE, STEPS, neighbours
from vafa.core.errors import NotFound
from vafa.insight.actions.readiness import KIND, kept_history, work_out_readiness
from vafa.insight.reads.readiness import History, count_bills
from vafa.insight.rules.readiness import judge
from vafa.program.errors import NoLiveProgram
from vafa.program.reads.revisions import live_program
from vafa.program.rules.presets import place_of, share_given
from vafa.web.panel.pages import panel_page, panel_render
from vafa.web.panel.readiness_paper import (
    figures_of,
    money_of,
    readiness_data,
    sources_words,
    span_of,
)
from vafa.web.panel.setup_places import done_rows, page_url, places_of
from vafa.web.panel.setup_steps import STEP_DEEDS, values_of
from vafa.web.panel.setup_words import STEP_WORDS, finding_words, verdict_words
from vafa.web.shared.documents import render_pdf
from vafa.web.shared.sessions import PageRequest

# More than these are looked through by the worker.
_MOST_AT_ONCE = 50_000
_USUAL_MARGIN = 25
_HUNDREDTHS = 100


@require_safe
@panel_page("club.settings")
def setup(request: PageRequest) -> HttpResponse:
    """Where one goes on: the first step without an answer, or the end."""
    following = setup_state(request.club.id).next
    if following:
        return HttpResponseRedirect(reverse("panel:setup-step", args=[following]))
    return HttpResponseRedirect(reverse("panel:setup-done"))


@require_http_methods(["GET", "POST"])
@panel_page("club.settings")
def step(request: PageRequest, name: str) -> HttpResponse:
    """One of the seven: saved, it leads to the next."""
    if name not in STEP_DEEDS:
        raise NotFound
    deeds, state = STEP_DEEDS[name], setup_state(request.club.id)
    form = deeds.form(request, state, request.POST if request.method == "POST" else None)
    before, after = neighbours(name)
    if form.is_valid():
        answers = deeds.save(request, form)
        if not state.steps:
            save_step(request.club.id, BEGUN, {}, by=request.actor.label)
        save_step(request.club.id, name, answers, by=request.actor.label)
        target = reverse("panel:setup-step", args=[after]) if after else reverse("panel:readiness")
        return HttpResponseRedirect(target)
    context = {
        "form": form,
        "name": name,
        "number": STEPS.index(name) + 1,
        "count": len(STEPS),
        "title": STEP_WORDS[name][0],
        "lead": STEP_WORDS[name][1],
        "steps": _bar(state, name),
        "back": reverse("panel:setup-step", args=[before]) if before else "",
        "told": deeds.told(request, values_of(form)),
        "places": places_of(request, name),
        "has_fields": bool(form.fields),
    }
    status = 422 if form.is_bound else 200
    return panel_render(request, "panel/setup/step.html", context, section="setup", status=status)


@require_POST
@panel_page("club.settings")
def preview(request: PageRequest, name: str) -> HttpResponse:
    """What stands beside a step, for what is chosen just now; nothing is written."""
    if name not in STEP_DEEDS:
        raise NotFound
    deeds, state = STEP_DEEDS[name], setup_state(request.club.id)
    form = deeds.form(request, state, request.POST)
    told = deeds.told(request, values_of(form))
    return render(request, "panel/setup/_told.html", {"told": told})


@require_safe
@panel_page("club.settings")
def readiness(request: PageRequest) -> HttpResponse:
    """What the history says about a club for this business."""
    state = setup_state(request.club.id)
    history = kept_history(state)
    context: dict[str, Any] = {"history": history, "steps": _bar(state, "")}
    context["imports_url"] = page_url("imports")
    if history is not None:
        judged = _judged(request, state, history)
        context |= judged | {
            "span": span_of(request.club, history),
            "figures": figures_of(request.club, history),
            "money": money_of(request.club, judged),
            "sources": sources_words(),
        }
    return panel_render(request, "panel/setup/readiness.html", context, section="setup")


@require_POST
@panel_page("club.settings")
def work_out(request: PageRequest) -> HttpResponse:
    """Look through the history: at once, or as long work where there is much of it."""
    if count_bills(request.club, _MOST_AT_ONCE + 1) > _MOST_AT_ONCE:
        task = ask_for(request.club, request.actor, KIND, {})
        return HttpResponseRedirect(reverse("panel:task", args=[task.pk]))
    if work_out_readiness(request.club, request.actor) is None:
        messages.info(request, _("There are no purchases yet. Import your history first."))
    return HttpResponseRedirect(reverse("panel:readiness"))


@require_safe
@panel_page("club.settings")
def readiness_pdf(request: PageRequest) -> HttpResponse:
    """The report as a document."""
    state = setup_state(request.club.id)
    history = kept_history(state)
    if history is None:
        raise NotFound
    data = readiness_data(request.club, history, _judged(request, state, history))
    response = HttpResponse(render_pdf("panel/readiness.typ", data), content_type="application/pdf")
    name = f"{request.club.slug}-readiness.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "POST"])
@panel_page("club.settings")
def done(request: PageRequest) -> HttpResponse:
    """What stands and what is left; ending the way takes the reminder off the overview."""
    state = setup_state(request.club.id)
    if request.method == "POST":
        save_step(request.club.id, DONE, {}, by=request.actor.label)
        messages.success(request, _("The club is set up."))
        return HttpResponseRedirect(reverse("panel:dashboard"))
    club = request.club
    context = {
        "steps": _bar(state, ""),
        "rows": done_rows(request, state),
        "is_done": DONE in state.steps,
        "club_url": request.build_absolute_uri(reverse("site:club", args=[club.slug])),
    }
    return panel_render(request, "panel/setup/done.html", context, section="setup")


def _judged(request: PageRequest, state: SetupState, history: History) -> dict[str, Any]:
    try:
        program = live_program(request.club.id).program
        given = share_given(program, place_of(request.club.currency))
    except NoLiveProgram:
        given = 0
    margin = int(state.of("gains").get("margin") or _USUAL_MARGIN)
    found = judge(history, given, margin * _HUNDREDTHS)
    return {
        "found": found,
        "verdict": verdict_words(found),
        "findings": [finding_words(name, history) for name in found.findings],
        "given": given / (_HUNDREDTHS * _HUNDREDTHS),
        "margin": margin / _HUNDREDTHS,
        "break_even": None
        if found.break_even is None
        else found.break_even / (_HUNDREDTHS * _HUNDREDTHS),
    }


def _bar(state: SetupState, here: str) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "title": STEP_WORDS[name][0],
            "url": reverse("panel:setup-step", args=[name]),
            "is_here": name == here,
            "is_answered": name in state.steps,
        }
        for number, name in enumerate(STEPS, 1)
    ]
