"""Bring a business's purchase history in from a file: the story from rows to the closing account.

The file is read once; lines wait on disk until they are bills in order of time, since points and
tiers depend on it; then bills are recorded in batches, each a transaction of its own. An import
that was interrupted is simply run again: what is there already is passed over.
"""

from __future__ import annotations

import itertools
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction

from vafa.club.actions.audit import Thing, record_audit
from vafa.club.actor import import_actor
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.errors import DomainError
from vafa.core.progress import Progress, SilentProgress
from vafa.flows.imports.errors import CannotWrite
from vafa.flows.imports.plan import Plan
from vafa.flows.imports.recording import Recorder
from vafa.flows.imports.refused_file import refused_path, write_refused
from vafa.flows.imports.rows import Line, RowRules, bill_reader, row_reader
from vafa.flows.imports.staging import Bill, Staging
from vafa.flows.imports.summary import Summary
from vafa.flows.upkeep import run_upkeep

BATCH_BILLS = 2000
BATCH_LINES = 20_000
_PIECE = 5000
LABELS = {
    "read": {"fa": "خواندن فایل", "en": "Reading the file"},
    "record": {"fa": "ثبت خریدها", "en": "Recording purchases"},
    "check": {"fa": "بررسی خریدها", "en": "Checking purchases"},
    "expire": {"fa": "انقضای امتیازهای قدیمی", "en": "Expiring old points"},
}


def import_purchases(
    club: ClubContext,
    plan: Plan,
    *,
    grant_points: bool = True,
    dry_run: bool = False,
    language: str = "en",
    refused_to: Path | None = None,
    progress: Progress | None = None,
    batch_bills: int = BATCH_BILLS,
    data_import: int = 0,
    by: str = "",
) -> Summary:
    """Read the planned file into the club; returns the closing account.

    Refused rows, with reasons in ``language``, go to ``refused_to`` (default: beside the input;
    nothing is written when none was refused). ``grant_points`` False records facts only.
    ``data_import`` is the number of the import that everything will name, ``by`` the label of who
    brings it in (default: the import itself). Raises
    CannotWrite, NoLiveProgram, and BrokenFile when the file breaks off (nothing is recorded yet).
    """
    target = refused_to or refused_path(plan.table.path)
    if not os.access(target.parent, os.W_OK):
        raise CannotWrite(path=str(target))
    bar = progress or SilentProgress()
    summary = Summary(dry_run=dry_run)
    who = by or import_actor(club.id, data_import).label
    _audit(club, plan, summary, who, "import.started", {})
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vafa-import-") as folder:
        staging = Staging(Path(folder))
        try:
            _read(club, plan, staging, summary, language, bar)
            bills = staging.put_together(by_lines=plan.columns.by_lines)
            recorder = Recorder(
                club, plan, staging, summary, now(), grant_points, language, data_import
            )
            bar.start(bills, LABELS["check" if dry_run else "record"][language])
            for batch in _batches(staging.bills(), batch_bills):
                recorder.record(batch)
                bar.advance(len(batch))
            bar.finish()
            _expire(club, summary, language, bar)
            summary.rows_refused = staging.refused_count()
            if summary.rows_refused:
                summary.refused_path = target
                hidden = plan.columns.columns.get("payment_card")
                write_refused(target, plan.table, staging.refusals(), language, hidden=hidden)
        finally:
            staging.close()
    summary.seconds = time.monotonic() - began
    _audit(
        club,
        plan,
        summary,
        who,
        "import.finished",
        {
            "rows": summary.rows,
            "rows_refused": summary.rows_refused,
            "purchases": summary.purchases.bills,
            "amount": summary.purchases.amount,
            "returns": summary.returns.bills,
            "members": summary.members,
        },
    )
    return summary


def rules_of(club: ClubContext, plan: Plan) -> RowRules:
    """What is needed to understand the rows of the planned file, now."""
    return RowRules(
        plan.columns,
        plan.style,
        plan.unit,
        club.tz,
        plan.branches,
        plan.branch_id,
        plan.cancel_prefix,
        now(),
        plan.attributes,
    )


def _audit(
    club: ClubContext, plan: Plan, summary: Summary, by: str, action: str, after: dict[str, int]
) -> None:
    """An import is many transactions: its beginning and its end are audited, each by itself."""
    if not summary.dry_run:
        with transaction.atomic():
            file = Thing("file", plan.table.path.name[:40], plan.table.path.name)
            record_audit(club.id, by, action, file, after=after)


def _read(
    club: ClubContext,
    plan: Plan,
    staging: Staging,
    summary: Summary,
    language: str,
    progress: Progress,
) -> None:
    """Every row becomes a line on disk, or a refusal."""
    rules = rules_of(club, plan)
    read, bill_of = row_reader(rules), bill_reader(rules)
    progress.start(plan.table.row_count, LABELS["read"][language])
    rows = plan.table.rows()
    while piece := list(itertools.islice(rows, _PIECE)):
        lines: list[Line] = []
        refused: list[tuple[int, int, str, str]] = []
        for row in piece:
            if row.error is not None:
                refused.append((row.line, 0, "", row.error.message(language)))
                continue
            try:
                lines.append(read(row.line, row.cells))
            except DomainError as error:
                refused.append((row.line, *bill_of(row.cells), error.message(language)))
        staging.add(lines)
        staging.refuse(refused)
        summary.rows += len(piece)
        progress.advance(len(piece))
    progress.finish()


def _batches(bills: Iterator[Bill], size: int) -> Iterator[list[Bill]]:
    """At most ``size`` bills, and not many lines, at a time."""
    batch: list[Bill] = []
    lines = 0
    for bill in bills:
        batch.append(bill)
        lines += len(bill.lines)
        if len(batch) >= size or lines >= BATCH_LINES:
            yield batch
            batch, lines = [], 0
    if batch:
        yield batch


def _expire(club: ClubContext, summary: Summary, language: str, progress: Progress) -> None:
    """Points of old purchases have had their time meanwhile."""
    if summary.points and not summary.dry_run:
        progress.start(None, LABELS["expire"][language])
        run_upkeep(club, progress=progress)
        progress.finish()
