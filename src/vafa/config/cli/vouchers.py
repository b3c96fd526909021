"""``vafa vouchers``: codes in any number, made, brought in, taken out."""

from __future__ import annotations

import csv
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import click

from vafa.club.actor import system_actor
from vafa.club.reads.context import ClubContext, club_context
from vafa.config.cli.clubs import the_club
from vafa.config.cli.offer_options import KINDS, offer_options, offer_terms
from vafa.config.cli.options import data_option
from vafa.config.cli.support import club_data
from vafa.config.progress import progress
from vafa.config.terminal import console
from vafa.config.terminal import gettext as _
from vafa.core.clock import now
from vafa.core.money import parse_amount
from vafa.flows.voucher_files import read_codes
from vafa.flows.voucher_series import bring_codes, make_series
from vafa.program.models import VoucherSeries
from vafa.program.reads.series import all_codes, find_series


@click.group("vouchers")
def command() -> None:
    """Codes for a campaign, gift cards, and partners' codes."""


@command.command("make")
@click.option("--name", required=True, help="What you call this series of codes.")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What a code gives.")
@click.option("--value", default="0", help="Amount off, or of a gift card, in the club's unit.")
@click.option("--min-basket", default="0", help="Smallest bill.")
@click.option("--count", type=click.IntRange(1, 10_000_000), default=1, help="How many codes.")
@click.option("--uses", type=int, default=1, show_default=True, help="Of each code; 0: no limit.")
@offer_options
@click.option("--prefix", default="", help="Word before the letters, in capitals.")
@click.option("--letters", type=click.IntRange(6, 16), default=16, show_default=True)
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True)
@click.option("--club", help="The club's short name, where there are several.")
@data_option
def make(
    name: str,
    kind: str,
    value: str,
    min_basket: str,
    count: int,
    uses: int,
    prefix: str,
    letters: int,
    days: int,
    club: str | None,
    **offer: Any,
) -> None:
    """Make codes; each batch is there for good."""
    with club_data():
        context = club_context(the_club(club).id)
        unit = context.display_unit
        made = make_series(
            context,
            system_actor(context.id),
            progress=progress(),
            name=name,
            kind=kind,
            value=parse_amount(value, unit),
            min_basket=parse_amount(min_basket, unit),
            max_uses=uses or None,
            terms=offer_terms(context, kind, offer),
            expires_at=_in_days(context, days),
            count=count,
            prefix=prefix.upper(),
            letters=letters,
        )
        _say(made)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="What you call this series of codes.")
@click.option("--text", required=True, help="What the member reads: what the partner gives.")
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True)
@click.option("--club", help="The club's short name, where there are several.")
@data_option
def bring(file: Path, name: str, text: str, days: int, club: str | None) -> None:
    """Bring a partner's codes in from FILE (CSV or Excel): all of them, or none."""
    with club_data():
        context = club_context(the_club(club).id)
        made = bring_codes(
            context,
            system_actor(context.id),
            read_codes(file, upper=False),
            name=name,
            kind="partner",
            terms={"text": text},
            expires_at=_in_days(context, days),
        )
        _say(made)


@command.command("export")
@click.argument("number", type=int)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--club", help="The club's short name, where there are several.")
@data_option
def export(number: int, file: Path, club: str | None) -> None:
    """Write the codes of the series NUMBER into FILE (CSV)."""
    with club_data():
        series = find_series(the_club(club).id, number)
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["code", "member_id", "times_used", "taken_off", "last"])
            for row in all_codes(series.pk):
                writer.writerow([row.code, row.member_id or "", row.times, row.amount, row.last])
        _say(series)


def _in_days(club: ClubContext, days: int) -> datetime:
    """The end of the club's day so many days from now."""
    day = club.local_date(now()) + timedelta(days=days + 1)
    return datetime.combine(day, time(), club.tz)


def _say(series: VoucherSeries) -> None:
    console.print(
        _("Series {number}: {made} codes.").format(number=series.pk, made=f"{series.made:,}")
    )
