"""Segments: the list, one of them, and the builder."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.audience.actions.segments import (
    archive_segment,
    create_segment,
    delete_segment,
    duplicate_segment,
    update_segment,
)
from vafa.audience.errors import BrokenSegment, InvalidSegment, SegmentCircle
from vafa.audience.models import Segment
from vafa.audience.reads.compiling import Compiled
from vafa.audience.reads.members import compile_draft, compile_segment, count_and_first, count_of
from vafa.audience.reads.segments import definition_of, find_segment, list_segments, uses_of
from vafa.audience.rules.definition import Definition, Match
from vafa.audience.rules.words import say
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.insight.reads.member_filters import MemberFilter
from vafa.insight.reads.members import list_members
from vafa.program.reads.revisions import live_program
from vafa.web.panel.forms.segments import SegmentForm
from vafa.web.panel.pages import number_of, panel_page, panel_render
from vafa.web.panel.segment_builder import Builder, posted, stored
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest
from vafa.web.shared.undo import offer_undo

_EXAMPLES = 5


@require_safe
@panel_page("members.view")
def segments(request: PageRequest) -> HttpResponse:
    """All segments with their sentences; how many members each has comes after the page."""
    with_archived = request.GET.get("archived") == "1"
    found = list_segments(request.club.id, with_archived=True)
    lang = current_lang()
    names = {s.code: s.said(lang) for s in found}
    rows = [
        {
            "segment": s,
            "name": s.said(lang),
            "text": say(request.club, definition_of(s), lang, names),
        }
        for s in found
        if with_archived or s.archived_at is None
    ]
    context = {
        "rows": rows,
        "with_archived": with_archived,
        "archived": sum(s.archived_at is not None for s in found),
    }
    return panel_render(request, "panel/segments.html", context, section="segments")


@require_safe
@panel_page("members.view")
def segment_count(request: PageRequest, segment_id: int) -> HttpResponse:
    """How many members a segment has, as a piece of the list."""
    segment = find_segment(request.club.id, segment_id)
    compiled = _compiled(request.club, segment)
    context = {"segment": segment, "count": count_of(compiled) if compiled else None}
    return panel_render(request, "panel/_segment_count.html", context, section="segments")


@require_safe
@panel_page("members.view")
def segment(request: PageRequest, segment_id: int) -> HttpResponse:
    """One segment: in words, how many, examples, and what may be done with it."""
    found = find_segment(request.club.id, segment_id)
    lang = current_lang()
    compiled = _compiled(request.club, found)
    context = {
        "segment": found,
        "name": found.said(lang),
        "text": sentence(request.club, definition_of(found)),
        **(_people(request.club, compiled) if compiled else {"count": None, "examples": []}),
        "uses": [use.said(lang) for use in uses_of(found)],
    }
    return panel_render(request, "panel/segment.html", context, section="segments")


@require_http_methods(["GET", "POST"])
@panel_page("segments.edit")
def new_segment(request: PageRequest) -> HttpResponse:
    """Make a segment."""
    if request.method != "POST":
        builder = stored(request, Definition(), None)
        return _form_page(request, SegmentForm(), builder, _("New segment"), None)
    return _save(request, None)


@require_http_methods(["GET", "POST"])
@panel_page("segments.edit")
def edit_segment(request: PageRequest, segment_id: int) -> HttpResponse:
    """Change a segment."""
    found = find_segment(request.club.id, segment_id)
    if request.method == "POST":
        return _save(request, found)
    definition = definition_of(found)
    values = {"name": found.name, "name_en": found.name_en, "match": definition.match}
    builder = stored(request, definition, found)
    title = found.said(current_lang())
    return _form_page(request, SegmentForm(initial=values), builder, title, found)


@require_POST
@panel_page("segments.edit")
def build_segment(request: PageRequest) -> HttpResponse:
    """The rows again, after one was added, taken away or became another: computes only."""
    editing = _editing(request)
    builder = posted(request, bound=False, editing=editing)
    builder.change(request.POST.get("do", ""))
    values = {name: request.POST.get(name, "") for name in SegmentForm.base_fields}
    title = editing.said(current_lang()) if editing else _("New segment")
    return _form_page(request, SegmentForm(initial=values), builder, title, editing)


@require_POST
@panel_page("segments.edit")
def preview_segment(request: PageRequest) -> HttpResponse:
    """The sentence, the count and some members of what is being edited: computes only."""
    builder = posted(request, bound=True, editing=_editing(request))
    context = _preview(request, builder)
    return panel_render(request, "panel/_segment_preview.html", context, section="segments")


@require_POST
@panel_page("segments.edit")
def copy_segment(request: PageRequest, segment_id: int) -> HttpResponse:
    """The same definition again, to be changed."""
    made = duplicate_segment(request.club, segment_id, by=request.actor.label)
    messages.success(request, _("The copy is made. Change it and save."))
    return HttpResponseRedirect(reverse("panel:edit-segment", args=[made.pk]))


@require_POST
@panel_page("segments.edit")
def archive(request: PageRequest, segment_id: int) -> HttpResponse:
    """Put a segment into the archive, or (``archived`` 0) bring it back."""
    archived = request.POST.get("archived") != "0"
    archive_segment(request.club, segment_id, archived=archived, by=request.actor.label)
    if archived:
        here = reverse("panel:archive-segment", args=[segment_id])
        offer_undo(request, _("The segment is archived."), here, archived="0")
    else:
        messages.success(request, _("The segment is back."))
    return HttpResponseRedirect(reverse("panel:segment", args=[segment_id]))


@require_POST
@panel_page("segments.edit")
def remove_segment(request: PageRequest, segment_id: int) -> HttpResponse:
    """Delete a segment that nothing uses."""
    delete_segment(request.club, segment_id, by=request.actor.label)
    messages.success(request, _("The segment is deleted."))
    return HttpResponseRedirect(reverse("panel:segments"))


def sentence(club: ClubContext, definition: Definition) -> str:
    """A definition in the page's language."""
    lang = current_lang()
    others = list_segments(club.id, with_archived=True) if definition.segments() else []
    return say(club, definition, lang, {s.code: s.said(lang) for s in others})


