"""``vafa web``: only the web server."""

from __future__ import annotations

import os

import click

from vafa.config.cli.guard import warn_unless_guarded
from vafa.config.cli.support import database
from vafa.config.lifeline import PARENT_VARIABLE, tie_to_parent
from vafa.config.web_server import choose_port, serve


@click.command("web")
@click.option("--host", default="127.0.0.1", envvar="VAFA_HOST", help="Address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), envvar="VAFA_PORT", help="Port (8000).")
def command(host: str, port: int | None) -> None:
    """Serve the pages and the API (any number of machines may)."""
    tie_to_parent()
    if os.environ.get(PARENT_VARIABLE) and port is not None:
        serve(host, port)
        return
    chosen = choose_port(host, port)
    with database() as home:
        warn_unless_guarded(home)
        serve(host, chosen)
