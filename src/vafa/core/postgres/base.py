"""Django's PostgreSQL backend, whose pool only looks at a connection before it lends it.

Django lets the pool ask the server something before every loan, which costs as much as all that a
purchase looks up. A server that went away has closed its end of the connection, and that can be
seen from here.
"""

from __future__ import annotations

import select
from collections.abc import Callable
from typing import Any

import psycopg
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    """What Django calls a connection. Everything but the pool's check is Django's own."""

    # Django's own, of which its types say nothing.
    _connection_pools: dict[str, ConnectionPool[Any]]
    _configure_connection: Callable[[psycopg.Connection[Any]], None]

    @property
    def pool(self) -> ConnectionPool[Any] | None:
        """The pool of this process and alias, where OPTIONS["pool"] has its options."""
        options: dict[str, Any] | None = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == NO_DB_ALIAS or not options:
            return None
        known = self._connection_pools.get(self.alias)
        if known is not None:
            return known
        made: ConnectionPool[Any] = ConnectionPool(
            kwargs={**self.get_connection_params(), "autocommit": True},
            open=False,  # Django opens it when it first needs a connection.
            configure=self._configure_connection,
            check=look,
            **options,
        )
        return self._connection_pools.setdefault(self.alias, made)


def look(pooled: psycopg.Connection[Any]) -> None:
    """Raise psycopg.OperationalError when the server has closed this idle connection.

    Where something has arrived that nobody asked for (most likely the end), the server is asked.
    """
    ready = select.poll()
    ready.register(pooled.pgconn.socket, select.POLLIN)
    if ready.poll(0):
        ConnectionPool.check_connection(pooled)
