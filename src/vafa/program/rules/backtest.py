"""What a back-test counts: a draft beside what really happened. Pure.

A tally is plain numbers under plain keys, so that parts of it (of some members, in another
process) are added up in any order and travel as JSON.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

# What a line of a table counts, in this order. ``draft`` is what the draft gives, ``real`` what
# was really given: points, points that returns took back, credit, credit taken back.
COLUMNS = (
    *("purchases", "sales"),
    *("draft_points", "draft_back", "draft_credit", "draft_credit_back"),
    *("real_points", "real_back", "real_credit", "real_credit_back"),
)
DRAFT, REAL = 2, 6
_ZEROES = [0] * len(COLUMNS)
# Of a rule: points, credit, tier points of the draft and how often it gave anything; the same of
# what really happened; and what limits held back of the draft.
RULE_COLUMNS = (
    *("draft_points", "draft_credit", "draft_tier", "draft_times"),
    *("real_points", "real_credit", "real_tier", "real_times"),
    "held_back",
)
_RULE = [0] * len(RULE_COLUMNS)
# Of what a rule does beside giving an amount: how often, for how many members, and how much (chances,
# or what vouchers are worth in the smallest unit of money); then the same of what really happened.
DEED_COLUMNS = (
    *("draft_times", "draft_members", "draft_amount"),
    *("real_times", "real_members", "real_amount"),
)
TABLES = ("all", "branch", "month", "segment", "kind")


class Tally:
    """Counters of a back-test.

    ``tables``: "all", "branch", "month" (first day), "segment" to lines of ``COLUMNS``, and "kind"
    of what is no purchase, where the first two columns count how often it gave something, by the
    draft and really; ``rules``: of each rule (or ``tier:`` and a tier) ``RULE_COLUMNS``; ``deeds``:
    of each ``deed_name`` ``DEED_COLUMNS``; ``tiers``: (real, draft) at the end to members; ``full``:
    limits that were used up, to the first day.
    """

    __slots__ = ("deeds", "full", "members", "rules", "tables", "tiers")

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, list[int]]] = {name: {} for name in TABLES}
        self.deeds: dict[str, list[int]] = {}
        self.rules: dict[str, list[int]] = {}
        self.tiers: dict[tuple[str, str], int] = {}
        self.full: dict[str, date] = {}
        self.members = 0

    def line(self, table: str, key: str) -> list[int]:
        """The counters of a line, to be added to."""
        lines = self.tables[table]
        found = lines.get(key)
        if found is None:
            found = lines[key] = _ZEROES.copy()
        return found

    def rule(self, key: str) -> list[int]:
        """The counters of a rule, to be added to."""
        found = self.rules.get(key)
        if found is None:
            found = self.rules[key] = _RULE.copy()
        return found

    def deed(self, name: str) -> list[int]:
        """The counters of a ``deed_name``, to be added to."""
        found = self.deeds.get(name)
        if found is None:
            found = self.deeds[name] = [0] * len(DEED_COLUMNS)
        return found

    def stands(self, real: str, draft: str, members: int = 1) -> None:
        """So many members are in tier ``real`` at the end and would be in ``draft``."""
        self.tiers[real, draft] = self.tiers.get((real, draft), 0) + members

    def is_full(self, limit: str, day: date) -> None:
        """A limit was used up on ``day`` (of several days the first one counts)."""
        first = self.full.get(limit)
        if first is None or day < first:
            self.full[limit] = day

    def add(self, other: Tally) -> None:
        """Count everything that ``other`` has counted."""
        for table, lines in other.tables.items():
            for key, counted in lines.items():
                _sum_into(self.line(table, key), counted)
        for key, counted in other.rules.items():
            _sum_into(self.rule(key), counted)
        for key, counted in other.deeds.items():
            _sum_into(self.deed(key), counted)
        for (real, draft), members in other.tiers.items():
            self.stands(real, draft, members)
        for limit, day in other.full.items():
            self.is_full(limit, day)
        self.members += other.members

    def as_json(self) -> dict[str, Any]:
        """The counters as a JSON value."""
        return {
            "tables": self.tables,
            "rules": self.rules,
            "deeds": dict(sorted(self.deeds.items())),
            "tiers": [[*pair, members] for pair, members in sorted(self.tiers.items())],
            "full": {limit: day.isoformat() for limit, day in sorted(self.full.items())},
            "members": self.members,
        }

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Tally:
        """The tally that ``as_json`` was made of."""
        made = cls()
        made.tables = {name: dict(lines) for name, lines in value["tables"].items()}
        made.rules = dict(value["rules"])
        made.deeds = dict(value["deeds"])
        made.tiers = {(real, draft): members for real, draft, members in value["tiers"]}
        made.full = {limit: date.fromisoformat(day) for limit, day in value["full"].items()}
        made.members = value["members"]
        return made


def deed_name(rule: str, kind: str, month: str = "") -> str:
    """What a rule does, of one kind, in the month with that first day ("": in all of them)."""
    return f"{rule}|{kind}|{month}"


def read_deed_name(name: str) -> tuple[str, str, str]:
    """The rule, the kind and the month of a ``deed_name``."""
    rule, kind, month = name.split("|")
    return rule, kind, month


def _sum_into(counted: list[int], more: Sequence[int]) -> None:
    for i, n in enumerate(more):
        if n:
            counted[i] += n


class TierLog:
    """What counts for a member's tier, by the moment at which it counts."""

    __slots__ = ("_moments", "_points")

    def __init__(self) -> None:
        self._moments: list[datetime] = []
        self._points: list[int] = []

    def add(self, at: datetime, points: int) -> None:
        """Points (negative: taken back) that count at ``at``."""
        moments = self._moments
        if not moments or at >= moments[-1]:
            moments.append(at)
            self._points.append(points)
            return
        place = bisect_right(moments, at)
        moments.insert(place, at)
        self._points.insert(place, points)

    def between(self, since: datetime, until: datetime) -> int:
        """The sum of what counts from ``since`` up to and with ``until``."""
        moments = self._moments
        first = bisect_left(moments, since)
        if first == 0 and (not moments or moments[-1] <= until):
            return sum(self._points)
        return sum(self._points[first : bisect_right(moments, until)])

    def facts(self, since: datetime, until: datetime) -> list[tuple[datetime, int]]:
        """Each by itself, from ``since`` up to and with ``until``."""
        some = slice(bisect_left(self._moments, since), bisect_right(self._moments, until))
        return list(zip(self._moments[some], self._points[some], strict=True))

    def pour_into(self, other: TierLog) -> None:
        """Everything counts for ``other`` from now on, at the same moments."""
        for at, points in zip(self._moments, self._points, strict=True):
            other.add(at, points)
        self._moments, self._points = [], []


class Economy(NamedTuple):
    """A unit of the club from its beginning to the end of the period: what was given (less what
    returns took back), spent (less what came back) and expired (less what was revived)."""

    given: int
    spent: int
    expired: int

    @property
    def left(self) -> int:
        """What members had at the end, pending and set aside included."""
        return self.given - self.spent - self.expired


class Outlook(NamedTuple):
    """``liability``: what members could still spend at the end; ``breakage``: what of it will
    probably expire, None where nothing has been spent or has expired yet."""

    liability: int
    breakage: int | None


def outlook(real: Economy, more: int) -> Outlook:
    """What would stand open had ``more`` (negative: less) been given.

    liability = left + more × left / given, rounded down: of what is given more, the same share is
    still there at the end as of everything that was ever given.
    breakage = liability × expired / (spent + expired): what is left goes the way of what has gone.
    With ``more`` 0 both are those of what really happened.
    """
    liability = real.left + (more * real.left // real.given if real.given > 0 else more)
    gone = real.spent + real.expired
    return Outlook(liability, liability * real.expired // gone if gone > 0 else None)
