"""What the draft's limits and budgets leave, while a back-test goes on.

They count from the beginning of the period, as if the draft had been published then; what limits
of the same rule or budget had counted before, and what anything else than the judged purchases drew on
them, is what really happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from vafa.core.jalali import Calendar
from vafa.program.actions.counters import CounterKey
from vafa.program.rules.allowances import Allowance, Left, OfRules, drawn, period_of
from vafa.program.rules.backtest import Tally
from vafa.program.rules.document import Program
from vafa.program.rules.earning import Decided
from vafa.program.rules.index import index_of

# What a decision drew: counter, points, times.
Draws = list[tuple[CounterKey, int, int]]
_NOTHING: Left = {}
EVERYBODY = 0


class _Here(NamedTuple):
    """The allowances of rules at one place, and all of them once."""

    of_rules: OfRules
    all: Sequence[Allowance]


class LimitsUsed:
    """Counters of everything that limits count."""

    def __init__(self, draft: Program, calendar: Calendar) -> None:
        self._index = index_of(draft, "purchase")
        self._places: dict[tuple[int, int], _Here] = {}
        self._here = _Here({}, ())
        self._calendar = calendar
        self._used: dict[CounterKey, list[int]] = {}
        self._keys: dict[Allowance, CounterKey] = {}
        self._day = date.min

    @property
    def are_there(self) -> bool:
        """Whether the draft limits anything."""
        return any(self._index.everywhere())

    @property
    def are_shared(self) -> bool:
        """Whether what one member gets depends on what others got."""
        return any(one.scope != "member" for limited in self._index.everywhere() for one in limited)

    def left(self, day: date, member_id: int, holder: int, place: tuple[int, int]) -> Left:
        """What remains for a purchase of that day, by that member, at that branch of a merchant."""
        here = self._here = self._places.get(place) or self._look_at(place)
        if not here.all:
            return _NOTHING
        whose = {
            "member": member_id,
            "household": holder,
            "branch": place[0],
            "total": EVERYBODY,
        }
        self._day = day
        self._keys = {
            one: CounterKey(
                one.scope,
                whose[one.scope],
                one.per,
                period_of(one.per, day, self._calendar),
                one.what,
            )
            for one in here.all
        }
        left: dict[Allowance, int] = {}
        for one, key in self._keys.items():
            used = self._used.get(key)
            if used is not None:
                left[one] = one.most - used[one.counts == "times"]
        return left

    def draw(self, decided: Decided, tally: Tally) -> Draws:
        """Count what the decision for the purchase of the last ``left`` gives."""
        if not self._here.all:
            return []
        together: dict[CounterKey, tuple[int, int]] = {}
        given = drawn(self._here.of_rules, decided.parts)
        for one, amounts in given.items():
            together[self._keys[one]] = amounts
        for key, (points, times) in together.items():
            self.note(key, points, times)
        for one in given:
            used = self._used[self._keys[one]]
            if one.scope in ("branch", "total") and used[one.counts == "times"] >= one.most:
                tally.is_full(limit_name(one, self._keys[one]), self._day)
        return [(key, *amounts) for key, amounts in together.items()]

    def note(self, key: CounterKey, points: int, times: int) -> None:
        """So much is drawn on a counter (negative: goes back)."""
        used = self._used.setdefault(key, [0, 0])
        used[0] += points
        used[1] += times

    def merge(self, gone: int, keep: int) -> None:
        """What counted for the one member counts for the other."""
        moved = [key for key in self._used if key.scope == "member" and key.scope_id == gone]
        for key in moved:
            points, times = self._used.pop(key)
            self.note(key._replace(scope_id=keep), points, times)

    def _look_at(self, place: tuple[int, int]) -> _Here:
        of_rules = self._index.limits_at(*place)
        every = {one: None for each in of_rules.values() for one in each}
        found = self._places[place] = _Here(of_rules, tuple(every))
        return found

    def give_back(self, draws: Draws, back: Iterable[tuple[int, int, int]]) -> None:
        """So much goes back: (place in ``draws``, points, times), zero or negative."""
        for place, less, fewer in back:
            self.note(draws[place][0], less, fewer)


def limit_name(one: Allowance, key: CounterKey) -> str:
    """A limit as a tally names it: what it belongs to, scope, period, what it counts, how much, whose
    it is, and since when."""
    since = key.since.isoformat()
    fields = (one.what, one.scope, one.per, one.counts, one.most, key.scope_id, since)
    return "|".join(map(str, fields))


def read_limit_name(name: str) -> Mapping[str, str]:
    """The fields of ``limit_name``."""
    names = ("what", "scope", "per", "counts", "most", "whose", "since")
    return dict(zip(names, name.split("|"), strict=True))
