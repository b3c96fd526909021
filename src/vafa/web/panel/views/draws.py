"""Draws: conditions, the steps of their life, and who won."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.club.access import access_branches
from vafa.club.reads.tasks import newest_tasks
from vafa.core.clock import now
from vafa.core.errors import DomainError, InvalidInput
from vafa.flows.draw_people import close_draw, confirm_winner, prize_holders, replace_winner
from vafa.flows.draws import (
    FREEZE,
    ask_for_freeze,
    cancel_draw,
    change_draw,
    draw_winners,
    make_draw,
    open_draw,
)
from vafa.program.access import access_draw
from vafa.program.models import Draw
from vafa.program.reads.draw_facts import further_chances, terms_of
from vafa.program.reads.draws import branch_names, list_draws, winners_of
from vafa.program.rules.draw_words import chance_words, free_words, who_words
from vafa.web.panel.forms.draws import DrawForm, PublicValueForm, WhyForm
from vafa.web.panel.pages import page_calendar, panel_form, panel_page, panel_render
from vafa.web.panel.task_pages import progress_context, refreshed
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

_USUAL = {"free_chances": 1, "reserves": 3, "excludes_staff": True, "prize_1_count": 1}


@require_safe
@panel_page("draws.run")
def draws(request: PageRequest) -> HttpResponse:
    """All draws with their step."""
    rows = [
        {"draw": draw, "name": draw_name(draw), "status": status_words(draw)}
        for draw in list_draws(request.club.id)
    ]
    return panel_render(request, "panel/draws.html", {"rows": rows}, section="draws")


@require_http_methods(["GET", "POST"])
@panel_page("draws.run")
def new_draw(request: PageRequest) -> HttpResponse:
    """Write the conditions of a draw."""
    form = _form(request, _USUAL)
    if form.is_valid():
        made = _saved(request, form, None)
        if made is not None:
            return _to(made.id)
    return panel_form(request, "panel/draw_form.html", form, section="draws", title=_("New draw"))


@require_http_methods(["GET", "POST"])
@panel_page("draws.run")
def edit_draw(request: PageRequest, draw_id: int) -> HttpResponse:
    """Change a draft."""
    found = access_draw(request.actor, draw_id)
    if found.status != "draft":
        return _to(found.id)
    form = _form(request, DrawForm.values_of(found, request.club.tz))
    if form.is_valid() and _saved(request, form, found.id) is not None:
        return _to(found.id)
    return panel_form(
        request, "panel/draw_form.html", form, section="draws", title=draw_name(found)
    )


@require_safe
@panel_page("draws.run")
def draw(request: PageRequest, draw_id: int) -> HttpResponse:
    """One draw: conditions, what can be done now, and winners with their mobiles."""
    found = access_draw(request.actor, draw_id)
    lang, terms, moment = current_lang(), terms_of(found), now()
    tasks = newest_tasks(request.club.id, FREEZE, "draw", [found.id] * (found.status == "open"))
    winners = winners_of(found)
    path = reverse("site:draw", args=[request.club.slug, found.id])
    context = progress_context(request, tasks.get(found.id), "panel:draw", found.id) | {
        "draw": found,
        "name": draw_name(found),
        "status": status_words(found),
        "chances": chance_words(terms, request.club.display_unit, lang, further_chances(found)),
        "who": who_words(
            branch_names(found),
            excludes_staff=found.excludes_staff,
            named_out=len(found.excluded_mobiles),
            lang=lang,
        ),
        "free": free_words(terms, lang),
        "may_freeze": found.status == "open" and moment >= request.club.day_end(found.ends_on),
        "may_draw": found.status == "frozen" and moment >= found.draws_at,
        "is_late": found.status == "open" and moment >= found.draws_at,
        "closes_by": found.draws_at - timedelta(hours=1),
        "holders": _holders(found),
        "replaced": [w for w in winners if w.outcome == "replaced"],
        "reserves_left": _reserves_left(winners),
        "public_url": request.build_absolute_uri(path) if found.opened_at else "",
    }
    page = panel_render(
        request, "panel/draw.html", context, section="draws", fragment="panel/_task_progress.html"
    )
    return refreshed(request, page, context["progress"])


@require_POST
@panel_page("draws.run")
def publish(request: PageRequest, draw_id: int) -> HttpResponse:
    """Open the draw: from now on its conditions stay."""
    found = access_draw(request.actor, draw_id)
    open_draw(request.club, found.id, request.actor)
    messages.success(request, _("The draw is open. Its page is public."))
    return _to(found.id)


@require_POST
@panel_page("draws.run")
def freeze(request: PageRequest, draw_id: int) -> HttpResponse:
    """Let the worker close the list."""
    found = access_draw(request.actor, draw_id)
    ask_for_freeze(request.club, found.id, request.actor)
    messages.success(request, _("The list is being closed."))
    return _to(found.id)


@require_http_methods(["GET", "POST"])
@panel_page("draws.run")
def draw_now(request: PageRequest, draw_id: int) -> HttpResponse:
    """Type the public value, and draw."""
    found = access_draw(request.actor, draw_id)
    form = PublicValueForm(request.POST or None)
    if form.is_valid():
        try:
            draw_winners(request.club, found.id, form.cleaned_data["public_value"], request.actor)
        except DomainError as error:
            form.add_error("public_value", error.message(current_lang()))
        else:
            messages.success(request, _("The winners are drawn."))
            return _to(found.id)
    context = {"draw": found, "name": draw_name(found), "value_is": found.public_value_is}
    return panel_form(request, "panel/draw_now.html", form, section="draws", **context)


@require_http_methods(["GET", "POST"])
@panel_page("draws.run")
def cancel(request: PageRequest, draw_id: int) -> HttpResponse:
    """End the draw before its list is closed; the reason is public."""
    found = access_draw(request.actor, draw_id)
    form = WhyForm(request.POST or None)
    if form.is_valid():
        cancel_draw(request.club, found.id, form.cleaned_data["reason"], request.actor)
        messages.success(request, _("The draw is cancelled."))
        return _to(found.id)
    context = {
        "draw": found,
        "name": draw_name(found),
        "title": _("Cancel the draw"),
        "kind": "danger",
        "note": _("Everybody reads the reason on the draw's page.") if found.opened_at else "",
    }
    return panel_form(request, "panel/draw_why.html", form, section="draws", **context)


@require_POST
@panel_page("draws.run")
def confirm(request: PageRequest, draw_id: int, place: int) -> HttpResponse:
    """The winner was reached and takes the prize."""
    found = access_draw(request.actor, draw_id)
    confirm_winner(request.club, found.id, place, request.actor)
    messages.success(request, _("Saved."))
    return _to(found.id)


@require_http_methods(["GET", "POST"])
@panel_page("draws.run")
def replace(request: PageRequest, draw_id: int, place: int) -> HttpResponse:
    """The next reserve comes in the place of a winner."""
    found = access_draw(request.actor, draw_id)
    form = WhyForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        came = replace_winner(request.club, found.id, place, reason, request.actor)
        if came is None:
            messages.info(request, _("No reserve is left: this prize goes to nobody."))
        else:
            messages.success(request, _("The next reserve has the prize now."))
        return _to(found.id)
    context = {
        "draw": found,
        "name": draw_name(found),
        "title": _("Call the next reserve"),
        "note": _("The reason stays in the panel; the page says that a reserve came instead."),
    }
    return panel_form(request, "panel/draw_why.html", form, section="draws", **context)


@require_POST
@panel_page("draws.run")
def close(request: PageRequest, draw_id: int) -> HttpResponse:
    """All prizes are given: the draw ends."""
    found = access_draw(request.actor, draw_id)
    close_draw(request.club, found.id, request.actor)
    messages.success(request, _("The draw is ended."))
    return _to(found.id)


def draw_name(found: Draw) -> str:
    """The draw's name in the page's language."""
    return found.name if current_lang() == "fa" or not found.name_en else found.name_en


def status_words(found: Draw) -> str:
    """At which step the draw is."""
    return {
        "draft": _("Draft"),
        "open": _("Open"),
        "frozen": _("The list is closed"),
        "drawn": _("Drawn"),
        "closed": _("Ended"),
        "cancelled": _("Cancelled"),
    }[found.status]


def _holders(found: Draw) -> list[dict[str, Any]]:
    english = current_lang() == "en"
    rows = []
    for index, winner in prize_holders(found, winners_of(found)):
        prize = found.prizes[index]
        name = (prize["name_en"] if english else "") or prize["name"]
        rows.append({"prize": name, "winner": winner})
    return rows


def _reserves_left(winners: list[Any]) -> int:
    used = {w.successor for w in winners}
    return sum(w.prize is None and w.place not in used for w in winners)


def _form(request: PageRequest, initial: dict[str, Any]) -> DrawForm:
    return DrawForm(
        request.POST or None,
        initial=initial,
        unit=request.club.display_unit,
        zone=request.club.tz,
        branches=access_branches(request.actor),
        calendar=page_calendar(request),
    )


def _saved(request: PageRequest, form: DrawForm, draw_id: int | None) -> Draw | None:
    """The draw of a valid form; None where a field is told what is wrong with it."""
    fields = form.fields_of_draw()
    try:
        if draw_id is None:
            saved = make_draw(request.club, request.actor, **fields)
        else:
            saved = change_draw(request.club, draw_id, request.actor, **fields)
    except InvalidInput as error:
        name = {"draws_at": "draws_time", "prizes": "prize_1"}.get(
            error.details["field"], error.details["field"]
        )
        form.add_error(
            name if name in form.fields else None, _("This does not fit. Please look at it again.")
        )
        return None
    messages.success(request, _("The draw is saved."))
    return saved


def _to(draw_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("panel:draw", args=[draw_id]))
