"""``vafa stop``: end what runs on the data folder."""

from __future__ import annotations

import os
import signal
import time

import click

from vafa.config import embedded
from vafa.config.database import database_url
from vafa.config.home import data_home
from vafa.config.supervisor import StartFailed, running
from vafa.config.terminal import console
from vafa.config.terminal import gettext as _

_SECONDS = 60.0


@click.command("stop")
def command() -> None:
    """Stop Vafa and its embedded database."""
    home = data_home()
    vafa = running(home)
    if vafa is not None and vafa.pid:
        os.kill(vafa.pid, signal.SIGTERM)
        end = time.monotonic() + _SECONDS
        while running(home) is not None:
            if time.monotonic() > end:
                raise StartFailed(_("Vafa does not stop (process {pid}).").format(pid=vafa.pid))
            time.sleep(0.1)
    ended = embedded.stop(home) if database_url() is None else False
    console.print(_("Stopped.") if vafa or ended else _("Vafa does not run."))
