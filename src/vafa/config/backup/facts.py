"""What a backup and a restore ask a database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from vafa.config.backup.errors import BackupError
from vafa.config.backup.manifest import Head
from vafa.config.database import connect
from vafa.config.terminal import gettext as _
from vafa.core.progress import Progress

Connection = psycopg.Connection[Any]

_FINGERPRINT = "vafa.fingerprint"
# What is in the schema "public" and came neither with PostgreSQL nor with an extension.
_OURS = """
    {oid} NOT IN (
        SELECT objid FROM pg_depend WHERE deptype = 'e' AND classid = '{catalogue}'::regclass
    )
    AND {namespace} = 'public'::regnamespace
"""
_RELATIONS = "FROM pg_class WHERE relkind IN ({kinds}) AND " + _OURS.format(
    oid="oid", catalogue="pg_class", namespace="relnamespace"
)
_ROUTINES = "FROM pg_proc WHERE " + _OURS.format(
    oid="oid", catalogue="pg_proc", namespace="pronamespace"
)
_TABLES = _RELATIONS.format(kinds="'r', 'p'")
_ANYTHING = _RELATIONS.format(kinds="'r', 'p', 'v', 'm', 'S', 'f', 'c'")


@dataclass(frozen=True, slots=True)
class Sessions:
    """How the server is reached: settings of Django's, narrowed to the one server that answered."""

    settings: dict[str, Any]
    connection: Connection

    @property
    def server(self) -> int:
        """The server's version (180004 is 18.4)."""
        return self.connection.info.server_version


def reach(settings: dict[str, Any]) -> Sessions:
    """A connection for a backup or a restore. Raises BackupError when nobody answers.

    Where the address names several servers, the programs that follow must reach the same one.
    """
    try:
        connection = connect(settings, application_name="vafa backup")
    except psycopg.OperationalError as error:
        raise BackupError(
            _("The database does not answer: {reason}").format(reason=str(error).strip())
        ) from error
    for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        connection.execute(sql.SQL("SET {} = 0").format(sql.Identifier(name)))
    info = connection.info
    return Sessions({**settings, "HOST": info.host, "PORT": str(info.port)}, connection)


def tables(connection: Connection) -> list[str]:
    """The tables of Vafa's schema, by name. Raises BackupError when they are elsewhere."""
    found = _names(connection, f"SELECT relname {_TABLES} ORDER BY relname")
    if not {"django_migrations", "club_club"} <= set(found):
        raise BackupError(_("This database has no club of Vafa in its schema “public”."))
    return found


def is_empty(connection: Connection) -> bool:
    """Whether nothing is in the schema "public" but what PostgreSQL and extensions put there."""
    row = connection.execute(
        f"SELECT EXISTS (SELECT {_ANYTHING}) OR EXISTS (SELECT {_ROUTINES})"
    ).fetchone()
    return row is not None and not row[0]


def other_schemas(connection: Connection) -> list[str]:
    """Schemas that are not Vafa's."""
    return _names(
        connection,
        "SELECT nspname FROM pg_namespace WHERE nspname NOT IN ('public', 'information_schema')"
        " AND nspname NOT LIKE 'pg\\_%'",
    )


def count_rows(connection: Connection, names: list[str], progress: Progress) -> dict[str, int]:
    """The rows of each table."""
    progress.start(len(names), _("Counting"))
    counts = {}
    for name in names:
        query = sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(name))
        counts[name] = int(_one(connection, query))
        progress.advance()
    progress.finish()
    return counts


def migrations(connection: Connection) -> list[str]:
    """The migrations that made the tables, as "app.name"."""
    return _names(
        connection,
        "SELECT app || '.' || name FROM public.django_migrations WHERE app <> %s ORDER BY 1",
        [_FINGERPRINT],
    )


def clubs(connection: Connection) -> dict[str, str]:
    """Short name and name of each club."""
    rows = connection.execute("SELECT slug, name FROM public.club_club ORDER BY id").fetchall()
    return dict(rows)


def database_bytes(connection: Connection) -> int:
    """What the database takes on the server's disk."""
    return int(_one(connection, "SELECT pg_database_size(current_database())"))


def users(connection: Connection) -> int:
    """How many sessions of Vafa other than ours use this database now."""
    return int(
        _one(
            connection,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND application_name LIKE 'vafa%'",
        )
    )


def heads(connection: Connection) -> list[Head]:
    """The newest sealed checkpoint of each club; empty where nothing has been sealed."""
    if _one(connection, "SELECT to_regclass('public.ledger_checkpoint') IS NULL"):
        return []
    rows = connection.execute(
        "SELECT DISTINCT ON (club.id) club.slug, head.size, encode(head.root, 'hex')"
        " FROM public.ledger_checkpoint AS head JOIN public.club_club AS club USING (book_id)"
        " ORDER BY club.id, head.size DESC"
    ).fetchall()
    return [Head(slug, size, root) for slug, size, root in rows]


def _names(connection: Connection, query: str, params: list[Any] | None = None) -> list[str]:
    return [str(row[0]) for row in connection.execute(query, params).fetchall()]


def _one(connection: Connection, query: str | sql.Composed) -> Any:
    row = connection.execute(query).fetchone()
    if row is None:
        raise BackupError(_("The database gave no answer."))
    return row[0]
