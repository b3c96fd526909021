"""``vafa status``: what runs on the data folder."""

from __future__ import annotations

import click
from rich.markup import escape

from vafa.config import embedded
from vafa.config.cli.guard import show_guard
from vafa.config.database import database_url
from vafa.config.home import data_home
from vafa.config.supervisor import running
from vafa.config.terminal import console
from vafa.config.terminal import gettext as _


@click.command("status")
def command() -> None:
    """Say what runs on the data folder. Exit code 3 when Vafa does not run."""
    home = data_home()
    vafa = running(home)
    console.print(_("Data folder: {path}").format(path=escape(str(home))))
    if vafa is None:
        console.print(_("Vafa does not run."))
    else:
        console.print(_("Vafa runs: {url} (process {pid})").format(url=vafa.url, pid=vafa.pid))
    if database_url() is not None:
        console.print(_("Database: the one that DATABASE_URL names."))
        show_guard(home)
    else:
        database = embedded.status(home)
        text = (
            _("Embedded database: PostgreSQL {version}, process {pid}").format(
                version=database.version, pid=database.pid
            )
            if database.pid is not None
            else _("Embedded database: not running")
        )
        console.print(text)
        if database.pid is not None:
            show_guard(home)
    raise SystemExit(0 if vafa else 3)
