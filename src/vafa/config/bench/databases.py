"""The databases of a run, beside the club's own and on the same server.

*seed* holds a club with its members and nothing bought yet; *measured* and *ceiling* are fresh
copies of it, so that every run begins alike and the ceiling's rows, which no rule decided, never
come near what is verified. *small* has few members, for what must not grow with them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import sql

from vafa.config.database import connect, libpq_variables, url_of
from vafa.config.lifeline import PARENT_VARIABLE
from vafa.config.supervisor import StartFailed

# Any number, the same in every process.
_BENCH_LOCK = 7_266_372
_SHOWN = (
    "server_version",
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "wal_compression",
    "shared_buffers",
    "max_wal_size",
)


@dataclass(frozen=True, slots=True)
class Databases:
    """The server of the owner's ``settings`` and the names of a run's databases on it.

    What is measured reaches them with the settings of the ``application``.
    """

    settings: dict[str, Any]
    application: dict[str, Any]

    @property
    def seed(self) -> str:
        return f"{self.settings['NAME']}_bench_seed"

    @property
    def measured(self) -> str:
        return f"{self.settings['NAME']}_bench"

    @property
    def ceiling(self) -> str:
        return f"{self.settings['NAME']}_bench_ceiling"

    @property
    def small(self) -> str:
        return f"{self.settings['NAME']}_bench_small"

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (self.measured, self.ceiling, self.small, self.seed)

    def analyse(self, name: str) -> None:
        """Let the planner know what is in a database now."""
        with self.connect(name) as own:
            own.execute("ANALYZE")

    def connect(self, name: str) -> psycopg.Connection[Any]:
        """An autocommit connection to one of the databases, as the owner."""
        return connect({**self.settings, "NAME": name})

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps a second run away from these databases. Raises StartFailed when there is one."""
        with self.connect(self.settings["NAME"]) as lock:
            row = lock.execute("SELECT pg_try_advisory_lock(%s)", [_BENCH_LOCK]).fetchone()
            if row is None or not row[0]:
                raise StartFailed("Another bench runs on this database server.")
            yield

    def server(self) -> dict[str, str]:
        """The server's settings that speed depends on. Raises StartFailed when it is not safe."""
        with self.connect(self.settings["NAME"]) as admin:
            rows = admin.execute(
                "SELECT name, setting || coalesce(unit, '') FROM pg_settings WHERE name = ANY(%s)",
                [list(_SHOWN)],
            ).fetchall()
        found = dict(rows)
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            if found[name] != "on":
                raise StartFailed(
                    f"The database server runs with {name} = {found[name]}: it would lose what it"
                    " has confirmed, so its speed means nothing."
                )
        return {name: found[name] for name in _SHOWN}

    def note(self, name: str) -> str | None:
        """The comment on a database; None when there is no such database."""
        with self.connect(self.settings["NAME"]) as admin:
            row = admin.execute(
                "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database"
                " WHERE datname = %s",
                [name],
            ).fetchone()
        return row[0] if row else None

    def write_note(self, name: str, text: str) -> None:
        """Comment on a database."""
        with self.connect(self.settings["NAME"]) as admin:
            comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
            admin.execute(comment.format(sql.Identifier(name), sql.Literal(text)))

    def make(self, name: str, *, template: str | None = None) -> None:
        """Make a database anew, empty or as a copy. Raises StartFailed when we may not."""
        self.drop(name)
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            copied = sql.SQL(" TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(template))
            statement += copied
        with self.connect(self.settings["NAME"]) as admin:
            try:
                admin.execute(statement)
            except psycopg.errors.InsufficientPrivilege as error:
                raise StartFailed(
                    "The bench works in databases of its own, and this user may not create any:"
                    f" {error}"
                ) from error

    def drop(self, name: str) -> None:
        """Remove a database, if it is there, ending its connections."""
        with self.connect(self.settings["NAME"]) as admin:
            statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            admin.execute(statement.format(sql.Identifier(name)))

    def settle(self) -> None:
        """Write everything to disk, so that no round pays for what came before (if we may)."""
        with self.connect(self.settings["NAME"]) as admin:
            row = admin.execute("SELECT pg_has_role('pg_checkpoint', 'USAGE')").fetchone()
            if row and row[0]:
                admin.execute("CHECKPOINT")

    def reserve(self, name: str, table: str, count: int) -> int:
        """The first of ``count`` numbers that no sequence of a database has given, or will give."""
        sequence = f"{table}_id_seq"
        # Setting a sequence is the owner's right.
        with self.connect(name) as own:
            row = own.execute("SELECT nextval(%s::regclass)", [sequence]).fetchone()
            first = int(row[0]) if row else 1
            own.execute("SELECT setval(%s::regclass, %s)", [sequence, first + count])
        return first

    def libpq(self, name: str) -> dict[str, str]:
        """The environment in which libpq's programs reach one of the databases."""
        return {**os.environ, **libpq_variables({**self.settings, "NAME": name})}

    def environment(self, name: str) -> dict[str, str]:
        """The environment of a ``vafa`` command that works on one of the databases, as in
        production, and dies with us."""
        return {
            **os.environ,
            "DATABASE_URL": url_of({**self.application, "NAME": name}),
            "DATABASE_OWNER_URL": url_of({**self.settings, "NAME": name}),
            "VAFA_MODE": "production",
            "VAFA_HOSTS": "127.0.0.1",
            PARENT_VARIABLE: str(os.getpid()),
        }


@contextmanager
def django_on(name: str) -> Iterator[None]:
    """Django's connections of this process go to another database of the server while inside."""
    before = connections["default"].settings_dict["NAME"]
    _switch(name)
    try:
        yield
    finally:
        _switch(before)


def _switch(name: str) -> None:
    for connection in connections.all():
        connection.close()
        cast(DatabaseWrapper, connection).close_pool()
        connection.settings_dict["NAME"] = name
