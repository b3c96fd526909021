"""Whether the database's tables are those of this version, asked without loading Django.

A start of Vafa must be fast, and on most starts there is nothing to migrate. After a migration a
fingerprint of all migration files and of the grants is kept among the migrations themselves (app
"vafa.fingerprint"), so it travels with the data, and the question is one query.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from pathlib import Path
from typing import Any

import psycopg

from vafa.config.database import connect

# Held by who changes the tables, and shared by who must not see them change. Any number, the same
# in every process.
MIGRATION_LOCK = 7_266_371
_PACKAGE = Path(__file__).resolve().parents[1]
_GRANTS = _PACKAGE / "config" / "grants.py"
_LIBRARIES = ("Django", "procrastinate")
_APP = "vafa.fingerprint"
_COUNT = "select count(*) from django_migrations where app <> %s"


def is_current(settings: dict[str, Any]) -> bool:
    """True when nothing needs migrating; False when perhaps something does.

    ``settings`` are Django's database settings. Raises psycopg.OperationalError when the database
    does not answer.
    """
    with connect(settings) as connection:
        try:
            count = connection.execute(_COUNT, [_APP]).fetchone()
            row = connection.execute(
                "select name from django_migrations where app = %s", [_APP]
            ).fetchone()
        except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege):
            return False
    return row is not None and count is not None and row[0] == _stamp(count[0])


def count_clubs(settings: dict[str, Any]) -> int:
    """How many clubs have been set up. The tables must be there."""
    with connect(settings) as connection:
        row = connection.execute("select count(*) from club_club").fetchone()
    return row[0] if row else 0


def write_fingerprint(connection: psycopg.Connection[Any]) -> None:
    """Notes that all migrations of this version have been applied."""
    with connection.transaction():
        connection.execute("delete from django_migrations where app = %s", [_APP])
        count = connection.execute(_COUNT, [_APP]).fetchone()
        connection.execute(
            "insert into django_migrations (app, name, applied) values (%s, %s, now())",
            [_APP, _stamp(count[0] if count else 0)],
        )


def _stamp(applied: int) -> str:
    return f"{fingerprint()}:{applied}"


def fingerprint() -> str:
    """One value for all that makes the tables: migrations, grants and the libraries' versions."""
    digest = hashlib.sha256()
    for library in _LIBRARIES:
        digest.update(f"{library} {importlib.metadata.version(library)}\n".encode())
    for file in [*sorted(_PACKAGE.glob("**/migrations/*.py")), _GRANTS]:
        digest.update(f"{file.relative_to(_PACKAGE)}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
