"""``vafa migrate``: the tables of this version."""

from __future__ import annotations

import click

from vafa.config import schema
from vafa.config.cli.support import database, migrate
from vafa.config.database import owner_settings
from vafa.config.terminal import console
from vafa.config.terminal import gettext as _


@click.command("migrate")
@click.option("--check", is_flag=True, help="Only say whether it is needed (exit code 1).")
def command(check: bool) -> None:
    """Bring the database's tables to this version."""
    with database() as home:
        if check:
            raise SystemExit(0 if schema.is_current(owner_settings(home)) else 1)
        console.print(_("Preparing the tables …"))
        migrate()
