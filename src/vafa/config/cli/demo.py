"""``vafa demo``: everything, on a made-up club with two years of history."""

from __future__ import annotations

import os

import click

from vafa.config import embedded, schema
from vafa.config.cli.addresses import show_addresses
from vafa.config.cli.demo_note import read_note
from vafa.config.cli.guard import warn_unless_guarded
from vafa.config.cli.options import data_option
from vafa.config.cli.up import Run, reachable_hosts
from vafa.config.database import database_settings, database_url
from vafa.config.home import data_home, default_home
from vafa.config.supervisor import StartFailed, Supervisor
from vafa.config.terminal import console
from vafa.config.terminal import gettext as _


@click.command("demo")
@click.option("--host", default="127.0.0.1", envvar="VAFA_HOST", help="Address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), envvar="VAFA_PORT", help="Port (8000).")
@data_option
def command(host: str, port: int | None) -> None:
    """Start everything on a made-up club, in a data folder of its own."""
    if "VAFA_HOME" not in os.environ:
        os.environ["VAFA_HOME"] = f"{default_home()}-demo"
    os.environ["VAFA_MODE"] = "demo"
    home = data_home()

    def prepare(run: Run) -> None:
        clubs = schema.count_clubs(database_settings(home))
        logins = read_note(home)
        if clubs and logins is None:
            raise StartFailed(
                _(
                    "This database has a real club: choose another data folder for the demo (--data)."
                )
            )
        if clubs and logins:
            return
        if clubs == 1 and database_url() is None:
            # Its making was interrupted. From the beginning it becomes the same as everywhere.
            embedded.make_empty(home)
            run(["migrate"])
        run(["demo-data"])

    def announce(url: str) -> None:
        warn_unless_guarded(home)
        show_addresses(url, read_note(home))
        console.print(_("Press Ctrl-C to stop."))

    Supervisor(home, host, port, reachable_hosts(host), prepare, announce).run()
