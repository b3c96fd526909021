"""What a purse does by its plain rules: lots in lists, sorted where it matters; no database.

It is written from the promises (docs, issue), not from the ledger's code, so that both can be held
against each other after every step.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import NamedTuple

FOREVER = datetime.max.replace(tzinfo=UTC)
_unknown = count(10**15)  # numbers of lots that the database has not told yet: later than all


class Short(Exception):
    """There is not that much to spend."""


@dataclass(eq=False)
class Origin:
    """Where value came from; its transfer's number once the database has told it."""

    is_bonus: bool
    number: int = 0


@dataclass(eq=False)
class Lot:
    purse: Purse
    state: str
    origin: Origin
    amount: int
    left: int
    expires: datetime | None
    matures: datetime | None = None
    number: int = field(default_factory=lambda: next(_unknown))
    gift: object = None

    @property
    def place(self) -> tuple[datetime, int]:
        """Its place in the order of paying; what never expires comes last."""
        return (self.expires or FOREVER, self.number)

    def pays(self, at: datetime) -> bool:
        return self.expires is None or self.expires > at


class Part(NamedTuple):
    lot: Lot
    amount: int


Taken = list[Part]


@dataclass(eq=False)
class Hold:
    """Set aside out of ``taken``; ``purse`` changes when wallets become one."""

    purse: Purse
    amount: int
    taken: Taken
    is_open: bool = True


@dataclass(eq=False)
class Purse:
    """One holder's value in one unit."""

    unit: int
    holder: int
    lots: list[Lot] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    debt: int = 0

    def open(self, state: str) -> list[Lot]:
        return sorted((x for x in self.lots if x.state == state and x.left), key=lambda x: x.place)

    def sum(self, state: str) -> int:
        return sum(lot.left for lot in self.open(state))

    def standing(self) -> tuple[int, int, int, int]:
        """(available, pending, held, debt) as the ledger says it."""
        held = sum(hold.amount for hold in self.holds if hold.is_open)
        return (self.sum("available"), self.sum("pending"), held, -self.debt)

    def add(
        self,
        amount: int,
        origin: Origin,
        expires: datetime | None,
        matures: datetime | None = None,
        state: str = "available",
    ) -> Lot:
        lot = Lot(self, state, origin, amount, amount, expires, matures)
        self.lots.append(lot)
        return lot

    def earn(
        self, amount: int, origin: Origin, expires: datetime | None, matures: datetime | None = None
    ) -> None:
        if matures is not None:
            self.add(amount, origin, expires, matures, "pending")
            return
        repaid = min(self.debt, amount)
        self.debt -= repaid
        if amount > repaid:
            self.add(amount - repaid, origin, expires)

    def spend(self, amount: int, at: datetime) -> Taken:
        lots = [lot for lot in self.open("available") if lot.pays(at)]
        if self.debt or sum(lot.left for lot in lots) < amount:
            raise Short
        return take(lots, amount)

    def hold(self, amount: int, at: datetime) -> Hold:
        hold = Hold(self, amount, self.spend(amount, at))
        self.holds.append(hold)
        return hold

    def put_back(
        self, taken: Taken, amount: int, at: datetime, grace: datetime | None = None
    ) -> None:
        """Give ``amount`` of ``taken`` (which shrinks) back, what lasts longest first."""
        rest: Taken = []
        for lot, had in sorted(taken, key=lambda part: part.lot.place, reverse=True):
            part = min(had, amount)
            amount -= part
            if had > part:
                rest.append(Part(lot, had - part))
            if not part:
                continue
            if grace is not None and not lot.pays(at):
                self.add(part, lot.origin, grace)
            elif lot.purse is not self:
                self.add(part, lot.origin, lot.expires)
            else:
                lot.left += part
        assert amount == 0
        taken[:] = rest

    def claw_back(self, amount: int, origin: Origin) -> None:
        """Take a grant back: pending of it, then available (its own first), then owe."""
        own = [lot for lot in self.open("pending") if lot.origin is origin]
        available = self.open("available")
        own += [lot for lot in available if lot.origin is origin]
        own += [lot for lot in available if lot.origin is not origin]
        part = min(amount, sum(lot.left for lot in own))
        take(own, part)
        self.debt += amount - part

    def settle(self) -> None:
        part = min(self.debt, self.sum("available"))
        take(self.open("available"), part)
        self.debt -= part

    def release(self, hold: Hold, at: datetime, grace: datetime | None = None) -> None:
        hold.is_open = False
        self.put_back(hold.taken, hold.amount, at, grace)
        self.settle()

    def capture(self, hold: Hold, amount: int, at: datetime) -> Taken:
        """Spend a part; the rest goes back. What was spent of which lots."""
        hold.is_open = False
        if amount < hold.amount:
            self.put_back(hold.taken, hold.amount - amount, at)
            self.settle()
        return hold.taken

    def mature(self, at: datetime) -> int:
        """Everything whose waiting is over; the older lots first."""
        total = 0
        due = [x for x in self.open("pending") if x.matures is not None and x.matures <= at]
        for lot in sorted(due, key=lambda lot: lot.number):
            total += lot.left
            repaid = min(self.debt, lot.left)
            self.debt -= repaid
            if lot.left > repaid:
                self.add(lot.left - repaid, lot.origin, lot.expires)
            lot.left = 0
        return total

    def expire(self, at: datetime) -> int:
        gone = [lot for lot in self.open("available") if not lot.pays(at)]
        total = sum(lot.left for lot in gone)
        for lot in gone:
            lot.left = 0
        return total

    def pour_into(self, other: Purse, at: datetime) -> None:
        for hold in [h for h in self.holds if h.is_open]:
            self.holds.remove(hold)
            parts = sorted(hold.taken, key=lambda part: part.lot.place, reverse=True)
            moved = [Part(other.add(n, x.origin, x.expires), n) for x, n in parts]
            for lot, _ in moved:
                lot.left = 0
            hold.purse, hold.taken = other, moved
            other.holds.append(hold)
        for state in ("pending", "available"):
            hand_on(self.open(state), self.sum(state), other)
        other.debt += self.debt
        self.debt = 0
        other.settle()


def take(lots: Iterable[Lot], amount: int) -> Taken:
    """Take ``amount`` out of ``lots`` one after another."""
    taken: Taken = []
    for lot in lots:
        part = min(lot.left, amount)
        if part:
            lot.left -= part
            amount -= part
            taken.append(Part(lot, part))
    return taken


def hand_on(lots: Iterable[Lot], amount: int, to: Purse, gift: object = None) -> Taken:
    """Move ``amount`` out of ``lots`` to another purse; each part keeps its dates."""
    taken = take(lots, amount)
    for lot, part in taken:
        given = to.add(part, lot.origin, lot.expires, lot.matures, lot.state)
        given.gift = gift
    return taken
