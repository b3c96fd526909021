"""Django's PostgreSQL backend, whose pool only looks at a connection before it lends it.

Django lets the pool ask the server something before every loan, which costs as much as all that a
purchase looks up. A server that went away has closed its end of the connection, and that can be
seen from here.
"""

from __future__ import annotations

import select
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any

import psycopg
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool, PoolTimeout

from vafa.core import ids
from vafa.core.postgres.watch import DOUBT_SECONDS, WatchedConnection, watch

# A pool that keeps trying waits longer and longer between its tries: then the database is back, and
# nobody notices. Given up early, a try begins anew with the next who asks.
_TRY_SECONDS = 2.0
_CONNECT_SECONDS = 3


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
        params = {**self.get_connection_params(), "autocommit": True}
        watched: dict[str, Any] = {}
        if watch.watching:
            params["connect_timeout"] = _CONNECT_SECONDS
            watch.know(partial(psycopg.connect, **params))
            watched = {
                "connection_class": WatchedConnection,
                "reconnect_timeout": _TRY_SECONDS,
            }
        made: ConnectionPool[Any] = WatchedPool(
            kwargs=params,
            open=False,  # Django opens it when it first needs a connection.
            configure=self._configure_fresh,
            check=look,
            **watched,
            **options,
        )
        return self._connection_pools.setdefault(self.alias, made)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """As Django's. A connection that is really new ends the use of row numbers in memory."""
        found = super().get_new_connection(conn_params)
        if self.pool is None:
            ids.forget()
        return found

    def _configure_fresh(self, made: psycopg.Connection[Any]) -> None:
        self._configure_connection(made)
        ids.forget()


class WatchedPool(ConnectionPool[Any]):
    """A pool at which nobody waits for a server that does not answer, where that was promised."""

    def getconn(self, timeout: float | None = None) -> Any:
        """A connection. Raises psycopg_pool.PoolTimeout or another psycopg.OperationalError."""
        if not watch.watching:
            return super().getconn(timeout)
        watch.refuse_if_away()
        end = monotonic() + (self.timeout if timeout is None else timeout)
        while True:
            try:
                return super().getconn(max(min(DOUBT_SECONDS, end - monotonic()), 0))
            except PoolTimeout:
                if monotonic() > end or not watch.answers():
                    raise


def look(pooled: psycopg.Connection[Any]) -> None:
    """Raise psycopg.OperationalError when the server has closed this idle connection.

    Where something has arrived that nobody asked for (most likely the end), the server is asked.
    """
    ready = select.poll()
    ready.register(pooled.pgconn.socket, select.POLLIN)
    if ready.poll(0):
        ConnectionPool.check_connection(pooled)
