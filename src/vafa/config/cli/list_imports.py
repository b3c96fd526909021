"""``vafa import members|products|balances|codes`` and ``vafa import undo``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from vafa.club.actor import system_actor
from vafa.club.reads.context import ClubContext, club_context
from vafa.commerce.models import DataImport
from vafa.config.cli.clubs import the_club
from vafa.config.cli.imports import ask_unit, bring_file, command, confirm, pairs
from vafa.config.cli.options import data_option
from vafa.config.cli.support import club_data
from vafa.config.terminal import console, language
from vafa.config.terminal import gettext as _
from vafa.core.clock import now
from vafa.core.errors import NotFound
from vafa.core.money import format_amount, format_number, parse_amount
from vafa.flows.imports.kinds import LIST_KINDS
from vafa.flows.imports.list_plan import ListPlan, inspect_list
from vafa.flows.imports.list_summary import ListSummary
from vafa.flows.imports.plan import Choices
from vafa.flows.imports.running import one_at_a_time
from vafa.flows.imports.undoing import undo_import

Command = Callable[..., None]
_OPTIONS = (
    click.argument("file", type=click.Path(path_type=Path)),
    click.option(
        "--map", "columns", multiple=True, callback=pairs, metavar="FIELD=COLUMN",
        help="Which column is what; may be repeated.",
    ),
    click.option("--unit", default="", help="Unit of the file's amounts: toman, rial, pound ..."),
    click.option("--branch", default="", help="Code of the branch of rows that name none."),
    click.option("--club", help="The club's short name, where there are several."),
    click.option("--calendar", type=click.Choice(["jalali", "gregorian"]), help="Of the dates."),
    click.option("--day-order", type=click.Choice(["dmy", "mdy"]), help="Of dates like 03/04/2024."),
    click.option("--encoding", help="Of the text, where what was detected is wrong."),
    click.option("--sheet", default="", help="Sheet of an Excel file (default: the first)."),
    click.option("--dry-run", is_flag=True, help="Check everything, write nothing into the club."),
    click.option("--yes", is_flag=True, help="Do not ask."),
    click.option(
        "--refused", type=click.Path(dir_okay=False, path_type=Path),
        help="File for the rows that are refused (default: FILE.refused.csv).",
    ),
    data_option,
)  # fmt: skip


def _options(function: Command) -> Command:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@command.command("members")
@click.option("--grant-points/--no-points", default=False, show_default=True, help="For joining.")
@_options
def members(*, grant_points: bool, **given: Any) -> None:
    """Bring members in from FILE; what the club knows of them already stays."""
    _bring("members", given, lambda club: {"grant_points": grant_points})


@command.command("products")
@_options
def products(**given: Any) -> None:
    """Bring products in from FILE; what the club has of them already stays."""
    _bring("products", given, lambda club: {})


@command.command("balances")
@_options
def balances(**given: Any) -> None:
    """Bring in from FILE what members had before, with the days on which it was earned and ends."""
    _bring("balances", given, lambda club: {})


@command.command("codes")
@click.option("--name", required=True, help="What you call this series of codes.")
@click.option("--text", default="", help="What the member reads: what a partner gives.")
@click.option("--value", default="0", help="Without a text: amount off, in the club's unit.")
@click.option("--min-basket", default="0", help="Smallest bill.")
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True)
@_options
def codes(*, name: str, text: str, value: str, min_basket: str, days: int, **given: Any) -> None:
    """Bring voucher codes in from FILE as one series: a partner's, or for bills here."""

    def terms(club: ClubContext) -> dict[str, Any]:
        return {
            "series": {
                "name": name,
                "kind": "partner" if text else "voucher",
                "text": text,
                "value": parse_amount(value, club.display_unit),
                "min_basket": parse_amount(min_basket, club.display_unit),
                "last_day": (club.local_date(now()) + timedelta(days=days)).isoformat(),
            }
        }

    _bring("codes", given, terms)


@command.command("undo")
@click.argument("number", type=int)
@click.option("--club", help="The club's short name, where there are several.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_option
def undo(number: int, club: str | None, yes: bool) -> None:
    """Take the import NUMBER back: what it brought is returned, reversed or closed."""
    with club_data():
        context = club_context(the_club(club).id)
        found = DataImport.objects.filter(club_id=context.id, pk=number).first()
        if found is None:
            raise NotFound
        console.print(f"{found.kind} · {found.file_name}", markup=False)
        confirm(yes=yes, calendar_given=False)
        with one_at_a_time(context.id, lambda: None):
            done = undo_import(context, found, system_actor(context.id), lambda *_told: None)
        for name, count in done.items():
            if count:
                console.print(f"{name}: {format_number(count, language())}")


def _bring(kind: str, given: dict[str, Any], said: Callable[[ClubContext], dict[str, Any]]) -> None:
    with club_data():
        club = club_context(the_club(given["club"]).id)
        fields = ("columns", "unit", "branch", "calendar", "day_order", "encoding", "sheet")
        choices = Choices(**{name: given[name] for name in fields})
        if LIST_KINDS[kind].uses_money and not choices.unit:
            choices = Choices(**{n: given[n] for n in fields} | {"unit": ask_unit(club)})
        plan = inspect_list(given["file"], club, kind, choices)
        _show_plan(plan, club)
        if not given["dry_run"]:
            confirm(yes=given["yes"], calendar_given=given["calendar"] is not None)
        options = {"dry_run": given["dry_run"], "refused": given["refused"]}
        summary = bring_file(club, plan, kind, said(club), **options)
        assert isinstance(summary, ListSummary)
        _show(summary, club)


def _show_plan(plan: ListPlan, club: ClubContext) -> None:
    console.print(f"{plan.table.path.name} → {club.name}", markup=False)
    columns = Table(_("Field"), _("Column"), box=None, pad_edge=False)
    for field, header in plan.pairs():
        columns.add_row(field, escape(header))
    console.print(columns)


def _show(summary: ListSummary, club: ClubContext) -> None:
    lang = language()
    rows = [
        (_("Rows in the file"), summary.rows),
        (_("brought in"), summary.made),
        (_("were there already"), summary.known),
        (_("refused"), summary.refused),
    ]
    table = Table(show_header=False, box=None, pad_edge=False)
    for label, count in rows:
        table.add_row(label, format_number(count, lang))
    console.print(table)
    if summary.points or summary.members:
        said = _("Points: {points}. New members: {members}.")
        console.print(
            said.format(
                points=format_number(summary.points, lang),
                members=format_number(summary.members, lang),
            )
        )
    if summary.credit:
        amount = format_amount(summary.credit, club.display_unit, lang)
        console.print(_("Credit: {amount}.").format(amount=amount))
    if summary.refused_path is not None:
        said = _("Refused rows and their reasons: {path}")
        console.print(said.format(path=summary.refused_path), markup=False)
