"""Which tier facts reach on a day: a pure function of the facts and the date (docs/tiers.md).

    sum(e)    = what counts in the window of day e
    earned(e) = the highest tier whose threshold sum(e) reaches
    tier(d)   = the highest of earned(e), less the steps lost since e, over all days e up to d

where downgrade "earned" looks only at the days of the grace, "none" loses no step, and
"one_step" loses one with every period after the grace.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

from vafa.ledger.rules.dates import BookDates, end_of_day
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.tier_terms import TierTerms
from vafa.program.rules.tier_windows import (
    DAY,
    first_counted,
    last_counted,
    latest_loss,
    steps_lost,
)

_ALWAYS = datetime(1, 1, 1, tzinfo=UTC)


class TierFact(NamedTuple):
    """Something that counts: when, and how much (less what was taken back of it)."""

    at: datetime
    amount: int


class Outlook(NamedTuple):
    """A member's tier on a day and what would change it.

    ``counted`` is the sum of the day's window; ``missing`` to ``above``. Without anything more
    she falls to ``falls_to`` after ``keep_until`` (None: she does not); ``missing_to_keep``
    prevents that, None where what she does today no longer would.
    """

    tier: Tier | None
    counted: int
    above: Tier | None
    missing: int
    keep_until: date | None
    falls_to: Tier | None
    missing_to_keep: int | None


def tier_for(program: Program, counted: int, closed: Collection[str] = frozenset()) -> Tier | None:
    """The highest tier that ``counted`` reaches, without those that are ``closed`` to her (their
    codes); None below all of them."""
    reached = None
    for tier in program.tiers:
        if tier.least <= counted and tier.code not in closed:
            reached = tier
    return reached


def next_tier(program: Program, counted: int) -> Tier | None:
    """The first tier that ``counted`` does not reach; None at the top."""
    return next((tier for tier in program.tiers if tier.least > counted), None)


def tier_at(
    program: Program,
    facts: Iterable[TierFact],
    at: datetime,
    dates: BookDates,
    closed: Collection[str] = frozenset(),
) -> Tier | None:
    """The tier at a moment, by the facts up to it; their order does not matter. ``closed``: the
    codes of the tiers for segments in which she is not."""
    terms = program.tier_terms
    if not program.tiers:
        return None
    if terms.is_plain and terms.basis != "visits":
        first = first_counted(terms, dates.day(at), dates.calendar)
        since = _ALWAYS if first is None else end_of_day(first - DAY, dates.zone)
        return tier_for(program, sum([f.amount for f in facts if since <= f.at <= at]), closed)
    days = _days(terms, facts, at, dates)
    level = _open_level(program, _level(program, days, dates.day(at), dates), closed)
    return _of_level(program, level)


def outlook(
    program: Program,
    facts: Iterable[TierFact],
    at: datetime,
    dates: BookDates,
    closed: Collection[str] = frozenset(),
) -> Outlook:
    """The tier at a moment, and what of it changes if nothing more happens."""
    terms, day = program.tier_terms, dates.day(at)
    days = _days(terms, facts, at, dates)
    counted = days.total(first_counted(terms, day, dates.calendar), day)
    reached = _level(program, days, day, dates)
    level = _open_level(program, reached, closed)
    tier = _of_level(program, level)
    above = next((t for t in program.tiers[reached:] if t.code not in closed), None)
    missing = above.least - counted if above else 0
    loss = _loss(program, days, day, level, dates)
    if tier is None or loss is None:
        return Outlook(tier, counted, above, missing, None, None, None)
    first = first_counted(terms, loss, dates.calendar)
    can_keep = first is None or first <= day
    to_keep = tier.least - days.total(first, loss) if can_keep else None
    left = _open_level(program, _level(program, days, loss, dates), closed)
    falls_to = _of_level(program, left)
    return Outlook(tier, counted, above, missing, loss - DAY, falls_to, to_keep)


def tier_progress(now: Outlook) -> tuple[int, int] | None:
    """(what counts since the tier began, all that lies between it and the next); None at the top."""
    if now.above is None:
        return None
    floor = now.tier.least if now.tier else 0
    return max(now.counted - floor, 0), now.above.least - floor


class _Days:
    """Amounts of days, summed up."""

    def __init__(self, amounts: dict[date, int]) -> None:
        self.days: Sequence[date] = sorted(amounts)
        self._sums = [0, *accumulate(amounts[day] for day in self.days)]

    def total(self, first: date | None, last: date) -> int:
        """The sum from ``first`` (None: from the beginning) to ``last``, both included."""
        low = 0 if first is None else bisect_left(self.days, first)
        return self._sums[bisect_right(self.days, last)] - self._sums[low]


def _days(terms: TierTerms, facts: Iterable[TierFact], at: datetime, dates: BookDates) -> _Days:
    amounts: dict[date, int] = {}
    for fact in facts:
        if fact.at <= at:
            day = dates.day(fact.at)
            amounts[day] = amounts.get(day, 0) + fact.amount
    if terms.basis == "visits":
        # However many bills: a bill in pieces is no second visit.
        amounts = {day: min(count, 1) for day, count in amounts.items()}
    return _Days(amounts)


def _open_level(program: Program, level: int, closed: Collection[str]) -> int:
    """The highest level up to this one that is open to her."""
    while level and program.tiers[level - 1].code in closed:
        level -= 1
    return level


def _of_level(program: Program, level: int) -> Tier | None:
    return program.tiers[level - 1] if level else None


def _earned(program: Program, days: _Days, day: date, dates: BookDates) -> int:
    """How many tiers the window of a day reaches."""
    total = days.total(first_counted(program.tier_terms, day, dates.calendar), day)
    return sum(tier.least <= total for tier in program.tiers)


def _level(program: Program, days: _Days, day: date, dates: BookDates) -> int:
    terms = program.tier_terms
    top = _earned(program, days, day, dates)
    if terms.is_plain:
        return top
    since = None
    if terms.downgrade == "earned":
        since = day - timedelta(days=terms.grace_days)
    for earlier in _ends(terms, days, since, day, dates):
        lost = steps_lost(terms, earlier, day, dates.calendar)
        if top + lost < len(program.tiers):
            top = max(top, _earned(program, days, earlier, dates) - lost)
    return top


def _ends(
    terms: TierTerms, days: _Days, since: date | None, until: date, dates: BookDates
) -> set[date]:
    """The last day of every stretch in which the window's sum stays the same, from ``since`` to
    before ``until``: no other day of it can stand for more."""
    found = set()
    for fact in days.days:
        found.add(fact - DAY)
        last = last_counted(terms, fact, dates.calendar)
        if last is not None:
            found.add(last)
    return {day for day in found if day < until and (since is None or day >= since)}


def _loss(program: Program, days: _Days, day: date, level: int, dates: BookDates) -> date | None:
    """The first day on which the tier is lower if nothing more happens; None: there is none."""
    terms = program.tier_terms
    if terms.window == "ever" or terms.downgrade == "none" or not level:
        return None
    held, lost = day, latest_loss(terms, day, dates.calendar)
    if _level(program, days, lost, dates) >= level:
        return None
    while lost - held > DAY:
        middle = held + (lost - held) // 2
        if _level(program, days, middle, dates) >= level:
            held = middle
        else:
            lost = middle
    return lost
