"""What PostgreSQL knows about its tables, by which it chooses how to answer."""

from __future__ import annotations

from pathlib import Path

from psycopg import sql

from vafa.config import roles
from vafa.config.database import connect, owner_settings

# Fewer changed rows than these change no plan; and a tenth of a table is PostgreSQL's own measure.
_CHANGED = (
    "select relname from pg_stat_user_tables where schemaname = current_schema()"
    " and n_mod_since_analyze > greatest(1000, n_live_tup / 10) order by relname"
)


def analyze_changed(home: Path) -> list[str]:
    """Count anew the tables that have changed much; returns their names.

    PostgreSQL does it by itself, but some minutes later: until then it takes tables that an import
    has just filled for empty, and the first pages and sales after it are slow. Does nothing where
    we are not the tables' owner: PostgreSQL lets nobody else do it.
    """
    with connect(owner_settings(home)) as owner:
        if not roles.may_change_tables(owner):
            return []
        tables = [str(row[0]) for row in owner.execute(_CHANGED)]
        for table in tables:
            owner.execute(sql.SQL("analyze {}").format(sql.Identifier(table)))
    return tables
