"""``vafa seal``: what the worker does each minute, now."""

from __future__ import annotations

import click
from rich.markup import escape

from vafa.club.models import Club
from vafa.club.reads.context import club_context
from vafa.config.cli.clubs import the_club
from vafa.config.cli.support import club_data
from vafa.config.progress import progress
from vafa.config.sealing import signing_key
from vafa.config.terminal import console
from vafa.config.terminal import gettext as _
from vafa.flows.sealing import club_head, seal_club
from vafa.ledger.rules.notes import short_hash


@click.command("seal")
@click.option("--club", help="Only the club of this short name.")
@click.option("--new-key", is_flag=True, help="Sign with this machine's key from now on.")
def command(club: str | None, new_key: bool) -> None:
    """Seal everything that is not sealed yet, and print each club's head."""
    with club_data():
        for chosen in [the_club(club)] if club else Club.objects.order_by("id"):
            context = club_context(chosen.id)
            bar = progress()
            bar.start(None, _("Sealing {club}").format(club=context.name))
            try:
                seal_club(context, signing_key(), new_key=new_key, progress=bar)
            finally:
                bar.finish()
            head = club_head(context)
            if head is None:
                console.print(_("Nothing to seal yet."))
                continue
            console.print(f"[bold]{short_hash(head.root)}[/bold]")
            console.print(escape(f"{head.note}\n{head.key}"))
