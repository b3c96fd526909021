"""Failed logins are counted in the database, so that every web process sees the same count."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from vafa.club.actions.login_failures import add_failure, clear_failures, recent_failures
from vafa.club.errors import TooManyTries
from vafa.core.clock import now
from vafa.core.db import execute

MOST_FAILURES = 10
WINDOW = timedelta(minutes=15)


def refuse_after_failures(kind: str, name: str, *, most: int = MOST_FAILURES) -> None:
    """Raise TooManyTries after ``most`` failures of this name in a quarter of an hour."""
    if failures_of(kind, [name])[name] >= most:
        raise too_many_tries()


def one_at_a_time(kind: str, name: str) -> None:
    """Until the transaction ends, nobody else gets past here with this name."""
    execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{kind}:{name}"])


def failures_of(kind: str, names: Collection[str]) -> dict[str, int]:
    """How often each of these names failed in the last quarter of an hour."""
    # What lies further ahead was counted by a clock that was wrong.
    moment = now()
    return recent_failures(kind, names, moment - WINDOW, moment + WINDOW)


def too_many_tries() -> TooManyTries:
    """The refusal that says how long to wait."""
    return TooManyTries(minutes=int(WINDOW.total_seconds() // 60))


def count_failure(kind: str, name: str) -> None:
    """Remember one failure."""
    add_failure(kind, name, now())


def forget_failures(kind: str, name: str) -> None:
    """A success makes a fresh start."""
    clear_failures(kind, name)
