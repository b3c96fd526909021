"""``vafa psql``: a shell on the club's database."""

from __future__ import annotations

import os
import subprocess

import click

from vafa.config.cli.support import database
from vafa.config.database import database_settings, libpq_variables, owner_settings
from vafa.config.embedded import program


@click.command("psql", context_settings={"ignore_unknown_options": True})
@click.option("--owner", is_flag=True, help="As the owner of the tables, whom only triggers stop.")
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def command(owner: bool, words: tuple[str, ...]) -> None:
    """Open psql on the database, with the application's rights; further WORDS go to psql."""
    with database() as home:
        settings = owner_settings(home) if owner else database_settings(home)
        # In the environment, not among the words: every user of a machine can read those.
        env = {**os.environ, **libpq_variables(settings)}
        shell = [str(program("psql")), *words]
        code = subprocess.run(shell, env=env, check=False).returncode  # noqa: S603  (no shell)
    raise SystemExit(code)
