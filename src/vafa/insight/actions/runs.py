"""The sendings of scheduled reports: each due time once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from vafa.club.reads.context import club_context
from vafa.core.clock import now
from vafa.core.db import execute, fetch
from vafa.core.errors import Forbidden
from vafa.insight.actions.saved import times_of
from vafa.insight.models import ReportRun, ReportSchedule
from vafa.insight.rules.sending_times import next_due

# Longer than a report may take to be made (``reads.reports.asking.JOB_SECONDS``).
_BROKEN_OFF = timedelta(minutes=40)
_MOST_TRIES = 3
# What was due while nothing ran is sent once, for its newest time, and not at all after a day.
_TOO_LATE = timedelta(days=1)


class Due(NamedTuple):
    """A run that is ours to make; ``tries`` with this one."""

    run_id: int
    tries: int


def clubs_with_schedules() -> list[int]:
    """The clubs in which reports are sent."""
    found = ReportSchedule.objects.order_by("club_id").values_list("club_id", flat=True)
    return list(found.distinct())


def claim_due(club_id: int, at: datetime) -> list[Due]:
    """Write a run for each schedule of a club that is due, and set it to its next time."""
    club = club_context(club_id)
    with transaction.atomic(durable=True):
        due = list(
            ReportSchedule.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(club_id=club_id, is_on=True, next_at__lte=at)
            .order_by("next_at", "id")
        )
        found = []
        for schedule in due:
            moment, after = schedule.next_at, schedule.next_at
            while after <= at:
                moment = after
                after = next_due(times_of(schedule), after, club.tz, club.calendar)
            schedule.next_at = after
            schedule.save(update_fields=["next_at"])
            if moment < at - _TOO_LATE:
                continue
            run, is_new = ReportRun.objects.get_or_create(
                schedule=schedule, due_at=moment, defaults={"told_at": at, "tries": 1}
            )
            if is_new:
                found.append(Due(run.pk, 1))
    return found


def unfinished(club_id: int, at: datetime) -> list[Due]:
    """Runs that broke off, taken up again; those that did so too often have failed."""
    with transaction.atomic(durable=True):
        rows = fetch(
            "UPDATE insight_reportrun r SET tries = tries + 1, told_at = %s"
            " FROM insight_reportschedule s WHERE s.id = r.schedule_id AND s.club_id = %s"
            " AND r.state = 'making' AND r.told_at < %s AND r.tries < %s RETURNING r.id, r.tries",
            [at, club_id, at - _BROKEN_OFF, _MOST_TRIES],
        )
        execute(
            "UPDATE insight_reportrun r SET state = 'failed', trouble = 'broken_off'"
            " FROM insight_reportschedule s WHERE s.id = r.schedule_id AND s.club_id = %s"
            " AND r.state = 'making' AND r.told_at < %s",
            [club_id, at - _BROKEN_OFF],
        )
    return [Due(*row) for row in rows]


def finish_run(due: Due, *, receivers: int = 0, trouble: str = "") -> None:
    """Note how it ended; a schedule whose maker lost her rights stands still from now on."""
    with transaction.atomic():
        ReportRun.objects.filter(pk=due.run_id, tries=due.tries).update(
            state="failed" if trouble else "sent",
            receivers=receivers,
            trouble=trouble,
            told_at=now(),
        )
        told: dict[str, object] = {"trouble": trouble}
        if trouble == Forbidden.code:
            told["is_on"] = False
        ReportSchedule.objects.filter(runs__pk=due.run_id).update(**told)
