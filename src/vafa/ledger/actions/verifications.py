"""Keep account of each time that a book is worked out again."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from vafa.core.clock import now
from vafa.core.db import execute, fetch
from vafa.core.verification import Difference
from vafa.ledger.models import Verification
from vafa.ledger.reads.verifications import latest_verification


def open_verification(book_id: int, asked_by: str) -> tuple[int, bool]:
    """The number of a verification that waits to be carried out, and whether it is new.

    One that waits or runs already is not asked for a second time, unless it has given no sign of
    life for a while. Must run inside a transaction.
    """
    assert transaction.get_connection().in_atomic_block
    fetch("SELECT pg_advisory_xact_lock(hashtextextended('verification', %s))", [book_id])
    last = latest_verification(book_id)
    moment = now()
    if last is not None and last.is_alive(moment):
        return last.id, False
    made = Verification.objects.create(
        book_id=book_id, asked_by=asked_by, asked_at=moment, told_at=moment
    )
    return made.id, True


def tell_progress(number: int, step: str, reached: int, total: int) -> None:
    """How far a verification is, and that it is alive."""
    execute(
        "UPDATE ledger_verification SET state = 'running', told_at = %s, step = %s, reached = %s,"
        " total = %s WHERE id = %s",
        [now(), step[:40], reached, total, number],
        expect=1,
    )


def finish_verification(number: int, differences: Sequence[Difference] | None) -> None:
    """What it found; None when it broke off."""
    Verification.objects.filter(pk=number).update(
        state="failed" if differences is None else "done",
        told_at=now(),
        finished_at=now(),
        found=[list(each) for each in differences or ()],
    )
