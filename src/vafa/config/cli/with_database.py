"""``vafa with-database COMMAND``: a program that needs the database, such as pg_dump or the tests."""

from __future__ import annotations

import os
import subprocess
from urllib.parse import quote

import click

from vafa.config.cli.support import database
from vafa.config.database import database_settings, database_url, libpq_variables
from vafa.config.embedded import program


@click.command("with-database", context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED)
def command(words: tuple[str, ...]) -> None:
    """Run COMMAND while the database runs, with DATABASE_URL and libpq's variables set for it."""
    with database() as home:
        settings = database_settings(home)
        env = {**os.environ, **libpq_variables(settings)}
        if database_url() is None:
            env["DATABASE_URL"] = (
                f"postgresql:///{settings['NAME']}?host={quote(settings['HOST'])}"
                f"&port={settings['PORT']}&user={settings['USER']}"
            )
        env["PATH"] = f"{program('psql').parent}{os.pathsep}{env.get('PATH', '')}"
        code = subprocess.run(words, env=env, check=False).returncode  # noqa: S603  (no shell)
    raise SystemExit(code)
