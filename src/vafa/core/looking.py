"""While a page is only looked at, what it has read once it need not ask for again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

V = TypeVar("V")
_seen: ContextVar[dict[Hashable, Any] | None] = ContextVar("seen", default=None)


@contextmanager
def only_looking() -> Iterator[None]:
    """Within this, ``once`` remembers: for requests that change nothing of what they show."""
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)


def once(key: Hashable, read: Callable[[], V]) -> V:
    """What ``read`` gives; while only looking, what it gave under this key before.

    Its errors are not remembered. Everywhere else it reads each time: a flow must see what is.
    """
    seen = _seen.get()
    if seen is None:
        return read()
    if key not in seen:
        seen[key] = read()
    return cast(V, seen[key])
