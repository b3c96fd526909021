"""``vafa demo-data``: the made-up club itself; run by ``vafa demo``."""

from __future__ import annotations

import click

from vafa.config.cli.demo_note import write_note
from vafa.config.cli.support import club_data
from vafa.config.database import connect, owner_settings
from vafa.config.demo import seed
from vafa.config.progress import progress


@click.command("demo-data", hidden=True)
def command() -> None:
    """Make the demo club, or complete one whose making was interrupted."""
    with club_data() as home:
        # From here on the data is known to be made up, also when the making is interrupted.
        write_note(home, {})
        logins = seed(progress()).by_path()
        # The first pages should not wait for the database to learn how large its tables are now.
        with connect(owner_settings(home)) as owner:
            owner.execute("ANALYZE")
        write_note(home, logins)
