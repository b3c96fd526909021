"""Django for a while as the owner of the tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections


@contextmanager
def as_owner() -> Iterator[None]:
    """Django's default connection of this thread is the owner's while inside.

    For what only the owner may do and goes through rooms below, such as continuing the
    transaction clock after a restore. No transaction may be open.
    """
    application, owner = connections["default"], connections["owner"]
    connections["default"] = owner
    try:
        yield
    finally:
        connections["default"] = application
        owner.close()
