"""Bring in a file of members, products, opening balances or codes: the story from rows to the
closing account.

Rows are recorded in batches, each a transaction of its own. What is there already is passed over,
so an import that was interrupted is simply run again.
"""

from __future__ import annotations

import itertools
import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from vafa.club.actions.audit import Thing, record_audit
from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.errors import DomainError
from vafa.core.progress import Progress, SilentProgress
from vafa.flows.imports.errors import CannotWrite
from vafa.flows.imports.list_plan import ListPlan
from vafa.flows.imports.list_recording import Work, recorder_of
from vafa.flows.imports.list_rows import Item, list_reader
from vafa.flows.imports.list_summary import ListSummary
from vafa.flows.imports.refused_file import refused_path, write_refused
from vafa.flows.imports.staging import Staging

BATCH = 1000
LABELS = {
    False: {"fa": "آوردن سطرها", "en": "Bringing rows in"},
    True: {"fa": "بررسی سطرها", "en": "Checking rows"},
}


def import_list(
    club: ClubContext,
    plan: ListPlan,
    data_import: int,
    *,
    by: Actor,
    welcome: bool = False,
    series: Mapping[str, Any] | None = None,
    dry_run: bool = False,
    language: str = "en",
    refused_to: Path | None = None,
    progress: Progress | None = None,
) -> ListSummary:
    """Read the planned file into the club as part of the import ``data_import`` (0: a dry run
    of none); returns the closing account.

    ``by`` is who brings it in; ``welcome`` grants new members what joining brings; ``series`` are
    the terms of codes. Refused rows, with reasons in ``language``, go to ``refused_to`` (default:
    beside the input). Raises CannotWrite, NoLiveProgram, LedgerFrozen, InvalidInput (a term of the
    series), and BrokenFile when the file breaks off.
    """
    target = refused_to or refused_path(plan.table.path)
    if not os.access(target.parent, os.W_OK):
        raise CannotWrite(path=str(target))
    summary = ListSummary(plan.kind.name, dry_run)
    began = time.monotonic()
    _audit(club, plan, summary, by, "import.started", {})
    with tempfile.TemporaryDirectory(prefix="vafa-import-") as folder:
        staging = Staging(Path(folder))
        try:
            work = Work(
                *(club, plan, staging, summary, now(), language, data_import, by),
                welcome=welcome,
                series=series or {},
            )
            _record(work, progress or SilentProgress())
            summary.refused = staging.refused_count()
            if summary.refused:
                summary.refused_path = target
                write_refused(target, plan.table, staging.refusals(), language)
        finally:
            staging.close()
    summary.seconds = time.monotonic() - began
    _audit(club, plan, summary, by, "import.finished", summary.counts())
    return summary


def _record(work: Work, progress: Progress) -> None:
    read, recorder = list_reader(work.plan, work.club, work.now), recorder_of(work)
    progress.start(work.plan.table.row_count, LABELS[work.summary.dry_run][work.language])
    rows = work.plan.table.rows()
    while piece := list(itertools.islice(rows, BATCH)):
        accepted: list[tuple[int, Item]] = []
        for row in piece:
            try:
                if row.error is not None:
                    raise row.error
                accepted.append((row.line, read(row.cells)))
            except DomainError as error:
                work.refuse(row.line, error)
        recorder.record(accepted)
        work.summary.rows += len(piece)
        progress.advance(len(piece))
    recorder.finish()
    progress.finish()


def _audit(
    club: ClubContext,
    plan: ListPlan,
    summary: ListSummary,
    by: Actor,
    action: str,
    after: Mapping[str, Any],
) -> None:
    """An import is many transactions: its beginning and its end are audited, each by itself."""
    if not summary.dry_run:
        with transaction.atomic():
            file = Thing("file", plan.table.path.name[:40], plan.table.path.name)
            record_audit(club.id, by.label, action, file, after=after)
