"""Counters of limits: read and locked last of all, drawn on in memory, written at the end.

Locked after wallets and vouchers, in the order of their numbers, by everybody; so a budget that
all share is exact under any load, and costs its waiters no deadlock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from vafa.core.db import Table, dumps, execute, fetch, recordset
from vafa.core.ids import next_ids
from vafa.core.jalali import Calendar
from vafa.program.rules.allowances import Allowance, OfRules, drawn, period_of
from vafa.program.rules.earning import Part

Counted = list[tuple[int, int, int]]  # (counter, points, times), as a decision keeps it
# The allowances of rules at a branch of a merchant (0: nowhere).
LimitsAt = Callable[[int, int], OfRules]
_TABLE = Table(
    "program_counter",
    (
        ("id", "bigint"),
        ("club_id", "bigint"),
        ("scope", "text"),
        ("scope_id", "bigint"),
        ("per", "text"),
        ("since", "date"),
        ("what", "text"),
    ),
)
_KEY = _TABLE.columns[2:]
_ON = " AND ".join(f"c.{name} = k.{name}" for name, _ in _KEY)
_COLUMNS = "c.scope, c.scope_id, c.per, c.since, c.what, c.id, c.points, c.times"
_READ = f"SELECT {_COLUMNS} FROM {recordset(_KEY, 'k')} JOIN program_counter c ON c.club_id = %s AND {_ON}"
_OPEN = (
    "INSERT INTO program_counter (id, club_id, scope, scope_id, per, since, what)"
    " SELECT k.id, k.club_id, k.scope, k.scope_id, k.per, k.since, k.what"
    f" FROM {recordset(_TABLE.columns, 'k')} ON CONFLICT DO NOTHING"
)
_CHANGE = (("id", "bigint"), ("points", "bigint"), ("times", "bigint"))
_DRAW = (
    "UPDATE program_counter c SET points = c.points + k.points, times = c.times + k.times"
    f" FROM {recordset(_CHANGE, 'k')} WHERE c.id = k.id"
)


class Place(NamedTuple):
    """For whom and when something counts: a member, the wallet that she uses, where she bought
    (0: nowhere), the club's day, and whose the branch is (0: nobody's)."""

    member_id: int
    holder: int
    branch_id: int
    day: date
    calendar: Calendar
    merchant_id: int = 0

    def limited(self, limits: LimitsAt) -> OfRules:
        """The allowances of rules at this place."""
        return limits(self.branch_id, self.merchant_id)

    def key(self, allowance: Allowance) -> CounterKey:
        """The counter of an allowance at this place."""
        scope_id = {
            "member": self.member_id,
            "household": self.holder,
            "branch": self.branch_id,
            "total": 0,
        }[allowance.scope]
        since = period_of(allowance.per, self.day, self.calendar)
        return CounterKey(allowance.scope, scope_id, allowance.per, since, allowance.what)


class CounterKey(NamedTuple):
    """Names a counter within a club."""

    scope: str
    scope_id: int
    per: str
    since: date
    what: str


@dataclass(slots=True)
class _State:
    id: int
    points: int
    times: int
    more_points: int = 0
    more_times: int = 0


class Counters:
    """The counters that a batch may draw on, as they are and as it changes them."""

    def __init__(self, limits: LimitsAt, states: dict[CounterKey, _State]) -> None:
        self._limits = limits
        self._states = states

    def left(self, place: Place) -> dict[Allowance, int]:
        """What remains of every allowance there; of those that were never drawn on nothing is
        said, since all of it remains."""
        out: dict[Allowance, int] = {}
        for of_rule in place.limited(self._limits).values():
            for one in of_rule:
                state = self._states.get(place.key(one))
                if state is not None:
                    used = state.points if one.counts == "points" else state.times
                    out[one] = one.most - used
        return out

    def draw(self, place: Place, parts: Iterable[Part]) -> Counted:
        """Draw what the parts of a decision give; what the decision keeps of it."""
        together: dict[CounterKey, tuple[int, int]] = {}
        for one, amounts in drawn(place.limited(self._limits), parts).items():
            together[place.key(one)] = amounts
        counted = []
        for key, (points, times) in together.items():
            state = self._states[key]
            state.points += points
            state.times += times
            state.more_points += points
            state.more_times += times
            counted.append((state.id, points, times))
        return counted

    def forget(self) -> None:
        """Put back what was drawn and not written."""
        for state in self._states.values():
            state.points -= state.more_points
            state.times -= state.more_times
            state.more_points = state.more_times = 0

    def write(self) -> None:
        """Store what was drawn; within ``together`` with everything else."""
        write_draws(
            (s.id, s.more_points, s.more_times)
            for s in self._states.values()
            if s.more_points or s.more_times
        )


def open_counters(
    club_id: int, limits: LimitsAt, places: Iterable[Place], *, lock: bool
) -> Counters:
    """The counters of all allowances at these places; with ``lock`` opened where they are missing,
    and locked. Nothing else may be locked after them."""
    limits = cache(limits)
    keys = sorted(
        {p.key(a) for p in set(places) for own in p.limited(limits).values() for a in own}
    )
    states = _read(club_id, keys, lock=lock)
    missing = [key for key in keys if key not in states]
    if not lock:
        states |= {key: _State(0, 0, 0) for key in missing}
    elif missing:
        ids = next_ids("program_counter", len(missing))
        execute(_OPEN, [dumps([(n, club_id, *key) for n, key in zip(ids, missing, strict=True)])])
        states |= _read(club_id, missing, lock=True)
    return Counters(limits, states)


def lock_counters(counter_ids: Iterable[int]) -> dict[int, int]:
    """Lock the counters that go on for these; which one goes on for each."""
    wanted = sorted(set(counter_ids))
    if not wanted:
        return {}
    rows = fetch(
        "SELECT id, coalesce(goes_on_id, id) FROM program_counter WHERE id = ANY(%s)", [wanted]
    )
    going_on = dict(rows)
    fetch(
        "SELECT id FROM program_counter WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
        [sorted(set(going_on.values()))],
    )
    return going_on


def lock_back(back: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Lock the counters to which (counter, points, times) go back; the same, of those that go on."""
    going_on = lock_counters(counter for counter, _, _ in back)
    return [(going_on[counter], points, times) for counter, points, times in back]


