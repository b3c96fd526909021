"""The way on which a club is set up: seven steps, each saved as it is answered. Pure."""

from __future__ import annotations

from collections.abc import Collection

STEPS = ("aim", "groups", "gains", "membership", "talk", "business", "fields")
# Written when the way begins, when the history was looked at, and when the owner has ended it.
BEGUN, READINESS, DONE = "begun", "readiness", "done"
MARKS = (BEGUN, READINESS, DONE)


def next_step(answered: Collection[str]) -> str:
    """The first step that nobody answered yet; "" when all are."""
    return next((step for step in STEPS if step not in answered), "")


def neighbours(step: str) -> tuple[str, str]:
    """The steps before and after one of the seven, "" where there is none."""
    place = STEPS.index(step)
    before = STEPS[place - 1] if place else ""
    after = STEPS[place + 1] if place + 1 < len(STEPS) else ""
    return before, after
