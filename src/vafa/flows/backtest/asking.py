"""Ask for a back-test, and let the worker carry it out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
from django.db import transaction

from vafa.audience.reads.segments import segment_by_code
from vafa.club.actions.audit import Thing, record_audit
from vafa.club.actions.task_progress import Telling
from vafa.club.actions.tasks import TaskRun, ask_for
from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.club.reads.tasks import latest_task, progress_of
from vafa.commerce.reads.undone_imports import counted_purchases
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.flows.backtest.errors import (
    BacktestRuns,
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
from vafa.program.reads.revisions import live_program, published_program
from vafa.program.rules.document import Program

# The kind of the task; its number of the back-test is "backtest".
KIND = "backtest"


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
        latest = latest_task(club.id, KIND)
        if latest is not None and progress_of(latest).is_alive:
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
        )
        days = {"first": first.isoformat(), "last": asked.last.isoformat()}
        record_audit(club.id, actor.label, "backtest.asked", thing_of(made), after=days)
        ask_for(club, actor, KIND, {"backtest": made.id}, lock=KIND)
    return made.id


def carry_out(run: TaskRun) -> dict[str, Any]:
    """Do what ``ask_for_backtest`` asked for; interrupted, it is begun again. Raises NoPurchases."""
    test = Backtest.objects.get(pk=run.params["backtest"], club_id=run.club.id)
    question = Question(
        run.club.id,
        parse_program(test.document),
        published_program(test.revision_id),
        test.first_day,
        test.last_day,
        test.asked_at,
        tuple(test.segments),
    )
    test.result = run_backtest(question, Telling(run))
    test.save(update_fields=["result"])
    return {"backtest": test.pk}


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
        " AND member_id IS NOT NULL AND purchased_at >= %s AND purchased_at < %s"
        f" AND {counted_purchases()}) FROM commerce_purchase WHERE club_id = %s"
        f" AND {counted_purchases()}",
        [club.id, club.day_start(first), club.day_end(last), club.id],
    )
    earliest, has_some = rows[0]
    if earliest is not None and last < club.local_date(earliest):
        raise PeriodBeforeClub(first=club.local_date(earliest).isoformat())
    if not has_some:
        raise NoPurchases
