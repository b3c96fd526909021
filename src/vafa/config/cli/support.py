"""What commands that work on the club's data need first: the database, its tables, Django."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command

from vafa.club.origin import Origin, coming_from
from vafa.config import embedded, roles, schema
from vafa.config.cli.setup import setup_django
from vafa.config.database import connect, database_settings, database_url, owner_settings
from vafa.config.home import data_home
from vafa.config.lifeline import PARENT_VARIABLE
from vafa.config.supervisor import StartFailed
from vafa.config.terminal import error_console
from vafa.config.terminal import gettext as _


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
        with coming_from(_typed_here):
            yield home


def _typed_here() -> Origin:
    return Origin("cli", operator=_login())


def _login() -> str:
    """Who works at this machine; a container may have no name for its user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def migrate(*, verbosity: int = 0) -> None:
    """Brings the tables to this version as their owner, one process at a time. Loads Django.

    Then gives the application's role its rights, and says so where it cannot have one. Raises
    StartFailed when the tables are not this role's to change.
    """
    setup_django()
    home = data_home()
    with connect(owner_settings(home)) as lock:
        if not roles.may_change_tables(lock):
            raise StartFailed(
                _(
                    "The role {role} may not make or change tables: run this with "
                    "DATABASE_OWNER_URL, the address of their owner."
                ).format(role=lock.info.user)
            )
        lock.execute("select pg_advisory_lock(%s)", [schema.MIGRATION_LOCK])
        call_command("migrate", database="owner", interactive=False, verbosity=verbosity)
        try:
            roles.secure(home)
        except roles.RoleRefused as refusal:
            error_console.print(str(refusal), markup=False, style="yellow")
        schema.write_fingerprint(lock)
