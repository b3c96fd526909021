"""Verify a club, keep what was found, and let nothing move in a ledger that does not add up.

A difference makes the ledger read-only at once: going on would bury it under new movements.
Nobody but a person who asks for it opens the ledger again, and then only when everything adds up
(or, from the command line, against better knowledge and with a reason).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from vafa.club.actions.audit import SYSTEM, Thing, record_audit
from vafa.club.actions.tasks import TaskRun, ask_for
from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.club.reads.tasks import newest_tasks
from vafa.core.beside import work_beside
from vafa.core.clock import now
from vafa.core.events import NewEvent, append_events
from vafa.core.progress import Progress
from vafa.core.verification import Difference
from vafa.flows.tier_changes import TIER_CHECK
from vafa.flows.verification import verify
from vafa.ledger.actions.books import freeze_book, thaw_book
from vafa.ledger.actions.verifications import (
    finish_verification,
    open_verification,
    tell_progress,
)
from vafa.ledger.reads.seal_verification import HEADS, NEWEST_KEY
from vafa.ledger.reads.verifications import frozen_since, latest_verification

# The kind of the task; its number of the verification is "verification".
KIND = "ledger_check"
QUIET_HOURS = range(2, 5)  # of the club's own clock
_A_NIGHT = timedelta(hours=12)
_TOO_LONG = timedelta(hours=36)
_NAMED = 3
Tell = Callable[[str, int, int], None]


def is_due(club: ClubContext, at: datetime) -> bool:
    """Whether the club's nightly check should begin: once in the quiet hours, or at any hour where
    the last nights were missed (a machine that is switched off at night)."""
    last = latest_verification(club.book_id)
    # One asked for in the future is a clock's that was ahead then; it does not stand for tonight's.
    age = abs(at - last.asked_at) if last is not None else None
    if age is None or age > _TOO_LONG:
        return True
    is_quiet = at.astimezone(club.tz).hour in QUIET_HOURS
    return is_quiet and age > _A_NIGHT


def ask_for_check(club: ClubContext, actor: Actor) -> int:
    """Let the worker check the club now; returns the number of the verification.

    One that is under way already is that one. Audited.
    """
    with transaction.atomic(durable=True):
        number, is_new = open_verification(club.book_id, actor.label)
        known = newest_tasks(club.id, KIND, "verification", [number]).get(number)
        if known is not None and known.finished_at is not None:  # stopped while it waited
            finish_verification(number, None)
            number, is_new = open_verification(club.book_id, actor.label)
        if is_new:
            record_audit(club.id, actor.label, "ledger.check_asked", _thing(club))
            ask_for(club, actor, KIND, {"verification": number}, lock=KIND)
    return number


def check_nightly(club: ClubContext, *, seal_key: bytes | None = None) -> list[Difference]:
    """Verify the club; when anything differs, its ledger is read-only from then on."""
    with transaction.atomic(durable=True):
        number, is_new = open_verification(club.book_id, SYSTEM)
    return carry_out(club, number, seal_key=seal_key) if is_new else []


def check_asked(run: TaskRun, *, seal_key: bytes | None) -> list[Difference]:
    """Do what ``ask_for_check`` asked for; returns the differences. A ledger that adds up opens
    again. Stopped, the check has broken off."""
    number = run.params["verification"]
    return carry_out(
        run.club,
        number,
        seal_key=seal_key,
        thaw_for=run.actor.label,
        tell=lambda step, reached, total: run.tell(reached, total, step),
    )


def carry_out(
    club: ClubContext,
    number: int,
    *,
    seal_key: bytes | None = None,
    thaw_for: str = "",
    tell: Tell = lambda _step, _reached, _total: None,
) -> list[Difference]:
    """Do a verification that was opened; returns the differences.

    Freezes the ledger when there are any ``breaches``. ``thaw_for`` is the label of who wants it
    open again when there are none. ``tell`` hears how far it is and may raise to end it.
    """

    def check(progress: Progress) -> list[Difference]:
        return verify(club.id, progress, seal_key=seal_key)

    def tell_all(label: str, reached: int, total: int) -> None:
        step = label.split(" ", 1)[0]
        tell_progress(number, step, reached, total)
        tell(step, reached, total)

    try:
        found = work_beside(check, tell_all)
    except BaseException:
        finish_verification(number, None)
        raise
    with transaction.atomic(durable=True):
        finish_verification(number, found)
        if breaches(found):
            freeze(club, breaches(found), by=SYSTEM)
        elif thaw_for:
            thaw(club, by=thaw_for)
    return found


def breaches(found: Sequence[Difference]) -> list[Difference]:
    """The differences for which a ledger must stand still: all but that its heads are signed with
    another key than this machine's, and that the history of a tier is not what the facts say.
    These are told as every other; but the rows are what was sealed, and a second worker that was
    set up without the key must not stop every club at night; and no value stands in that history."""
    told_only = ((HEADS, NEWEST_KEY),)
    return [
        each
        for each in found
        if (each.check, each.subject) not in told_only and each.check != TIER_CHECK
    ]


def freeze(club: ClubContext, found: Sequence[Difference], *, by: str) -> bool:
    """Make the club's ledger read-only because of these differences; False when it was already.

    ``by`` is an actor's label. Must run inside a transaction.
    """
    reason = "; ".join(f"{d.check}: {d.subject}: {d.expected} / {d.found}" for d in found[:_NAMED])
    moment = now()
    if not freeze_book(club.book_id, reason, moment):
        return False
    record_audit(
        club.id, by, "ledger.frozen", _thing(club), after={"differences": len(found)}, reason=reason
    )
    append_events([NewEvent(club.id, "ledger.frozen", {"differences": len(found)}, moment)])
    return True


def thaw(club: ClubContext, *, by: str, reason: str = "", differences: int = 0) -> bool:
    """Let value move in the club's ledger again; False when it does already.

    ``by`` is an actor's label; ``differences`` are left unmended, for that ``reason``. Must run
    inside a transaction.
    """
    frozen = frozen_since(club.book_id)
    if frozen is None:
        return False
    thaw_book(club.book_id)
    left = {"differences": differences} if differences else None
    record_audit(club.id, by, "ledger.thawed", _thing(club), after=left, reason=reason)
    payload = {"differences": differences, "frozen_at": frozen.since.isoformat()}
    append_events([NewEvent(club.id, "ledger.thawed", payload, now())])
    return True


def _thing(club: ClubContext) -> Thing:
    return Thing("ledger", club.id, club.name)
