"""The last steps of ``vafa restore``, in a process that begins when the data are there."""

from __future__ import annotations

import click

from vafa.config.cli.support import database, migrate
from vafa.config.cli.verify import command as verify
from vafa.config.database import connect, owner_settings
from vafa.config.owner import as_owner
from vafa.config.terminal import console
from vafa.config.terminal import gettext as _
from vafa.core.transactions import continue_clock


@click.command("restored", hidden=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Bring what was restored to this version, and verify it."""
    with database() as home:
        console.print(_("Preparing the tables …"))
        migrate()
        with as_owner():
            continue_clock()
        with connect(owner_settings(home)) as connection:
            # A fresh copy has no statistics, without which large questions take for ever.
            connection.execute("ANALYZE")
        ctx.invoke(verify, club=None)
