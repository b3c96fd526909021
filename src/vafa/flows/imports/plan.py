"""Look at a file before anything is done with it: what it is and how it will be understood."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vafa.club.errors import UnknownBranch
from vafa.club.models import Branch, MemberAttribute
from vafa.club.reads.attributes import list_attributes
from vafa.club.reads.context import ClubContext
from vafa.commerce.errors import WrongCurrency
from vafa.core.jalali import Calendar
from vafa.core.money import DISPLAY_UNITS, DisplayUnit, display_unit
from vafa.core.text import search_key
from vafa.flows.imports.dates import DateStyle, DayOrder, detect_style
from vafa.flows.imports.errors import BranchNeeded, UnclearDayOrder, UnitNeeded
from vafa.flows.imports.mapping import ColumnMap, map_columns
from vafa.flows.imports.reading import Table, open_table

_SAMPLE = 1000
_LONG_SAMPLE = 200_000


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user said about a file; empty means: find out.

    ``columns``: field → column name ("" for none); ``unit``: of the file's amounts.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    branch: str = ""
    calendar: Calendar | None = None
    day_order: DayOrder | None = None
    encoding: str | None = None
    sheet: str = ""
    cancel_prefix: str = "C"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a file will be read into a club. ``date_sample`` is a cell as it stands in the file.

    ``branches`` are the club's by code and name (as ``search_key``); ``branch_id`` is for rows
    that name none.
    """

    table: Table
    columns: ColumnMap
    style: DateStyle
    date_sample: Any
    unit: DisplayUnit
    branches: Mapping[str, int]
    branch_id: int
    branch_name: str
    cancel_prefix: str
    attributes: Sequence[MemberAttribute] = ()


def inspect_file(path: Path, club: ClubContext, choices: Choices) -> Plan:
    """Open the file, recognise its columns, calendar and the rest; writes nothing.

    Raises FileError subclasses, UnknownUnit, WrongCurrency, UnknownBranch.
    """
    unit = unit_of(club, choices.unit)
    table = open_table(path, encoding=choices.encoding, sheet=choices.sheet)
    return plan_purchases(table, club, choices, unit)


def plan_purchases(
    table: Table, club: ClubContext, choices: Choices, unit: DisplayUnit | None = None
) -> Plan:
    """How an opened file of purchases will be read. Raises as ``inspect_file``."""
    unit = unit or unit_of(club, choices.unit)
    attributes = list_attributes(club.id)
    called = {a.key: (a.name, a.name_en) for a in attributes}
    columns = map_columns(table.headers, choices.columns, called)
    branches, branch_id, branch_name = branches_of(
        club, choices.branch, needed=not columns.has("branch")
    )
    samples = dates_in(table, columns.columns["date"])
    style = style_of(table, columns, "date", choices, samples)
    return Plan(
        table,
        columns,
        style,
        samples[0] if samples else "",
        unit,
        branches,
        branch_id,
        branch_name,
        choices.cancel_prefix,
        [a for a in attributes if a.key in columns.attributes],
    )


def dates_in(table: Table, place: int, rows: int = _SAMPLE) -> list[Any]:
    """The different cells of a column among the first rows."""
    cells: dict[Any, None] = {}
    for row in itertools.islice(table.rows(), rows):
        if row.error is None and len(row.cells) > place and row.cells[place] not in (None, ""):
            cells[row.cells[place]] = None
    return list(cells)


def style_of(
    table: Table, columns: ColumnMap, field: str, choices: Choices, samples: Sequence[Any]
) -> DateStyle:
    """How the dates of a field's column are written, by its ``samples``.

    Raises NoDates, MixedCalendars, UnclearDayOrder.
    """
    header, calendar, order = columns.header(field), choices.calendar, choices.day_order
    try:
        return detect_style(header, samples, calendar, order)
    except UnclearDayOrder:
        # A file sorted by date may begin with days up to the 12th only.
        more = dates_in(table, columns.columns[field], _LONG_SAMPLE)
        return detect_style(header, more, calendar, order)


def units_of(currency: str) -> list[str]:
    """The codes of the units in which amounts of a currency are written."""
    return [unit.code for unit in DISPLAY_UNITS.values() if unit.currency == currency]


def unit_of(club: ClubContext, chosen: str) -> DisplayUnit:
    """The unit of a file's amounts. Raises UnitNeeded, UnknownUnit, WrongCurrency."""
    known = units_of(club.currency)
    if not chosen and len(known) > 1:
        raise UnitNeeded(units="|".join(known))
    unit = display_unit(chosen or known[0])
    if unit.currency != club.currency:
        raise WrongCurrency(currency=club.currency)
    return unit


def branches_of(club: ClubContext, chosen: str, *, needed: bool) -> tuple[dict[str, int], int, str]:
    """Branches by code and name, and the one for rows that name none (0: there is none).

    Raises UnknownBranch, BranchNeeded.
    """
    rows = list(
        Branch.objects.filter(club_id=club.id, is_active=True)
        .order_by("id")
        .values_list("id", "code", "name")
    )
    # A code counts before another branch's name.
    by_name = {search_key(name): pk for pk, _, name in rows}
    by_name |= {search_key(code): pk for pk, code, _ in rows}
    names = {pk: name for pk, _, name in rows}
    if chosen:
        found = by_name.get(search_key(chosen))
        if found is None:
            raise UnknownBranch
        return by_name, found, names[found]
    if len(rows) != 1 and not needed:
        return by_name, 0, ""
    if len(rows) != 1:
        raise BranchNeeded(branches=", ".join(code for _, code, _ in rows))
    return by_name, rows[0][0], rows[0][2]
