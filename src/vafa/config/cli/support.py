"""What commands that work on the club's data need first: the database, its tables, Django."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command

from vafa.config import embedded, schema
from vafa.config.cli.setup import setup_django
from vafa.config.database import database_settings, database_url
from vafa.config.home import data_home
from vafa.config.lifeline import PARENT_VARIABLE
from vafa.config.supervisor import StartFailed
from vafa.config.terminal import gettext as _

# Any number, the same in every process.
_MIGRATION_LOCK = 7_266_371


@contextmanager
def database() -> Iterator[Path]:
    """The database is there while inside; gives the data folder.

    Below a supervisor, which keeps the database itself, it is there already.
    """
    home = data_home()
    if os.environ.get(PARENT_VARIABLE):
        yield home
    else:
        with embedded.serving(home):
            yield home


@contextmanager
def club_data() -> Iterator[Path]:
    """The database, up to date, and Django loaded; gives the data folder.

    Raises StartFailed when the tables of a database that others may share are not those of this
    version: migrating them is for the operator to decide.
    """
    with database() as home:
        if schema.is_current(database_settings(home)):
            setup_django()
        elif database_url() is None:
            migrate()
        else:
            raise StartFailed(_("The tables are not up to date: run “vafa migrate” first."))
        yield home


def migrate(*, verbosity: int = 0) -> None:
    """Brings the tables to this version, one process at a time. Loads Django."""
    setup_django()
    with schema.connect(database_settings(data_home())) as lock:
        lock.execute("select pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        call_command("migrate", interactive=False, verbosity=verbosity)
        schema.write_fingerprint(lock)
