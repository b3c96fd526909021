"""Challenges of the draft while a back-test goes on: what members have bought and kept, and which
of it has met a challenge already."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from vafa.flows.backtest.history import Back, Sold
from vafa.flows.backtest.history import Bought as Bill
from vafa.program.rules.challenges import Bought, met_by, still_met
from vafa.program.rules.document import Challenge, Program
from vafa.program.rules.index import index_of

# The category of each product that has one.
Categories = Mapping[int, tuple[int | None, str]]


class Met(NamedTuple):
    """A challenge that is met, and the purchases that meet it."""

    challenge: Challenge
    purchases: list[int]


def challenges_of(draft: Program) -> list[Challenge]:
    """Those that a rule is about."""
    codes = {rule.what for rule in index_of(draft, "challenge").rules}
    return [challenge for challenge in draft.challenges if challenge.code in codes]


class _Kept:
    """A purchase as far as it has not come back."""

    __slots__ = ("_left", "_lines", "at", "id")

    def __init__(self, bill: Bill, lines: Sequence[tuple[int, int, int | None]]) -> None:
        self.id, self.at = bill.id, bill.purchased_at
        self._lines = {line: [amount, category] for line, amount, category in lines}
        self._left = bill.total

    def come_back(self, line: int, amount: int) -> None:
        self._left -= amount
        if line in self._lines:
            left = self._lines[line]
            left[0] = (left[0] or 0) - amount

    @property
    def as_new(self) -> Bought:
        """As it was before anything came back."""
        return Bought(self.id, self.at, frozenset(c for _, c in self._lines.values() if c))

    @property
    def as_bought(self) -> Bought | None:
        """None where all of it came back."""
        if self._left <= 0:
            return None
        left = {category for amount, category in self._lines.values() if amount and category}
        return Bought(self.id, self.at, frozenset(left))


class Challenges:
    """What of the draft's challenges members meet; keeps nothing where there are none."""

    def __init__(self, draft: Program, categories: Categories) -> None:
        self.in_use = challenges_of(draft)
        self._categories = categories
        self._kept: dict[int, dict[int, _Kept]] = {}
        self._whose: dict[int, int] = {}
        self._used: dict[tuple[int, str], set[int]] = {}

    def note(self, member_id: int, bill: Bill, lines: Sequence[Sold]) -> None:
        """She bought this."""
        if not self.in_use:
            return
        kept = [(one.id, one.amount, self._category(one)) for one in lines]
        self._kept.setdefault(member_id, {})[bill.id] = _Kept(bill, kept)
        self._whose[bill.id] = member_id

    def met(self, member_id: int, purchase_id: int) -> Iterator[Met]:
        """The challenges that she meets with the purchase, her last one, one after the other."""
        if not self.in_use:
            return
        mine = self._kept[member_id]
        this = mine[purchase_id].as_new
        earlier = [b for n, one in mine.items() if n != purchase_id and (b := one.as_bought)]
        for challenge in self.in_use:
            used = self._used.get((member_id, challenge.code), set())
            purchases = met_by(challenge, this, earlier, used)
            if purchases is not None:
                yield Met(challenge, purchases)

    def use(self, member_id: int, code: str, purchases: Iterable[int]) -> None:
        """They have met a challenge, and count for it no more."""
        self._used.setdefault((member_id, code), set()).update(purchases)

    def free(self, member_id: int, code: str, purchases: Collection[int]) -> None:
        """They count again."""
        self._used.get((member_id, code), set()).difference_update(purchases)

    def come_back(self, lines: Sequence[Back]) -> None:
        """These lines of a purchase came back."""
        whose = self._whose.get(lines[0].purchase_id)
        kept = self._kept[whose][lines[0].purchase_id] if whose is not None else None
        if kept is not None:
            for line in lines:
                kept.come_back(line.line_id, line.amount)

    def holds(self, challenge: Challenge, purchases: Iterable[int]) -> bool:
        """Whether what is left of the purchases that met it still would."""
        bills = [
            self._kept[whose][n] for n in purchases if (whose := self._whose.get(n)) is not None
        ]
        return still_met(challenge, [b for one in bills if (b := one.as_bought) is not None])

    def merge(self, gone: int, keep: int) -> None:
        """What the one bought the other has bought."""
        kept = self._kept.pop(gone, None)
        if kept:
            self._whose |= dict.fromkeys(kept, keep)
            self._kept.setdefault(keep, {}).update(kept)
        for challenge in self.in_use:
            used = self._used.pop((gone, challenge.code), None)
            if used:
                self.use(keep, challenge.code, used)

    def _category(self, line: Sold) -> int | None:
        return self._categories.get(line.product_id or 0, (None, ""))[0]
