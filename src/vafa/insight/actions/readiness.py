"""Work out what a club's history says, and keep it for the pages."""

from __future__ import annotations

from typing import Any

from vafa.club.actions.setup import save_step
from vafa.club.actions.tasks import TaskRun
from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.club.reads.setup import SetupState
from vafa.club.rules.setup import READINESS
from vafa.insight.reads.readiness import History, history_span, read_history

KIND = "readiness"


def work_out_readiness(club: ClubContext, actor: Actor) -> History | None:
    """Read the history and keep its figures; None where nothing was ever bought."""
    span = history_span(club)
    if span is None:
        return None
    found = read_history(club, span)
    save_step(club.id, READINESS, found._asdict(), by=actor.label)
    return found


def readiness_task(run: TaskRun) -> dict[str, Any]:
    """The same as long work, for a club of many bills."""
    run.tell(0, 1)
    found = work_out_readiness(run.club, run.actor)
    return {"bills": found.bills if found else 0}


def kept_history(state: SetupState) -> History | None:
    """The figures that were kept last."""
    kept = state.of(READINESS)
    return History(**kept) if kept else None
