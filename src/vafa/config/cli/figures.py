"""``vafa figures``: what the worker does every ten seconds, now and to the end."""

from __future__ import annotations

from math import inf

import click
from rich.markup import escape

from vafa.club.models import Club
from vafa.club.reads.context import club_context
from vafa.config.cli.clubs import the_club
from vafa.config.cli.support import club_data
from vafa.config.terminal import console
from vafa.config.terminal import gettext as _
from vafa.insight.actions.keeping import bring_up, note_what_happened, rebuild


@click.command("figures")
@click.option("--club", help="Only the club of this short name.")
@click.option("--rebuild", "anew", is_flag=True, help="Make all days anew.")
def command(club: str | None, anew: bool) -> None:
    """Bring the daily figures of overview and reports up to date."""
    with club_data():
        note_what_happened(inf)
        for chosen in [the_club(club)] if club else Club.objects.order_by("id"):
            context = club_context(chosen.id)
            made = rebuild(context) if anew else bring_up(context, None)
            console.print(
                _("{club}: days made: {count}").format(club=escape(context.name), count=made)
            )
