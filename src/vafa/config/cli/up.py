"""``vafa up``: everything a club needs, on this machine."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable

import click

from vafa.config import schema
from vafa.config.cli.addresses import show_addresses
from vafa.config.cli.demo_note import read_note
from vafa.config.cli.guard import warn_unless_guarded
from vafa.config.cli.options import data_option
from vafa.config.database import database_settings
from vafa.config.home import data_home
from vafa.config.setup_token import make_setup_token
from vafa.config.supervisor import StartFailed, Supervisor
from vafa.config.terminal import console
from vafa.config.terminal import gettext as _

Run = Callable[[list[str]], None]
_LOCAL = {"127.0.0.1", "localhost", "::1"}


@click.command("up")
@click.option("--host", default="127.0.0.1", envvar="VAFA_HOST", help="Address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), envvar="VAFA_PORT", help="Port (8000).")
@data_option
@click.option("--browser", is_flag=True, help="Set the first club up in the browser.")
def command(host: str, port: int | None, browser: bool) -> None:
    """Start everything: database, tables, web server and worker."""
    home = data_home()
    if read_note(home) is not None:
        raise StartFailed(
            _("This data folder is the demo's, whose passwords everyone knows: choose another.")
        )
    in_terminal = sys.stdin.isatty() and not browser

    def prepare(run: Run) -> None:
        if in_terminal and not schema.count_clubs(database_settings(home)):
            run(["new-club"])

    def announce(url: str) -> None:
        warn_unless_guarded(home)
        if schema.count_clubs(database_settings(home)):
            show_addresses(url)
        else:
            console.print(_("Set up your club here, once:"))
            console.print(f"  {url}/setup/{make_setup_token(home)}/")
        console.print(_("Press Ctrl-C to stop."))

    Supervisor(home, host, port, reachable_hosts(host), prepare, announce).run()


def reachable_hosts(host: str) -> dict[str, str]:
    """VAFA_HOSTS for the web server, where the operator has not set it.

    Who opens Vafa to the shop's network (--host 0.0.0.0) means its tills to reach it by this
    machine's name and addresses.
    """
    if host in _LOCAL or "VAFA_HOSTS" in os.environ:
        return {}
    names = {"localhost", "127.0.0.1", "[::1]", socket.gethostname(), host}
    for family, to in ((socket.AF_INET, "10.255.255.255"), (socket.AF_INET6, "fd00::1")):
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                # Chooses the outgoing address; nothing is sent.
                probe.connect((to, 9))
            except OSError:
                continue
            found = probe.getsockname()[0]
            names.add(f"[{found}]" if ":" in found else found)
    return {"VAFA_HOSTS": ",".join(sorted(names))}
