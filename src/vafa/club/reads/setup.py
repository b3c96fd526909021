"""How far a club is set up, and what was answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from vafa.club.models import ClubSetup
from vafa.club.rules.setup import BEGUN, DONE, STEPS, next_step


class Answer(NamedTuple):
    """The newest answers of a step: who gave them and when."""

    answers: dict[str, Any]
    version: int
    actor: str
    at: datetime


class SetupState(NamedTuple):
    """The newest answers by step, marks (``begun``, ``readiness``, ``done``) among them."""

    steps: dict[str, Answer]

    def of(self, step: str) -> dict[str, Any]:
        """What was answered in a step; nothing where it was not."""
        found = self.steps.get(step)
        return dict(found.answers) if found else {}

    @property
    def reached(self) -> int:
        """How many of the seven steps are answered."""
        return sum(step in self.steps for step in STEPS)

    @property
    def next(self) -> str:
        """The step to go on with; "" when all seven are answered."""
        return next_step(self.steps)

    @property
    def is_under_way(self) -> bool:
        """Begun, and not ended."""
        return BEGUN in self.steps and DONE not in self.steps


def setup_state(club_id: int) -> SetupState:
    """How far the club is, in one query."""
    rows = ClubSetup.objects.filter(club_id=club_id).order_by("step", "-version").distinct("step")
    return SetupState({r.step: Answer(r.answers, r.version, r.actor, r.made_at) for r in rows})
