"""What the draft's limits and budgets leave, while a back-test goes on.

They count from the beginning of the period, as if the draft had been published then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from vafa.core.jalali import Calendar
from vafa.program.rules.allowances import Allowance, Left, drawn, period_of
from vafa.program.rules.backtest import Tally
from vafa.program.rules.document import Program
from vafa.program.rules.earning import Decided
from vafa.program.rules.index import index_of

# An allowance, whose it is, and from which day on it counts.
Key = tuple[Allowance, int, date]
# What a decision drew: key, points, times.
Draws = list[tuple[Key, int, int]]
_NOTHING: Left = {}
EVERYBODY = 0


class LimitsUsed:
    """Counters of everything that limits count."""

    def __init__(self, draft: Program, calendar: Calendar) -> None:
        self._of_rules = index_of(draft, "purchase").allowances
        self._all = list({one: None for each in self._of_rules.values() for one in each})
        self._calendar = calendar
        self._used: dict[Key, list[int]] = {}
        self._keys: dict[Allowance, Key] = {}
        self._day = date.min

    @property
    def are_shared(self) -> bool:
        """Whether what one member gets depends on what others got."""
        return any(one.scope != "member" for one in self._all)

    def left(self, day: date, member_id: int, holder: int, branch_id: int) -> Left:
        """What remains for a purchase of that day, by that member, at that branch."""
        if not self._all:
            return _NOTHING
        whose = {
            "member": member_id,
            "household": holder,
            "branch": branch_id,
            "total": EVERYBODY,
        }
        self._day = day
        self._keys = {
            one: (one, whose[one.scope], period_of(one.per, day, self._calendar))
            for one in self._all
        }
        left: dict[Allowance, int] = {}
        for one, key in self._keys.items():
            used = self._used.get(key)
            if used is not None:
                left[one] = one.most - used[one.counts == "times"]
        return left

    def draw(self, decided: Decided, tally: Tally) -> Draws:
        """Count what the decision for the purchase of the last ``left`` gives."""
        if not self._all:
            return []
        draws: Draws = []
        for one, (points, times) in drawn(self._of_rules, decided.parts).items():
            key = self._keys[one]
            used = self._used.setdefault(key, [0, 0])
            used[0] += points
            used[1] += times
            draws.append((key, points, times))
            if one.scope in ("branch", "total") and used[one.counts == "times"] >= one.most:
                tally.is_full(limit_name(key), self._day)
        return draws

    def give_back(self, draws: Draws, back: Iterable[tuple[int, int, int]]) -> None:
        """So much goes back: (place in ``draws``, points, times), zero or negative."""
        for place, less, fewer in back:
            used = self._used[draws[place][0]]
            used[0] += less
            used[1] += fewer


def limit_name(key: Key) -> str:
    """A limit as a tally names it: what it belongs to, scope, period, what it counts, how much, whose
    it is, and since when."""
    one, whose, since = key
    fields = (one.what, one.scope, one.per, one.counts, one.most, whose, since.isoformat())
    return "|".join(map(str, fields))


def read_limit_name(name: str) -> Mapping[str, str]:
    """The fields of ``limit_name``."""
    names = ("what", "scope", "per", "counts", "most", "whose", "since")
    return dict(zip(names, name.split("|"), strict=True))
