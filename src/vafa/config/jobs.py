"""Jobs that the worker does by the clock."""

from __future__ import annotations

import logging
from datetime import timedelta

from procrastinate.contrib.django import app

from vafa.club.actions.login_cleanup import forget_old_logins
from vafa.club.models import Club
from vafa.club.reads.context import club_context
from vafa.core.clock import now
from vafa.flows.upkeep import run_upkeep

_logger = logging.getLogger("vafa.jobs")


@app.periodic(cron="1 * * * *")
@app.task(name="upkeep", queueing_lock="upkeep", pass_context=False)
def upkeep(timestamp: int) -> None:
    """Mature and expire what is due in every club; hourly, since every zone has its midnight.

    A club that fails does not keep the others from theirs; the job then fails as a whole, so
    that it is seen.
    """
    failed: list[int] = []
    for club_id in Club.objects.order_by("id").values_list("id", flat=True):
        try:
            run_upkeep(club_context(club_id))
        except Exception:
            _logger.exception("upkeep of club %s failed", club_id)
            failed.append(club_id)
    if failed:
        raise RuntimeError(f"upkeep failed for clubs {failed}")


@app.periodic(cron="23 * * * *")
@app.task(name="forget_logins", queueing_lock="forget_logins", pass_context=False)
def forget_logins(timestamp: int) -> None:
    """Delete one-time codes and failed logins that no limit looks at any more."""
    forget_old_logins(now() - timedelta(days=1))
