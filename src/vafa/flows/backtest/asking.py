"""Ask for a back-test, let the worker carry it out, stop it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from time import monotonic

import orjson
from django.db import transaction
from procrastinate.contrib.django import app

from vafa.audience.reads.segments import segment_by_code
from vafa.club.actions.audit import Thing, record_audit
from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.core.errors import DomainError
from vafa.flows.backtest.errors import (
    BacktestRuns,
    BacktestStopped,
    NoDraft,
    NoPurchases,
    PeriodBeforeClub,
    PeriodEndsBeforeItBegins,
    PeriodInFuture,
)
from vafa.flows.backtest.question import Question
from vafa.flows.backtest.running import run_backtest
from vafa.program.actions.revisions import parse_program
from vafa.program.models import Backtest, Revision
from vafa.program.reads.backtests import progress_of, running_backtest
from vafa.program.reads.revisions import live_program, published_program
from vafa.program.rules.document import Program

# The job's name; config/jobs.py has its body.
JOB = "backtest"
_TELL_EVERY = 1.0  # seconds


def draft_of(club: ClubContext) -> Revision:
    """The club's draft. Raises NoDraft."""
    draft = Revision.objects.filter(club_id=club.id, status="draft").first()
    if draft is None:
        raise NoDraft
    return draft


def question_of(
    club: ClubContext, draft: Program, first: date, last: date, segments: Sequence[str] = ()
) -> Question:
    """What is asked, of everything that is recorded by now; days after today are left out.

    Raises PeriodEndsBeforeItBegins, PeriodInFuture, PeriodBeforeClub, NoPurchases, NoLiveProgram,
    UnknownSegment.
    """
    moment = now()
    last = min(last, max(club.local_date(moment), first))
    _check_period(club, first, last, club.local_date(moment))
    for code in segments:
        segment_by_code(club.id, code)
    live = live_program(club.id).program
    return Question(club.id, draft, live, first, last, moment, tuple(segments))


def ask_for_backtest(
    club: ClubContext, actor: Actor, first: date, last: date, segments: Sequence[str] = ()
) -> int:
    """Let the worker test the draft; returns the number of the back-test. Audited.

    Raises what ``question_of`` raises, NoDraft, InvalidProgram, and BacktestRuns: one at a time.
    """
    with transaction.atomic(durable=True):
        fetch("SELECT pg_advisory_xact_lock(hashtextextended('backtest', %s))", [club.id])
        if last < first:
            raise PeriodEndsBeforeItBegins
        draft = draft_of(club)
        asked = question_of(club, parse_program(draft.document), first, last, segments)
        if running_backtest(club.id) is not None:
            raise BacktestRuns
        made = Backtest.objects.create(
            club_id=club.id,
            revision_id=live_program(club.id).revision_id,
            draft_number=draft.number,
            document=draft.document,
            stamp=stamp_of(draft.document),
            first_day=asked.first,
            last_day=asked.last,
            segments=list(asked.segments),
            asked_by=actor.label,
            asked_at=asked.known_until,
            told_at=asked.known_until,
        )
        days = {"first": first.isoformat(), "last": asked.last.isoformat()}
        record_audit(club.id, actor.label, "backtest.asked", thing_of(made), after=days)
        job = app.configure_task(JOB, lock=f"{JOB} {club.id}")
        job.defer(club_id=club.id, backtest_id=made.id)
    return made.id


def carry_out(club: ClubContext, backtest_id: int) -> None:
    """Do what ``ask_for_backtest`` asked for, telling how far it is."""
    begun = Backtest.objects.filter(pk=backtest_id, finished_at__isnull=True)
    if not begun.update(state="running", told_at=now()):
        return
    test = begun.get()
    question = Question(
        club.id,
        parse_program(test.document),
        published_program(test.revision_id),
        test.first_day,
        test.last_day,
        test.asked_at,
        tuple(test.segments),
    )
    told = _Told(backtest_id)
    try:
        result = run_backtest(question, told, told.tell)
    except BacktestStopped:
        begun.update(state="stopped", finished_at=now())
    except DomainError as error:
        begun.update(state="failed", finished_at=now(), trouble=error.code[:40])
    except BaseException:
        begun.update(state="failed", finished_at=now(), trouble="failed")
        raise
    else:
        begun.update(state="done", finished_at=now(), result=result, reached=told.reached)


def stop_backtest(club: ClubContext, test: Backtest, actor: Actor) -> None:
    """Stop a back-test: one that waits at once, one that runs within a second. Audited."""
    if not progress_of(test).is_alive:
        return
    with transaction.atomic(durable=True):
        going = Backtest.objects.filter(pk=test.pk, finished_at__isnull=True)
        if going.filter(state="waiting").update(state="stopped", finished_at=now()) or going.update(
            stop_asked_at=now()
        ):
            record_audit(club.id, actor.label, "backtest.stopped", thing_of(test))


def thing_of(test: Backtest) -> Thing:
    """A back-test as the audit names it."""
    return Thing("backtest", test.pk)


def stamp_of(document: object) -> str:
    """Changes whenever the document does."""
    text = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()[:16]


def _check_period(club: ClubContext, first: date, last: date, today: date) -> None:
    if last < first:
        raise PeriodEndsBeforeItBegins
    if first > today:
        raise PeriodInFuture
    rows = fetch(
        "SELECT min(purchased_at), EXISTS (SELECT FROM commerce_purchase WHERE club_id = %s"
        " AND member_id IS NOT NULL AND purchased_at >= %s AND purchased_at < %s)"
        " FROM commerce_purchase WHERE club_id = %s",
        [club.id, club.day_start(first), club.day_end(last), club.id],
    )
    earliest, has_some = rows[0]
    if earliest is not None and last < club.local_date(earliest):
        raise PeriodBeforeClub(first=club.local_date(earliest).isoformat())
    if not has_some:
        raise NoPurchases


class _Told:
    """Progress that is written down, once a second."""

    def __init__(self, backtest_id: int) -> None:
        self.reached, self.total = 0, 0
        self._rows = Backtest.objects.filter(pk=backtest_id, finished_at__isnull=True)
        self._told = 0.0

    def start(self, total: int | None, label: str) -> None:
        self.reached, self.total = 0, total or 0

    def advance(self, n: int = 1) -> None:
        self.reached += n

    def finish(self) -> None:
        self._told = 0.0
        self.tell()

    def tell(self) -> None:
        """Write how far it is, if that was not just done. Raises BacktestStopped."""
        if monotonic() - self._told < _TELL_EVERY:
            return
        self._told = monotonic()
        self._rows.update(told_at=now(), reached=self.reached, total=self.total)
        if self._rows.filter(stop_asked_at__isnull=False).exists():
            raise BacktestStopped
