"""The page of one import: its columns with samples, its rows as they will be, its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from vafa.club.models import Branch, MemberAttribute, Task, TaskFile
from vafa.club.reads.attributes import list_attributes
from vafa.club.reads.context import ClubContext
from vafa.commerce.models import DataImport
from vafa.core.clock import now
from vafa.core.errors import DomainError
from vafa.flows.imports.cells import text_of
from vafa.flows.imports.heading_units import unit_of_headers
from vafa.flows.imports.kinds import LIST_KINDS, fields_of
from vafa.flows.imports.list_plan import ListPlan, plan_list
from vafa.flows.imports.mapping import ATTRIBUTE, KNOWN, attribute_columns, recognise
from vafa.flows.imports.plan import Plan, plan_purchases, units_of
from vafa.flows.imports.preview import PreviewRow, fields_in_order, preview
from vafa.flows.imports.running import choices_of
from vafa.flows.imports.samples import SampleTable, sample_table
from vafa.flows.imports.tasks import REFUSED
from vafa.web.panel.forms.imports import ChoicesForm
from vafa.web.panel.import_words import (
    cell_words,
    count_rows,
    field_words,
    trouble_words,
    undone_rows,
)
from vafa.web.panel.pages import page_calendar
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

_SAMPLES = 3


class Column(NamedTuple):
    """A column of the file: the name of its select, some of its cells, which field it is."""

    control: str
    header: str
    samples: Sequence[str]
    field: str
    wrong: str = ""


@dataclass(slots=True)
class Page:
    """What the page of an import shows; ``trouble`` is what still has to be said about the file."""

    one: DataImport
    form: ChoicesForm | None = None
    columns: Sequence[Column] = ()
    options: Sequence[tuple[str, str]] = ()
    headers: Sequence[str] = ()
    rows: Sequence[dict[str, Any]] = ()
    refused: int = 0
    trouble: str = ""
    found: Sequence[tuple[str, str]] = ()
    counts: Sequence[tuple[str, str]] = ()
    undone: Sequence[tuple[str, str]] = ()
    refused_file: TaskFile | None = None


def make_page(
    request: PageRequest,
    one: DataImport,
    *,
    form: ChoicesForm | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Page:
    """Everything that the page of an import needs; ``form`` and ``wrong`` (by control) where what
    was typed comes back."""
    page, club = Page(one), request.club
    if one.state == "ready":
        _show_file(page, request, form, wrong or {})
    if one.found and one.state == "ready":
        page.found = count_rows(one.kind, one.found, club)
    if one.counts:
        page.counts = count_rows(one.kind, one.counts, club)
    if one.undone:
        page.undone = undone_rows(one.undone, club)
    page.refused_file = refused_file(one)
    return page


def choices_form(
    request: PageRequest, one: DataImport, posted: Mapping[str, Any] | None = None
) -> ChoicesForm:
    """The form of what is said beside the columns, with good guesses."""
    club = request.club
    branches = list(
        Branch.objects.filter(club_id=club.id, is_active=True)
        .order_by("id")
        .values_list("code", "name")
    )
    first: dict[str, Any] = {
        "unit": _unit(one, club),
        "branch": branches[0][0] if len(branches) == 1 else "",
        "series_name": one.file_name.rpartition(".")[0][:120],
        "last_day": club.local_date(now()) + timedelta(days=90),
    }
    return ChoicesForm(
        posted,
        kind=one.kind,
        club=club,
        calendar=page_calendar(request),
        branches=branches,
        initial=first | ChoicesForm.values_of(one.choices),
    )


def columns_of(
    one: DataImport, posted: Mapping[str, Any], attributes: Sequence[MemberAttribute]
) -> tuple[dict[str, str], dict[str, str]]:
    """Which column was chosen for each field (field → header, "" for none), and what is wrong (by
    control)."""
    known = {*fields_of(one.kind), *(f"{ATTRIBUTE}{a.key}" for a in attributes)}
    chosen: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for place, header in enumerate(one.sample.get("headers", [])):
        name = str(posted.get(f"column-{place}", ""))
        if not name or not header or name not in known:
            continue
        if name in chosen:
            wrong[f"column-{place}"] = _("Another column has this already.")
        chosen.setdefault(name, header)
    return {name: chosen.get(name, "") for name in fields_of(one.kind)} | chosen, wrong


def _show_file(
    page: Page, request: PageRequest, form: ChoicesForm | None, wrong: Mapping[str, str]
) -> None:
    one, club = page.one, request.club
    table = sample_table(one.sample, one.file_name)
    attributes = list_attributes(club.id) if one.kind in ("members", "purchases") else []
    called = {a.key: a.name if current_lang() == "fa" else a.name_en or a.name for a in attributes}
    page.form = form or choices_form(request, one)
    if form is not None and form.is_bound:
        mapping = {
            f"column-{n}": str(form.data.get(f"column-{n}", "")) for n in range(len(table.headers))
        }
    else:
        mapping = _mapping(one, table, attributes)
    page.columns = _columns(table, mapping, wrong)
    page.options = [("", _("Leave out"))] + [
        (name, field_words(name, called))
        for name in (*fields_of(one.kind), *(f"{ATTRIBUTE}{key}" for key in called))
    ]
    try:
        plan = _plan(one, table, club, mapping)
        page.headers = [field_words(name, called) for name in fields_in_order(plan)]
        shown = preview(plan, club)
    except DomainError as error:
        page.trouble = trouble_words(error)
        return
    page.rows = [_row(row, club) for row in shown]
    page.refused = sum(1 for row in shown if row.is_refused)


def _mapping(
    one: DataImport, table: SampleTable, attributes: Sequence[MemberAttribute]
) -> dict[str, str]:
    """The field of each column by control: as was said, else as the headers tell."""
    kept: Mapping[str, str] = one.choices.get("columns", {})
    if kept:
        places = {name: table.headers.index(c) for name, c in kept.items() if c in table.headers}
    else:
        places = {}
        fields = KNOWN if one.kind == "purchases" else LIST_KINDS[one.kind].fields
        recognise(places, table.headers, set(), fields)
        called = {a.key: (a.name, a.name_en) for a in attributes}
        own = attribute_columns(table.headers, {}, called, set(places.values()))
        places |= {f"{ATTRIBUTE}{key}": place for key, place in own.items()}
        if not places and len(table.headers) == 1 and one.kind == "codes":
            places = {"code": 0}
    return {f"column-{place}": name for name, place in places.items()}


def _columns(
    table: SampleTable, mapping: Mapping[str, str], wrong: Mapping[str, str]
) -> list[Column]:
    found = []
    for place, header in enumerate(table.headers):
        cells: dict[str, None] = {}
        for row in table.first:
            if row.error is None and place < len(row.cells) and text_of(row.cells[place]):
                cells[text_of(row.cells[place])[:40]] = None
            if len(cells) == _SAMPLES:
                break
        control = f"column-{place}"
        found.append(
            Column(control, header, list(cells), mapping.get(control, ""), wrong.get(control, ""))
        )
    return found


def _plan(
    one: DataImport, table: SampleTable, club: ClubContext, mapping: Mapping[str, str]
) -> Plan | ListPlan:
    """How the sample is read as was said, or as it is guessed until then."""
    said = dict(one.choices) or {"unit": _unit(one, club)}
    chosen = {name: table.headers[int(key[7:])] for key, name in mapping.items() if name}
    said["columns"] = dict.fromkeys(fields_of(one.kind), "") | chosen
    if one.kind == "purchases" and not said.get("branch"):
        branches = list(
            Branch.objects.filter(club_id=club.id, is_active=True).values_list("code", flat=True)
        )
        said["branch"] = branches[0] if len(branches) == 1 else ""
    choices = choices_of(said)
    if one.kind == "purchases":
        return plan_purchases(table, club, choices)
    return plan_list(table, club, LIST_KINDS[one.kind], choices)


def _unit(one: DataImport, club: ClubContext) -> str:
    """The unit that the file's headers tell, else the club's."""
    headers = one.sample.get("headers", [])
    return unit_of_headers(headers, units_of(club.currency)) or club.display_unit


def _row(row: PreviewRow, club: ClubContext) -> dict[str, Any]:
    lang = current_lang()
    return {
        "line": row.line,
        "is_refused": row.is_refused,
        "error": row.error.message(lang) if row.error else "",
        "cells": [
            {
                "words": cell_words(cell, club),
                "error": cell.error.message(lang) if cell.error else "",
                "is_ltr": cell.kind in ("mobile", "moment", "day", "clock"),
            }
            for cell in row.cells
        ],
    }


def refused_file(one: DataImport) -> TaskFile | None:
    """The rows that the import refused, or until it runs those that its dry run would refuse."""
    task: Task | None = one.check_task if one.state == "ready" else one.run_task
    return TaskFile.objects.filter(task=task, role=REFUSED).last() if task else None
