"""Keep what was answered while a club is set up: nothing is overwritten, the newest holds."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max

from vafa.club.actions.audit import Thing, record_audit
from vafa.club.models import ClubSetup
from vafa.club.rules.setup import BEGUN, DONE, MARKS, STEPS
from vafa.core.db import fetch
from vafa.core.errors import InvalidInput


def save_step(club_id: int, step: str, answers: dict[str, Any], *, by: str) -> None:
    """The answers of a step (a JSON object); the same again writes nothing. ``by`` is the label
    of who answered. Raises InvalidInput for a step that is none."""
    if step not in STEPS and step not in MARKS:
        raise InvalidInput(field="step")
    with transaction.atomic():
        # Two windows that save at once take turns.
        fetch("SELECT pg_advisory_xact_lock(hashtext('club_clubsetup'), %s)", [club_id])
        rows = ClubSetup.objects.filter(club_id=club_id, step=step)
        newest = rows.order_by("-version").first()
        if newest is not None and newest.answers == answers:
            return
        last = rows.aggregate(last=Max("version"))["last"] or 0
        ClubSetup.objects.create(
            club_id=club_id, step=step, version=last + 1, answers=answers, actor=by
        )
        if step == BEGUN:
            return
        action = "setup.done" if step == DONE else "setup.saved"
        record_audit(club_id, by, action, Thing("setup", step), after={"step": step})
