"""``vafa backtest``: the draft over past purchases, beside what really happened."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from vafa.club.reads.context import ClubContext, club_context
from vafa.config.cli.clubs import the_club
from vafa.config.cli.options import data_option
from vafa.config.cli.support import club_data
from vafa.config.progress import progress
from vafa.config.terminal import console, language
from vafa.config.terminal import gettext as _
from vafa.core.clock import now
from vafa.core.jalali import add_months, format_date, parse_date
from vafa.core.money import format_amount, format_number
from vafa.flows.backtest.asking import draft_of, question_of
from vafa.flows.backtest.running import run_backtest
from vafa.program.actions.revisions import parse_program
from vafa.program.rules.backtest import COLUMNS


@click.command("backtest")
@click.argument("club", required=False)
@click.option("--from", "first", help="First day, of either calendar (default: a year ago).")
@click.option("--to", "last", help="Last day, of either calendar (default: today).")
@click.option(
    "--json",
    "json_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File for everything that was found.",
)
@data_option
def command(club: str | None, first: str | None, last: str | None, json_path: Path | None) -> None:
    """Run the draft of CLUB over purchases that really happened. Nothing is changed."""
    with club_data():
        context = club_context(the_club(club).id)
        days = _days(context, first, last)
        draft = parse_program(draft_of(context).document)
        question = question_of(context, draft, *days)
        lang = language()
        span = [format_date(day, lang, "short", context.calendar) for day in days]
        console.print(_("Purchases from {first} to {last}").format(first=span[0], last=span[1]))
        result = run_backtest(question, progress())
        if json_path is not None:
            json_path.write_text(json.dumps(result, ensure_ascii=False, indent=1), "utf-8")
        _show(result, context)


def _days(club: ClubContext, first: str | None, last: str | None) -> tuple[date, date]:
    try:
        end = parse_date(last) if last else club.local_date(now())
        begin = parse_date(first) if first else add_months(end, -12, club.calendar)
    except ValueError as error:
        raise click.UsageError(_("Write days like 1405/08/30 or 2026-11-21.")) from error
    return (begin if first else begin + timedelta(days=1)), end


def _show(result: dict[str, Any], club: ClubContext) -> None:
    lang = language()
    total = dict(zip(COLUMNS, result["tables"]["all"][""], strict=True))
    table = Table("", _("Draft"), _("Really"), box=None, pad_edge=False)
    table.columns[1].justify = table.columns[2].justify = "right"

    def row(label: str, draft: int, real: int, *, is_money: bool = False) -> None:
        said = [
            format_amount(n, club.display_unit, lang) if is_money else format_number(n, lang)
            for n in (draft, real)
        ]
        table.add_row(label, *said)

    net = {side: total[f"{side}_points"] - total[f"{side}_back"] for side in ("draft", "real")}
    worth, outlook = result["worth"], result["outlook"]["points"]
    row(_("Points given"), total["draft_points"], total["real_points"])
    row(_("Taken back by returns"), total["draft_back"], total["real_back"])
    row(
        _("Their worth"),
        net["draft"] * worth["draft"],
        net["real"] * worth["real"],
        is_money=True,
    )
    row(_("Points not spent at the end"), outlook["draft"][0], outlook["real"][0])
    moved = sum(members for real, draft, members in result["tiers"] if real != draft)
    console.print(table)
    console.print(
        _("Judged {purchases} purchases; {moved} members would stand in another tier.").format(
            purchases=format_number(total["purchases"], lang), moved=format_number(moved, lang)
        )
    )
