"""Some rows of a file as they will be: each cell as it is understood, or what is wrong with it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP
from typing import Any

from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.errors import DomainError
from vafa.core.money import DisplayUnit
from vafa.flows.imports.cells import (
    amount_reader,
    decimal_reader,
    mobile_of,
    name_of,
    quantity_of,
    text_of,
)
from vafa.flows.imports.dates import moment_reader
from vafa.flows.imports.kinds import FIELD_KINDS
from vafa.flows.imports.list_plan import ListPlan
from vafa.flows.imports.list_rows import gender_of, list_reader, points_of
from vafa.flows.imports.mapping import ATTRIBUTE
from vafa.flows.imports.plan import Plan
from vafa.flows.imports.purchases import rules_of
from vafa.flows.imports.reading import Row
from vafa.flows.imports.rows import attribute_reader, branch_reader, row_reader

ROWS = 20
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class PreviewCell:
    """A cell: ``raw`` as it stands in the file, ``value`` as it is understood (None: empty), by
    its ``kind``: mobile (E.164), moment, day (datetimes), amount (smallest currency units), points,
    quantity (thousandths), clock or text; ``error`` is what is wrong with it."""

    field: str
    kind: str
    raw: str
    value: Any = None
    error: DomainError | None = None


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row: ``error`` is why it will be refused, where no cell of it says so."""

    line: int
    cells: Sequence[PreviewCell]
    error: DomainError | None = None

    @property
    def is_refused(self) -> bool:
        """Whether it will not be taken."""
        return self.error is not None or any(cell.error for cell in self.cells)


def preview(plan: Plan | ListPlan, club: ClubContext) -> list[PreviewRow]:
    """The first twenty rows of a planned file."""
    places = {**plan.columns.columns} | {
        f"{ATTRIBUTE}{key}": place for key, place in plan.columns.attributes.items()
    }
    in_order = sorted(places.items(), key=lambda pair: pair[1])
    readers = {field: _reader(field, plan, club) for field in places}
    whole = _whole(plan, club)
    return [
        _row(row, in_order, readers, whole) for row in itertools.islice(plan.table.rows(), ROWS)
    ]


def fields_in_order(plan: Plan | ListPlan) -> list[str]:
    """The fields that the file has, as its columns stand."""
    own = {f"{ATTRIBUTE}{key}": place for key, place in plan.columns.attributes.items()}
    places = {**plan.columns.columns, **own}
    return sorted(places, key=lambda field: places[field])


def _row(
    row: Row,
    places: Sequence[tuple[str, int]],
    readers: dict[str, Callable[[Sequence[Any], Any], Any]],
    whole: Callable[[int, Sequence[Any]], object],
) -> PreviewRow:
    if row.error is not None:
        raw = [text_of(cell)[:_LONGEST] for cell in row.cells]
        cells = [
            PreviewCell(field, "text", raw[place] if place < len(raw) else "", None)
            for field, place in places
        ]
        return PreviewRow(row.line, cells, row.error)
    cells = [_cell(field, row.cells, place, readers[field]) for field, place in places]
    error = None
    if not any(cell.error for cell in cells):
        try:
            whole(row.line, row.cells)
        except DomainError as refusal:
            error = refusal
    return PreviewRow(row.line, cells, error)


def _cell(
    field: str, cells: Sequence[Any], place: int, read: Callable[[Sequence[Any], Any], Any]
) -> PreviewCell:
    cell = cells[place]
    kind, raw = FIELD_KINDS.get(field, "text"), text_of(cell)[:_LONGEST]
    if not raw:
        return PreviewCell(field, kind, raw)
    try:
        return PreviewCell(field, kind, raw, read(cells, cell))
    except DomainError as error:
        return PreviewCell(field, kind, raw, None, error)


def _whole(plan: Plan | ListPlan, club: ClubContext) -> Callable[[int, Sequence[Any]], object]:
    if isinstance(plan, Plan):
        return row_reader(rules_of(club, plan))
    read = list_reader(plan, club, now())
    return lambda _line, cells: read(cells)


def _reader(
    field: str, plan: Plan | ListPlan, club: ClubContext
) -> Callable[[Sequence[Any], Any], Any]:
    kind = FIELD_KINDS.get(field, "text")
    if kind == "amount":
        return _money(field, plan.unit)
    if kind in ("moment", "day"):
        return _dates(field, plan, club)
    if field.startswith(ATTRIBUTE):
        read = attribute_reader(
            [a for a in plan.attributes if a.key == field.removeprefix(ATTRIBUTE)], plan.columns
        )
        return lambda cells, cell: read(cells) and text_of(cell)
    if field == "branch":
        branch_of = branch_reader(plan.branches, plan.branch_id)
        return lambda _cells, cell: branch_of(cell) and text_of(cell)
    if field == "gender":
        return lambda _cells, cell: gender_of(cell, plan.columns) and text_of(cell)
    if kind == "points":
        return lambda _cells, cell: points_of(cell)
    if kind == "mobile":
        return lambda _cells, cell: mobile_of(text_of(cell)) or None
    if kind == "quantity":
        return lambda _cells, cell: quantity_of(cell)
    return lambda _cells, cell: name_of(cell, _LONGEST)


def _money(field: str, unit: DisplayUnit) -> Callable[[Sequence[Any], Any], int]:
    if field != "price":
        amount = amount_reader(unit)
        return lambda _cells, cell: amount(cell)
    decimal = decimal_reader(unit)
    return lambda _cells, cell: int((decimal(cell) * unit.size).to_integral_value(ROUND_HALF_UP))


def _dates(
    field: str, plan: Plan | ListPlan, club: ClubContext
) -> Callable[[Sequence[Any], Any], datetime | str]:
    style = plan.style if isinstance(plan, Plan) else plan.styles.get(field)
    if style is None:
        return lambda _cells, cell: text_of(cell)
    read = moment_reader(style, club.tz, plan.columns.header(field))
    clock = plan.columns.columns.get("time") if field == "date" else None

    def moment(cells: Sequence[Any], cell: Any) -> datetime:
        at = read(cell, None if clock is None else cells[clock])
        return datetime.fromtimestamp(at, UTC).astimezone(club.tz)

    return moment
