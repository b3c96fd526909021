"""When a challenge is met, and what breaks it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from vafa.program.rules.document import Challenge


class Bought(NamedTuple):
    """What is left of a purchase: which categories it has; one that came back whole is none."""

    id: int
    at: datetime
    categories: frozenset[int]


def met_by(
    challenge: Challenge, last: Bought, earlier: Sequence[Bought], used: Collection[int]
) -> list[int] | None:
    """The purchases that meet the challenge with ``last``, in the days before it and with it; None
    where it is not met. Each purchase counts for one time that it is met: ``used`` have."""
    since = last.at - timedelta(days=challenge.days)
    counting = [b for b in earlier if since < b.at <= last.at and b.id not in used] + [last]
    if not _is_met(challenge, counting):
        return None
    return [b.id for b in counting]


class Reached(NamedTuple):
    """How far somebody is: ``done`` of the challenge's count; ``until`` when the oldest purchase of
    them no longer counts, None while none does."""

    done: int
    until: datetime | None


def reached(
    challenge: Challenge, bought: Sequence[Bought], used: Collection[int], now: datetime
) -> Reached:
    """How far somebody who ``bought`` this (oldest first) is at ``now``; ``used`` count no more."""
    days = timedelta(days=challenge.days)
    counting = [b for b in bought if now - days < b.at <= now and b.id not in used]
    if not counting:
        return Reached(0, None)
    return Reached(min(_count(challenge, counting), challenge.count), counting[0].at + days)


def still_met(challenge: Challenge, left: Sequence[Bought]) -> bool:
    """Whether what is left of the purchases that met it still would."""
    return _is_met(challenge, left)


def _is_met(challenge: Challenge, counting: Sequence[Bought]) -> bool:
    return _count(challenge, counting) >= challenge.count


def _count(challenge: Challenge, counting: Sequence[Bought]) -> int:
    if challenge.kind == "categories":
        return len({c for b in counting for c in b.categories})
    return len(counting)