def write_draws(changes: Iterable[tuple[int, int, int]]) -> None:
    """Add (counter, points, times) to counters that are locked; several of one are summed."""
    sums: dict[int, tuple[int, int]] = {}
    for counter, points, times in changes:
        before = sums.get(counter, (0, 0))
        sums[counter] = (before[0] + points, before[1] + times)
    rows = [(counter, *both) for counter, both in sorted(sums.items())]
    if rows:
        execute(_DRAW, [dumps(rows)], expect=len(rows))


def merge_counters(club_id: int, gone: tuple[int, int], keep: tuple[int, int]) -> None:
    """Let the counters of a member who is merged (member, wallet) go on as those of the other.

    Both wallets must be locked.
    """
    for scope, gone_id, keep_id in zip(("member", "household"), gone, keep, strict=True):
        _go_on(club_id, scope, gone_id, keep_id)


def _go_on(club_id: int, scope: str, gone_id: int, keep_id: int) -> None:
    rows = fetch(
        "SELECT id, per, since, what, points, times FROM program_counter"
        " WHERE club_id = %s AND scope = %s AND scope_id = %s AND goes_on_id IS NULL",
        [club_id, scope, gone_id],
    )
    if not rows:
        return
    keys = [CounterKey(scope, keep_id, *row[1:4]) for row in rows]
    ids = next_ids("program_counter", len(keys))
    execute(_OPEN, [dumps([(n, club_id, *key) for n, key in zip(ids, keys, strict=True)])])
    kept = _read(club_id, sorted(keys), lock=True)
    moved = [(row[0], kept[key].id) for key, row in zip(keys, rows, strict=True)]
    write_draws((to, *row[4:]) for (_, to), row in zip(moved, rows, strict=True))
    execute(
        "UPDATE program_counter c SET goes_on_id = k.keeper"
        f" FROM {recordset((('gone', 'bigint'), ('keeper', 'bigint')), 'k')}"
        " WHERE c.id = k.gone OR c.goes_on_id = k.gone",
        [dumps(moved)],
    )


def _read(club_id: int, keys: Sequence[CounterKey], *, lock: bool) -> dict[CounterKey, _State]:
    if not keys:
        return {}
    sql = f"{_READ} ORDER BY c.id FOR UPDATE OF c" if lock else _READ
    rows = fetch(sql, [dumps(keys), club_id])
    return {CounterKey(*row[:5]): _State(*row[5:]) for row in rows}
