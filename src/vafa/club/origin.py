"""From where the present work was asked for: which face, which address, which request.

Who acts is always passed along by name; from where is the same for everything that one request
or command does, so it is set once at the door and read by the audit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """``face``: panel, till, portal, api, setup, site, cli or system (jobs that nobody asked for).

    ``address`` is the IP address, ``operator`` the login on the machine of who typed a command.
    """

    face: str = "system"
    address: str = ""
    request_id: str = ""
    operator: str = ""


_NOBODY = Origin()
_make: ContextVar[Callable[[], Origin] | None] = ContextVar("origin", default=None)


def current_origin() -> Origin:
    """Where this work comes from; the system's own where no door was passed."""
    make = _make.get()
    return make() if make else _NOBODY


@contextmanager
def coming_from(make: Callable[[], Origin]) -> Iterator[None]:
    """All work of the block comes from ``make()``, which is only asked when something is audited."""
    token = _make.set(make)
    try:
        yield
    finally:
        _make.reset(token)
