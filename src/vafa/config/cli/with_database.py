"""``vafa with-database COMMAND``: a program that needs the database, such as pg_dump or the tests."""

from __future__ import annotations

import os
import subprocess

import click

from vafa.config.cli.support import database
from vafa.config.database import libpq_variables, owner_settings, url_of
from vafa.config.embedded import program


@click.command("with-database", context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED)
def command(words: tuple[str, ...]) -> None:
    """Run COMMAND while the database runs, with DATABASE_URL and libpq's variables set for it.

    They are the owner's: programs such as pg_restore make tables.
    """
    with database() as home:
        settings = owner_settings(home)
        env = {**os.environ, **libpq_variables(settings), "DATABASE_URL": url_of(settings)}
        env["PATH"] = f"{program('psql').parent}{os.pathsep}{env.get('PATH', '')}"
        code = subprocess.run(words, env=env, check=False).returncode  # noqa: S603  (no shell)
    raise SystemExit(code)
