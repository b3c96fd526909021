"""Codes in any number: made, brought in, given, looked up, taken out as a file, ended."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.club.models import Member, Task
from vafa.club.reads.members import find_members
from vafa.club.reads.tasks import newest_tasks, progress_of
from vafa.core.clock import now
from vafa.core.errors import DomainError
from vafa.core.money import display_unit, format_plain
from vafa.core.phones import InvalidMobile, display_mobile, parse_mobile
from vafa.core.text import normalize, to_latin_digits
from vafa.flows.voucher_files import read_codes
from vafa.flows.voucher_series import (
    MAKE,
    bring_codes,
    cancel_code,
    cancel_series,
    give_code,
    make_codes,
    plan_series,
)
from vafa.insight.reads.house import actor_names
from vafa.program.models import VoucherSeries
from vafa.program.reads.offer_names import offer_names
from vafa.program.reads.rewards import terms_of
from vafa.program.reads.series import (
    CodeRow,
    all_codes,
    code_of,
    codes_page,
    find_series,
    list_series,
    series_count,
)
from vafa.program.reads.voucher_uses import CodeState, states_of
from vafa.program.rules.offer_words import conditions_words, offer_words
from vafa.web.panel.files import both_dates, csv_file, record_export
from vafa.web.panel.forms.offers import offer_house
from vafa.web.panel.forms.series import GiveForm, SeriesForm
from vafa.web.panel.pages import panel_form, panel_page, panel_render
from vafa.web.panel.task_pages import progress_context, refreshed
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest
from vafa.web.shared.uploads import was_too_large

# So many are made while the page waits; more by the worker.
_AT_ONCE = 5_000
_SHOWN = 20


@require_safe
@panel_page("codes.edit")
def series_list(request: PageRequest) -> HttpResponse:
    """All series, newest first."""
    found = list_series(request.club.id)
    tasks = _tasks(found)
    rows = [
        {
            "series": one,
            "gives": say_series(request, one),
            "state": state_words(one, tasks.get(one.pk)),
        }
        for one in found
    ]
    return panel_render(request, "panel/series_list.html", {"rows": rows}, section="rewards")


@require_http_methods(["GET", "POST"])
@panel_page("codes.edit")
def new_series(request: PageRequest) -> HttpResponse:
    """Have codes made, or bring a list in."""
    posted = [request.POST.get(name, "") for name in ("skus", "get_skus")]
    form = SeriesForm(
        request.POST or None,
        request.FILES or None,
        initial={"max_uses": 1, "count": 1},
        club=request.club,
        house=offer_house(request.club, posted),
    )
    form.is_too_large = was_too_large(request)
    if form.is_valid():
        made = _made(request, form)
        if made is not None:
            return _to(made)
    title = _("New codes")
    return panel_form(request, "panel/series_form.html", form, section="rewards", title=title)


@require_safe
@panel_page("codes.edit")
def series(request: PageRequest, series_id: int) -> HttpResponse:
    """One series: what its codes give, how far they are made and used, and one of them."""
    found = find_series(request.club.id, series_id)
    query = to_latin_digits(normalize(request.GET.get("code", "")))
    task = _tasks([found]).get(found.pk)
    context = progress_context(request, task, "panel:series", found.pk) | {
        "series": found,
        "gives": say_series(request, found),
        "bound": _bound(request, found),
        "badge": state_words(found, task),
        "is_over": found.cancelled_at is not None or found.expires_at <= now(),
        "count": series_count(found.pk),
        "codes": [_code(request, row) for row in codes_page(found.pk, limit=_SHOWN)],
        "query": query,
        "looked_up": _looked_up(request, found, query) if query else None,
        "give_form": GiveForm(),
    }
    page = panel_render(
        request,
        "panel/series.html",
        context,
        section="rewards",
        fragment="panel/_task_progress.html",
    )
    return refreshed(request, page, context["progress"])


@require_POST
@panel_page("codes.edit")
def give(request: PageRequest, series_id: int) -> HttpResponse:
    """The next code goes to a member."""
    found, form = find_series(request.club.id, series_id), GiveForm(request.POST)
    member = _member(request, form.cleaned_data["member"]) if form.is_valid() else None
    if member is None:
        messages.error(request, _("No member has this number."))
        return _to(found)
    outcome = give_code(request.club, series_id=found.pk, member_id=member.pk, actor=request.actor)
    if outcome.error is not None:
        messages.error(request, outcome.error.message(current_lang()))
    else:
        said = {"code": outcome.answer["voucher_code"]}
        messages.success(request, _("The code %(code)s is hers now.") % said)
    return _to(found)


@require_POST
@panel_page("codes.edit")
def cancel(request: PageRequest, series_id: int) -> HttpResponse:
    """End a series, or one code of it."""
    found = find_series(request.club.id, series_id)
    code = request.POST.get("code", "")
    if not code:
        cancel_series(request.club, found.pk, request.actor)
        messages.success(request, _("None of these codes works any more."))
        return _to(found)
    known = code_of(request.club.id, code)
    if known is None or known[1] != found.pk:
        messages.error(request, _("This series has no such code."))
        return _to(found)
    try:
        cancel_code(request.club, code, request.actor)
        messages.success(request, _("The code does not work any more."))
    except DomainError as error:
        messages.error(request, error.message(current_lang()))
    return _to(found)


@require_safe
@panel_page("codes.edit")
def export(request: PageRequest, series_id: int) -> HttpResponse:
    """Its codes as a file, with what became of each."""
    found, club = find_series(request.club.id, series_id), request.club
    unit = display_unit(club.display_unit).label(current_lang())
    header = [
        *(_("Code"), _("Member"), _("Mobile"), _("Given (Jalali)"), _("Given (ISO)")),
        *(_("Times used"), _("Taken off (%(unit)s)") % {"unit": unit}, _("Cancelled")),
    ]

    def cells(row: CodeRow) -> list[Any]:
        return [
            *(row.code, row.member or "", display_mobile(row.mobile or "")),
            *both_dates(club, row.given_at),
            *(row.times, format_plain(row.amount, club.display_unit)),
            int(row.last == "cancelled" or found.cancelled_at is not None),
        ]

    record_export(request, "codes")
    return csv_file(club, f"codes-{found.pk}", header, map(cells, all_codes(found.pk)))


def _tasks(series: Sequence[VoucherSeries]) -> dict[int, Task]:
    """The work on those whose codes are not all there."""
    unfinished = [one for one in series if one.made < one.wanted and one.cancelled_at is None]
    if not unfinished:
        return {}
    return newest_tasks(unfinished[0].club_id, MAKE, "series", [one.pk for one in unfinished])


def say_series(request: PageRequest, found: VoucherSeries) -> str:
    """What each of its codes gives, in words."""
    terms, lang = terms_of(found.terms), current_lang()
    names = offer_names(request.club.id, [terms])
    return offer_words(found.kind, found.value, terms, request.club.display_unit, lang, names)


def state_words(found: VoucherSeries, task: Task | None) -> str:
    """How far it is; ``task`` makes its codes, where they are not there yet."""
    if found.cancelled_at is not None:
        return _("Cancelled")
    if found.expires_at <= now():
        return _("Run out")
    if found.made < found.wanted:
        return _("Being made") if task and progress_of(task).is_alive else _("Stopped")
    return _("Ready")


def _bound(request: PageRequest, found: VoucherSeries) -> list[str]:
    terms = terms_of(found.terms)
    names = offer_names(request.club.id, [terms])
    unit, lang = request.club.display_unit, current_lang()
    return conditions_words(found.min_basket, terms, unit, lang, names, kind=found.kind)


def _made(request: PageRequest, form: SeriesForm) -> VoucherSeries | None:
    """The series of a good form; None where what is only known now is told at its field."""
    club, actor = request.club, request.actor
    try:
        if form.cleaned_data["source"] == "file":
            upper = form.cleaned_data["kind"] != "partner"
            codes = _codes_in(form.cleaned_data["file"], upper=upper)
            return bring_codes(club, actor, codes, **form.fields_of_series())
        how = form.how_made()
        in_worker = how["count"] > _AT_ONCE
        made = plan_series(club, actor, **form.fields_of_series(), **how, in_worker=in_worker)
    except DomainError as error:
        is_file = form.cleaned_data["source"] == "file"
        field = "file" if is_file else {"codes_too_short": "look"}.get(error.code)
        form.add_error(field, error.message(current_lang()))
        return None
    if not in_worker:
        make_codes(club, made.pk)
    return made


def _codes_in(file: UploadedFile[bytes], *, upper: bool) -> list[tuple[int, str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"codes{Path(file.name or '').suffix[:8]}"
        with path.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        return read_codes(path, upper=upper)


def _member(request: PageRequest, typed: str) -> Member | None:
    text = to_latin_digits(typed)
    refs = [("external", text), ("card", text)]
    with suppress(InvalidMobile):  # a number of the shop's own, then
        refs.insert(0, ("mobile", parse_mobile(text)))
    found = find_members(request.club.id, refs)
    known = next((found[ref] for ref in refs if ref in found), None)
    return Member.objects.get(pk=known.id) if known else None


def _code(request: PageRequest, row: CodeRow) -> dict[str, Any]:
    is_over = row.last in ("cancelled", "expired")
    words = _("Cancelled") if is_over else _("Used") if row.times else ""
    return {"row": row, "state": words or (_("Given") if row.member_id else _("Free"))}


def _looked_up(request: PageRequest, found: VoucherSeries, query: str) -> dict[str, Any]:
    known = code_of(request.club.id, query) or code_of(request.club.id, query.upper())
    if known is None or known[1] != found.pk:
        return {"row": None}
    row = known[0]
    states = states_of(row.id)
    actors = actor_names(request.club, {state.actor for state in states if state.actor})
    return {
        "row": row,
        "states": [_state(state, actors) for state in states],
        "may_cancel": row.last not in ("cancelled", "expired") and found.cancelled_at is None,
    }


def _state(state: CodeState, actors: dict[str, str]) -> dict[str, Any]:
    words = {
        "made": _("Was made"),
        "given": _("Given to a member"),
        "bill": _("Used on a purchase"),
        "counter": _("Handed over"),
        "given_back": _("Given back, because the purchase came back"),
        "cancelled": _("Cancelled"),
        "expired": _("Run out"),
    }
    return {"state": state, "words": words[state.what], "actor": actors.get(state.actor, "")}


def _to(found: VoucherSeries) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("panel:series", args=[found.pk]))
