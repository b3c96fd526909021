"""What the draft's limits and budgets leave, while a back-test goes on.

They count from the beginning of the period, as if the draft had been published then; what limits
of the same rule or budget had counted before, and what anything else than the judged purchases drew on
them, is what really happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple, get_args

from vafa.core.jalali import Calendar
from vafa.program.actions.counters import CounterKey
from vafa.program.rules.allowances import Allowance, Left, OfRules, drawn, period_of
from vafa.program.rules.backtest import Tally
from vafa.program.rules.document import Program
from vafa.program.rules.earning import Decided
from vafa.program.rules.index import index_of
from vafa.program.rules.moments import Happening

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
        self._draft = draft
        self._places: dict[tuple[int, int, Happening], _Here] = {}
        self._here = _Here({}, ())
        self._calendar = calendar
        self._used: dict[CounterKey, list[int]] = {}
        self._keys: dict[Allowance, CounterKey] = {}
        self._became: dict[tuple[str, int], int] = {}
        self._day = date.min

    @property
    def are_there(self) -> bool:
        """Whether the draft limits anything."""
        return any(True for _ in self._everywhere())

    @property
    def are_shared(self) -> bool:
        """Whether what one member gets depends on what others got."""
        return any(one.scope != "member" for one in self._everywhere())

    @property
    def are_of_households(self) -> bool:
        """Whether the draft limits what a household gets."""
        return any(one.scope == "household" for one in self._everywhere())

    def left(
        self,
        day: date,
        member_id: int,
        holder: int,
        place: tuple[int, int],
        on: Happening = "purchase",
    ) -> Left:
        """What remains for what happens on that day, to that member with that wallet, at that
        branch of a merchant (0: nowhere)."""
        where = (*place, on)
        here = self._here = self._places.get(where) or self._look_at(where)
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
        """Count what the decision by the last ``left`` gives."""
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

    def merge(self, scope: str, gone: int, keep: int) -> None:
        """What counted for the one member or wallet counts for the other, also what goes back."""
        if gone == keep:
            return
        moved = [key for key in self._used if key.scope == scope and key.scope_id == gone]
        self._became[scope, gone] = keep
        for key in moved:
            points, times = self._used.pop(key)
            self.note(key._replace(scope_id=keep), points, times)

    def give_back(self, draws: Draws, back: Iterable[tuple[int, int, int]]) -> None:
        """So much goes back: (place in ``draws``, points, times), zero or negative."""
        for place, less, fewer in back:
            key = draws[place][0]
            while (keep := self._became.get((key.scope, key.scope_id))) is not None:
                key = key._replace(scope_id=keep)
            self.note(key, less, fewer)

    def _everywhere(self) -> Iterator[Allowance]:
        for on in get_args(Happening):
            for limited in index_of(self._draft, on).everywhere():
                yield from limited

    def _look_at(self, where: tuple[int, int, Happening]) -> _Here:
        branch_id, merchant_id, on = where
        of_rules = index_of(self._draft, on).limits_at(branch_id, merchant_id)
        every = {one: None for each in of_rules.values() for one in each}
        found = self._places[where] = _Here(of_rules, tuple(every))
        return found


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
