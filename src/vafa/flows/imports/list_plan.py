"""How a file of members, products, balances or codes will be read, before it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vafa.club.models import MemberAttribute
from vafa.club.reads.attributes import list_attributes
from vafa.club.reads.context import ClubContext
from vafa.core.money import DisplayUnit, display_unit
from vafa.flows.imports.dates import DateStyle
from vafa.flows.imports.errors import NoColumnFor, UnknownField
from vafa.flows.imports.kinds import DATES, LIST_KINDS, ListKind
from vafa.flows.imports.mapping import (
    ATTRIBUTE,
    ColumnMap,
    attribute_columns,
    find_column,
    recognise,
)
from vafa.flows.imports.plan import Choices, branches_of, dates_in, style_of, unit_of
from vafa.flows.imports.reading import Table, open_table

_ALIASES = {"member": "customer", "external": "customer", "product_name": "product"}


@dataclass(frozen=True, slots=True)
class ListPlan:
    """How a file of which each row is a thing of its own will be read into a club.

    ``styles``: of the columns of dates, by field; a column of dates without any date is none.
    ``branch_id`` is for rows that name no branch, 0 where there is none.
    """

    kind: ListKind
    table: Table
    columns: ColumnMap
    styles: Mapping[str, DateStyle]
    unit: DisplayUnit
    branches: Mapping[str, int]
    branch_id: int
    branch_name: str
    attributes: Sequence[MemberAttribute] = ()

    def pairs(self) -> list[tuple[str, str]]:
        """(field, column name) of every field that the file has."""
        own = [
            (f"{ATTRIBUTE}{key}", self.columns.headers[n])
            for key, n in self.columns.attributes.items()
        ]
        fields = (name for name in self.kind.fields if self.columns.has(name))
        return [(name, self.columns.header(name)) for name in fields] + own


def inspect_list(path: Path, club: ClubContext, kind: str, choices: Choices) -> ListPlan:
    """Open a file and recognise its columns and dates; writes nothing.

    ``kind``: of ``LIST_KINDS``. Raises FileError subclasses, UnknownUnit, WrongCurrency,
    UnknownBranch.
    """
    table = open_table(path, encoding=choices.encoding, sheet=choices.sheet)
    return plan_list(table, club, LIST_KINDS[kind], choices)


def plan_list(table: Table, club: ClubContext, kind: ListKind, choices: Choices) -> ListPlan:
    """How an opened file will be read. Raises as ``inspect_list``."""
    attributes = list_attributes(club.id) if kind.attributes else []
    columns = map_list(table.headers, kind, choices.columns, attributes)
    money = kind.uses_money and columns.has("credit" if kind.name == "balances" else "price")
    unit = unit_of(club, choices.unit) if money else display_unit(club.display_unit)
    branches, branch_id, branch_name = (
        branches_of(club, choices.branch, needed=False)
        if kind.uses_branches or choices.branch
        else ({}, 0, "")
    )
    styles = {}
    for field in DATES:
        if columns.has(field):
            samples = dates_in(table, columns.columns[field])
            if samples:
                styles[field] = style_of(table, columns, field, choices, samples)
    return ListPlan(
        kind,
        table,
        columns,
        styles,
        unit,
        branches,
        branch_id,
        branch_name,
        [a for a in attributes if a.key in columns.attributes],
    )


def map_list(
    headers: Sequence[str],
    kind: ListKind,
    chosen: Mapping[str, str],
    attributes: Sequence[MemberAttribute] = (),
) -> ColumnMap:
    """The mapping: what was chosen (field → column name, "" for none), then what the headers say;
    a file of one column has what the kind cannot do without.

    Raises UnknownField, UnknownColumn, NoColumnFor.
    """
    names = tuple(headers)
    theirs = {f: column for f, column in chosen.items() if f.startswith(ATTRIBUTE)}
    columns: dict[str, int] = {}
    refused: set[str] = set()
    for given, column in chosen.items():
        field = _ALIASES.get(given, given)
        if given in theirs:
            continue
        if field not in kind.fields:
            raise UnknownField(field=given, fields=", ".join(kind.fields))
        if column:
            columns[field] = find_column(column, names)
        else:
            refused.add(field)
    recognise(columns, names, refused, kind.fields)
    called = {a.key: (a.name, a.name_en) for a in attributes}
    own = attribute_columns(names, theirs, called, set(columns.values()))
    listed = ", ".join(name for name in names if name)
    for group in kind.needed:
        if not any(field in columns for field in group):
            if len(names) > 1 or len(kind.needed) > 1 or set(group) & refused:
                raise NoColumnFor(field=group[0], columns=listed)
            columns[group[0]] = 0
    return ColumnMap(columns, names, own)