def _save(request: PageRequest, editing: Segment | None) -> HttpResponse:
    form = SegmentForm(request.POST)
    builder = posted(request, bound=True, editing=editing)
    named = form.is_valid()
    definition = builder.build(_match(request))
    if builder.errors:
        form.add_error(None, [ValidationError(text) for text in builder.errors])
    elif named and definition is not None:
        given = {name: form.cleaned_data[name] for name in ("name", "name_en")}
        try:
            made = _write(request, editing, definition, given)
        except (SegmentCircle, InvalidSegment) as error:
            form.add_error(None, ValidationError(error.message(current_lang())))
        else:
            messages.success(request, _("The segment is saved."))
            return HttpResponseRedirect(reverse("panel:segment", args=[made.pk]))
    title = editing.said(current_lang()) if editing else _("New segment")
    return _form_page(request, form, builder, title, editing, status=422)


def _write(
    request: PageRequest, editing: Segment | None, definition: Definition, given: dict[str, str]
) -> Segment:
    by = request.actor.label
    if editing is None:
        return create_segment(request.club, definition=definition, by=by, **given)
    return update_segment(request.club, editing.pk, definition=definition, by=by, **given)


def _form_page(
    request: PageRequest,
    form: SegmentForm,
    builder: Builder,
    title: str,
    editing: Segment | None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "builder": builder, "title": title, "editing": editing}
    return panel_render(
        request,
        "panel/segment_form.html",
        context,
        section="segments",
        fragment="panel/_segment_builder.html",
        status=status,
    )


def _preview(request: PageRequest, builder: Builder) -> dict[str, Any]:
    definition = builder.build(_match(request))
    if definition is None:
        return {"is_whole": False, "broken": " ".join(builder.errors)}
    try:
        compiled = compile_draft(request.club, definition, now())
    except BrokenSegment as error:
        return {"is_whole": False, "broken": error.message(current_lang())}
    return {
        "is_whole": True,
        "text": sentence(request.club, definition),
        **_people(request.club, compiled),
    }


def _compiled(club: ClubContext, segment: Segment) -> Compiled | None:
    """None for one whose definition names what is no longer there."""
    try:
        return compile_segment(club, segment, now())
    except BrokenSegment:
        return None


def _people(club: ClubContext, compiled: Compiled) -> dict[str, Any]:
    """How many, and some of them."""
    count, first = count_and_first(compiled, _EXAMPLES)
    wanted = MemberFilter(among=first)
    found = list_members(club, live_program(club.id).program, wanted, limit=_EXAMPLES)
    return {"count": count, "examples": found}


def _match(request: PageRequest) -> Match:
    return "any" if request.POST.get("match") == "any" else "all"


def _editing(request: PageRequest) -> Segment | None:
    number = number_of(request.POST.get("editing"))
    return find_segment(request.club.id, number) if number else None
