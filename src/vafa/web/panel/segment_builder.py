"""The conditions of a segment while they are being edited: rows and groups of rows.

Everything is in the form: ``row`` names each row ("3", or "g2.3" within the group "g2") and each
group ("g2") in order, and the fields of a row begin with its name. So nothing is kept on the
server, and every answer can be the whole list of rows again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from vafa.audience.models import Segment
from vafa.audience.reads.segments import list_segments
from vafa.audience.rules.checking import Problem, check
from vafa.audience.rules.definition import MOST_CONDITIONS, Definition, Group, Match
from vafa.club.reads.context import ClubContext
from vafa.web.panel.forms.segments import ConditionForm, values_of
from vafa.web.panel.pages import page_calendar
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

_ROW = re.compile(r"(?:g(?P<group>\d{1,4}))?(?:(?:^|\.)(?P<row>\d{1,4}))?")
# A little more than is allowed, so that the refusal is told and nothing typed is lost.
_MOST_ROWS = MOST_CONDITIONS + 10


@dataclass(slots=True)
class Row:
    """A row with its form, or (``rows`` not None) a group of rows and which of them must hold."""

    key: str
    form: ConditionForm | None = None
    match: Match = "all"
    rows: list[Row] | None = None
    error: str = ""


@dataclass(slots=True)
class Builder:
    """The rows of one request. ``segments`` are those that may be named; ``errors`` what is
    wrong with the whole."""

    club: ClubContext
    request: PageRequest
    segments: Sequence[Segment]
    rows: list[Row] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    last: int = 0

    def forms(self) -> Iterator[tuple[tuple[int, ...], ConditionForm]]:
        """Every condition's form with its place in the definition."""
        for n, row in enumerate(self.rows):
            if row.form is not None:
                yield (n,), row.form
            for k, inner in enumerate(row.rows or ()):
                assert inner.form is not None
                yield (n, k), inner.form

    def add(self, group: str = "") -> None:
        """One more row, at the end or in a group."""
        self.last += 1
        self._place(group).append(self._row(group, self.last, {}))

    def add_group(self) -> None:
        """A group with a first row."""
        self.last += 1
        key = f"g{self.last}"
        self.rows.append(Row(key, match="any", rows=[]))
        self.add(key)

    def remove(self, key: str) -> None:
        """Take a row or a group away, and a group with its last row."""
        for row in self.rows:
            if row.rows is not None:
                row.rows = [inner for inner in row.rows if inner.key != key]
        self.rows = [row for row in self.rows if row.key != key and row.rows != []]

    def change(self, wanted: str) -> None:
        """What a button asks for: "add", "add:g2", "group" or "remove:g2.3"; else nothing."""
        what, _, key = wanted.partition(":")
        if what == "add":
            self.add(key)
        elif what == "group":
            self.add_group()
        elif what == "remove":
            self.remove(key)

    def build(self, match: Match) -> Definition | None:
        """The definition; None where something is wrong, which is then told at the rows."""
        # Each of them is looked at, so that all that is wrong is told at once.
        wrong = [form for _, form in self.forms() if not form.is_valid()]
        if wrong:
            return None
        definition = Definition(match=match, items=tuple(self._item(row) for row in self.rows))
        codes = {segment.code for segment in self.segments}
        problems = check(self.club, definition, codes)
        self.tell(problems)
        return None if problems else definition

    def tell(self, problems: Sequence[Problem]) -> None:
        """Show what is wrong at the rows."""
        forms, lang = dict(self.forms()), current_lang()
        for problem in problems:
            form = forms.get(problem.path)
            if form is not None:
                form.tell(problem.field, problem.text.said(lang))
            elif problem.path and problem.path[0] < len(self.rows):
                self.rows[problem.path[0]].error = problem.text.said(lang)
            else:
                self.errors.append(problem.text.said(lang))

    def _item(self, row: Row) -> Any:
        if row.form is not None:
            return row.form.build()
        inner = [r.form.build() for r in row.rows or () if r.form is not None]
        return Group(match=row.match, items=tuple(inner))

    def _place(self, group: str) -> list[Row]:
        found = next((r.rows for r in self.rows if r.key == group and r.rows is not None), None)
        return self.rows if found is None else found

    def _row(self, group: str, number: int, initial: dict[str, Any], data: Any = None) -> Row:
        inside = any(r.key == group and r.rows is not None for r in self.rows)
        key = f"{group}.{number}" if inside else str(number)
        form = ConditionForm(
            data,
            club=self.club,
            calendar=page_calendar(self.request),
            segments=self.segments,
            initial=initial,
            prefix=f"r{number}",
        )
        return Row(key, form)


def open_builder(request: PageRequest, editing: Segment | None = None) -> Builder:
    """A builder without rows; a segment cannot name itself."""
    others = list_segments(request.club.id)
    own = editing.code if editing else None
    return Builder(request.club, request, [s for s in others if s.code != own])


def stored(request: PageRequest, definition: Definition, editing: Segment | None) -> Builder:
    """The rows of a stored definition; of an empty one a first row."""
    builder = open_builder(request, editing)
    # What it names is offered even where it is archived by now.
    offered = {segment.code for segment in builder.segments}
    named = set(definition.segments()) - offered
    archived = [s for s in list_segments(request.club.id, with_archived=True) if s.code in named]
    builder.segments = [*builder.segments, *archived]
    for item in definition.items:
        if isinstance(item, Group):
            builder.last += 1
            key = f"g{builder.last}"
            builder.rows.append(Row(key, match=item.match, rows=[]))
            inner = item.items
        else:
            key, inner = "", (item,)
        for leaf in inner:
            builder.last += 1
            builder._place(key).append(builder._row(key, builder.last, values_of(leaf)))
    if not builder.rows:
        builder.add()
    return builder


def posted(request: PageRequest, *, bound: bool, editing: Segment | None = None) -> Builder:
    """The rows that were sent: ``bound`` to be judged, else only to be shown again as typed."""
    query: QueryDict = request.POST
    builder = open_builder(request, editing)
    if editing is not None:
        named = set(Definition.model_validate(editing.definition).segments())
        archived = list_segments(request.club.id, with_archived=True)
        offered = {segment.code for segment in builder.segments}
        more = [s for s in archived if s.code in named - offered]
        builder.segments = [*builder.segments, *more]
    for text in query.getlist("row")[:_MOST_ROWS]:
        found = _ROW.fullmatch(text)
        if not found or not text:
            continue
        group = f"g{found['group']}" if found["group"] else ""
        builder.last = max(builder.last, *(int(n) for n in found.groups() if n))
        if found["row"] is None:
            match: Match = "all" if query.get(f"{group}-match") == "all" else "any"
            builder.rows.append(Row(group, match=match, rows=[]))
            continue
        number = int(found["row"])
        facet = query.get(f"r{number}-facet", "")
        op = query.get(f"r{number}-op", "")
        row = builder._row(group, number, {"facet": facet, "op": op}, query if bound else None)
        if not bound and row.form is not None:
            row.form.initial = row.form.typed_values(query)
        builder._place(group).append(row)
    return builder
