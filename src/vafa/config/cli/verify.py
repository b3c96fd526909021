"""``vafa verify``: every balance and lot worked out again from the transfers."""

from __future__ import annotations

import click
from rich.markup import escape
from rich.table import Table

from vafa.config.cli.clubs import the_club
from vafa.config.cli.support import club_data
from vafa.config.progress import progress
from vafa.config.supervisor import StartFailed
from vafa.config.terminal import console
from vafa.config.terminal import gettext as _
from vafa.flows.verification import verify


@click.command("verify")
@click.option("--club", help="Only the club of this short name.")
def command(club: str | None) -> None:
    """Work every balance out again and report differences. Exit code 1 when there are any."""
    with club_data():
        differences = verify(the_club(club).id if club else None, progress())
        if differences:
            table = Table(_("Check"), _("Of"), _("Expected"), _("Found"), box=None)
            for difference in differences:
                table.add_row(*(escape(text) for text in difference))
            console.print(table)
            raise StartFailed(_("Differences: {count}").format(count=len(differences)))
        console.print(_("0 differences."))
