"""Who does which kind of long work: the only place that knows them all.

A handler takes a ``TaskRun`` and returns what its page shows, as plain JSON.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from vafa.club.access import staff_actor
from vafa.club.actions.tasks import TaskRun, finish_task, running
from vafa.club.actor import Actor, system_actor
from vafa.club.models import Staff, Task
from vafa.club.reads.context import club_context
from vafa.config.sealing import public_seal_key
from vafa.core.errors import Forbidden
from vafa.core.verification import Difference
from vafa.flows import draws, ledger_checks, voucher_series
from vafa.flows.backtest import asking as backtests
from vafa.flows.bulk import KIND as BULK
from vafa.flows.bulk import carry_out as change_many
from vafa.flows.imports import asking
from vafa.flows.imports import tasks as imports
from vafa.insight.actions.readiness import KIND as READINESS
from vafa.insight.actions.readiness import readiness_task
from vafa.web.panel.forms.bulk import ACTS as BULK_ACTS
from vafa.web.panel.member_files import SHEET_KIND, write_big_sheet
from vafa.web.panel.reports.keeping import TASK_KIND as REPORT
from vafa.web.panel.reports.keeping import make_report

Handler = Callable[[TaskRun], dict[str, Any]]
_logger = logging.getLogger("vafa.jobs")


def _check_ledger(run: TaskRun) -> dict[str, Any]:
    found = ledger_checks.check_asked(run, seal_key=public_seal_key())
    if found:
        log_differences(run.club.id, found)
    return {"differences": len(found)}


HANDLERS: dict[str, Handler] = {
    REPORT: make_report,
    BULK: change_many,
    asking.LOOK: imports.look,
    asking.CHECK: imports.check,
    asking.RUN: imports.carry_out,
    asking.UNDO: imports.undo,
    SHEET_KIND: write_big_sheet,
    READINESS: readiness_task,
    backtests.KIND: backtests.carry_out,
    voucher_series.MAKE: voucher_series.carry_out_making,
    draws.FREEZE: draws.carry_out_freeze,
    ledger_checks.KIND: _check_ledger,
}


# What who asked for it must still be allowed when it is done.
_NEEDED: dict[str, str] = {
    REPORT: "reports.view",
    asking.LOOK: "imports.run",
    asking.CHECK: "imports.run",
    asking.RUN: "imports.run",
    asking.UNDO: "imports.run",
    SHEET_KIND: "members.export",
    READINESS: "club.settings",
    backtests.KIND: "program.edit",
    voucher_series.MAKE: "codes.edit",
    draws.FREEZE: "draws.run",
    ledger_checks.KIND: "ledger.check",
}
assert HANDLERS.keys() == {*_NEEDED, BULK}, "work that anybody might have done"
_BULK_NEEDED = {act: needed for act, _words, needed in BULK_ACTS} | {"undo": "members.edit"}


def carry_out_task(club_id: int, task_id: int) -> None:
    """Do what was asked for, unless it was stopped while it waited.

    A refusal is kept with the task for its page; any other exception is raised again.
    """
    task = Task.objects.get(pk=task_id, club_id=club_id)
    if task.finished_at is not None:
        return
    actor = _actor(task)
    with running(club_context(club_id), actor or system_actor(club_id), task) as run:
        if actor is None or not _still_may(actor, task):
            raise Forbidden
        finish_task(task.pk, HANDLERS[task.kind](run))


def log_differences(club_id: int, found: Sequence[Difference]) -> None:
    """Say in the log that a ledger does not add up."""
    _logger.error(
        "the ledger of club %s does not add up: %s differences, the first: %s",
        club_id,
        len(found),
        " / ".join(found[0]),
    )


def _still_may(actor: Actor, task: Task) -> bool:
    if actor.kind != "staff":
        return True
    if task.kind != BULK:
        needed = _NEEDED.get(task.kind)
        return needed is None or actor.may(needed)
    approved = task.params["act"] == "points" and "asked_by" in task.params
    return actor.may("corrections.approve" if approved else _BULK_NEEDED[task.params["act"]])


def _actor(task: Task) -> Actor | None:
    """Who asked, as she is today; None for somebody who has left since."""
    if task.staff_id is None:
        return system_actor(task.club_id)
    staff = Staff.objects.filter(pk=task.staff_id, is_active=True).select_related("user").first()
    return staff_actor(staff) if staff else None
