"""``vafa import``: a business's history from files."""

from __future__ import annotations

from pathlib import Path
from time import sleep
from typing import Any, Literal

import click

from vafa.club.actor import import_actor, system_actor
from vafa.club.reads.context import ClubContext, club_context
from vafa.commerce.models import DataImport
from vafa.config.cli.clubs import the_club
from vafa.config.cli.import_report import show_plan, show_summary
from vafa.config.cli.options import data_option
from vafa.config.cli.support import club_data
from vafa.config.progress import progress
from vafa.config.statistics import analyze_changed
from vafa.config.terminal import console, language
from vafa.config.terminal import gettext as _
from vafa.core.jalali import Calendar
from vafa.core.money import UNIT_ALIASES, display_unit
from vafa.flows.imports.list_plan import ListPlan
from vafa.flows.imports.list_summary import ListSummary
from vafa.flows.imports.mapping import FIELDS
from vafa.flows.imports.plan import Choices, Plan, inspect_file, units_of
from vafa.flows.imports.running import bring_in, one_at_a_time, start_import
from vafa.flows.imports.summary import Summary


@click.group("import")
def command() -> None:
    """Bring the history of the business in from files."""


def pairs(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """FIELD=COLUMN as given several times. Raises click.BadParameter."""
    pairs = {}
    for text in given:
        field, separator, column = text.partition("=")
        if not separator:
            raise click.BadParameter(_("Write it as field=column."), ctx, param)
        pairs[field.strip()] = column.strip()
    return pairs


@command.command("purchases")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map",
    "columns",
    multiple=True,
    callback=pairs,
    metavar="FIELD=COLUMN",
    help=f"Which column is what; may be repeated. Fields: {', '.join(FIELDS)}.",
)
@click.option("--unit", default="", help="Unit of the file's amounts: toman, rial, pound ...")
@click.option("--branch", default="", help="Code of the branch of rows that name none.")
@click.option("--club", help="The club's short name, where there are several.")
@click.option("--calendar", type=click.Choice(["jalali", "gregorian"]), help="Of the dates.")
@click.option("--day-order", type=click.Choice(["dmy", "mdy"]), help="Of dates such as 03/04/2024.")
@click.option("--encoding", help="Of the text, where what was detected is wrong.")
@click.option("--sheet", default="", help="Sheet of an Excel file (default: the first).")
@click.option(
    "--cancel-prefix",
    default="C",
    show_default=True,
    help="Receipts that begin like this and have negative amounts undo a sale.",
)
@click.option(
    "--grant-points/--no-points",
    default=True,
    show_default=True,
    help="Grant points by today's rules, or record the purchases only.",
)
@click.option("--dry-run", is_flag=True, help="Check everything, write nothing into the club.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--refused",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File for the rows that are refused (default: FILE.refused.csv).",
)
@data_option
def purchases(
    file: Path,
    columns: dict[str, str],
    unit: str,
    branch: str,
    club: str | None,
    calendar: Calendar | None,
    day_order: Literal["dmy", "mdy"] | None,
    encoding: str | None,
    sheet: str,
    cancel_prefix: str,
    grant_points: bool,
    dry_run: bool,
    yes: bool,
    refused: Path | None,
) -> None:
    """Bring purchases in from FILE: CSV, CSV.gz, XLSX or Parquet.

    A row is a purchase, or a line of one when rows share a receipt number. What was imported
    before is passed over; rows that are refused are written to a file with their reasons.
    """
    with club_data() as home:
        context = club_context(the_club(club).id)
        choices = Choices(
            columns=columns,
            unit=unit or ask_unit(context),
            branch=branch,
            calendar=calendar,
            day_order=day_order,
            encoding=encoding,
            sheet=sheet,
            cancel_prefix=cancel_prefix,
        )
        plan = inspect_file(file, context, choices)
        show_plan(plan, context, grant_points=grant_points, dry_run=dry_run)
        if not dry_run:
            confirm(yes=yes, calendar_given=calendar is not None)
        summary = bring_file(
            context,
            plan,
            "purchases",
            {"grant_points": grant_points},
            dry_run=dry_run,
            refused=refused,
        )
        assert isinstance(summary, Summary)
        if not dry_run:
            analyze_changed(home)
        show_summary(summary, context)


def bring_file(
    club: ClubContext,
    plan: Plan | ListPlan,
    kind: str,
    said: dict[str, Any],
    *,
    dry_run: bool,
    refused: Path | None,
) -> Summary | ListSummary:
    """Carry out the import of a planned file; a dry run leaves nothing behind. Raises DomainError."""
    path = plan.table.path
    with one_at_a_time(club.id, lambda: sleep(1)):
        data_import = (
            DataImport(club_id=club.id, kind=kind, choices=said)
            if dry_run
            else start_import(club, kind, path, system_actor(club.id), said)
        )
        return bring_in(
            club,
            data_import,
            plan,
            import_actor(club.id, data_import.pk or 0),
            dry_run=dry_run,
            language=language(),
            refused_to=refused,
            progress=progress(),
        )


def ask_unit(club: ClubContext) -> str:
    """At a terminal the unit is asked for where the currency has several; else "" (not said)."""
    units = units_of(club.currency)
    if len(units) == 1 or not console.is_terminal:
        return ""
    shorts = [alias for alias, code in UNIT_ALIASES.items() if code in units]
    given: str = click.prompt(
        _("In which unit are the amounts of the file?"),
        type=click.Choice([*units, *shorts], case_sensitive=False),
        show_choices=False,
        prompt_suffix=f" ({', '.join(units)}): ",
    )
    return display_unit(given).code


def confirm(*, yes: bool, calendar_given: bool) -> None:
    """Ask whether the file was understood. Raises click.Abort, and UsageError where nobody can be
    asked."""
    if yes:
        return
    if console.is_terminal:
        click.confirm(_("Is this right?"), default=True, abort=True)
    elif not calendar_given:
        raise click.UsageError(_("Confirm what was recognised: add --yes or --calendar."))
