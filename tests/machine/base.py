"""The machine's common ground: a clock, four people, and what was promised for a repeat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeVar

import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.machine.model import Bill, Deed, Household, Person, Reservation, Voucher
from tests.machine.purse import Purse
from tests.machine.shop import (
    GRACE_DAYS,
    Promise,
    Shop,
    midnight_after,
    net_of,
    open_shop,
)
from vafa.flows.entries import Outcome
from vafa.flows.upkeep import run_upkeep

T = TypeVar("T")
# Before the day on which the tests run, as all history is; after the feast of 1399.
START = datetime(2020, 6, 1, 8, tzinfo=UTC)
RUNS_OF_A_SHOP = 25
NUMBER = st.sampled_from(range(12))  # picks something out of a list of any length


@dataclass(eq=False)
class Said:
    """What an operation answered under a key; ``ask`` sends it again."""

    ask: Callable[[], Outcome]
    outcome: Outcome


class Ground(RuleBasedStateMachine):
    """Everybody, the time, and what holds after every step."""

    shops: ClassVar[dict[Promise, Shop]] = {}
    steps: ClassVar[int] = 0
    told: ClassVar[Counter[tuple[str, str]]] = Counter()  # (operation, what came of it)

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(START, tick=False)
        self.time = self.clock.start()
        self.people: list[Person] = []
        self.households: list[Household] = []
        self.bills: list[Bill] = []
        self.deeds: list[Deed] = []
        self.vouchers: list[Voucher] = []
        self.reservations: list[Reservation] = []
        self.said: list[Said] = []
        self.purses: list[Purse] = []

    def open(self, promise: Promise) -> None:
        shop = self.shops.get(promise)
        if shop is None or shop.runs == RUNS_OF_A_SHOP:
            shop = self.shops[promise] = open_shop(promise)
        shop.runs += 1
        self.shop, self.club = shop, shop.world.club
        for _ in range(4):
            number = shop.newcomer()
            self.people.append(Person(number, self.new_purses(number)))

    def new_purses(self, holder: int) -> tuple[Purse, Purse]:
        points, credit = (Purse(unit, holder) for unit in self.shop.units)
        self.purses += [points, credit]
        return points, credit

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    @property
    def grace(self) -> datetime:
        return midnight_after(self.now, GRACE_DAYS)

    @staticmethod
    def pick(things: list[T], n: int) -> T:
        """One of them; small numbers name the latest."""
        return things[-1 - n % len(things)]

    def person(self, n: int) -> Person:
        return self.people[n % len(self.people)]

    def tell(self, ask: Callable[[], Outcome], expected: str | None) -> dict[str, Any] | None:
        """Do it for real, and compare: refused as ``expected`` (a code), or else done."""
        outcome = ask()
        code = outcome.error.code if outcome.error else None
        assert code == expected, (code, expected)
        self.told[ask.__qualname__.split(".")[1], expected or "done"] += 1
        if outcome.error is None or outcome.error.final:
            self.said.append(Said(ask, outcome))
        return None if outcome.error else outcome.answer

    def can_spend(self, purse: Purse, amount: int) -> bool:
        usable = sum(lot.left for lot in purse.open("available") if lot.pays(self.now))
        return not purse.debt and usable >= amount

    @rule(minutes=st.sampled_from([1, 10, 10, 15, 60, 600, 1440, 2880, 7200]))
    def time_passes(self, minutes: int) -> None:
        self.time.shift(timedelta(minutes=minutes))

    @rule()
    def upkeep(self) -> None:
        done = run_upkeep(self.club)
        matured = sum(purse.mature(self.now) for purse in self.purses)
        for reservation in sorted(
            (r for r in self.reservations if r.status == "open" and r.expires <= self.now),
            key=lambda r: (r.expires, r.number),
        ):
            self.end(reservation, "expired")
        for voucher in sorted(self.vouchers, key=lambda v: v.decision):
            if voucher.hold and voucher.hold.is_open and voucher.expires <= self.now:
                voucher.used = True
                voucher.hold.purse.release(voucher.hold, self.now, self.grace)
        expired = sum(purse.expire(self.now) for purse in self.purses)
        assert (done.matured, done.expired) >= (matured, expired)  # others live in this club too
        again = run_upkeep(self.club)
        assert again == (0, 0), "done twice, nothing moves"

    def end(self, reservation: Reservation, status: str) -> None:
        reservation.status = status
        for hold in reservation.holds:
            if hold is not None and hold.is_open:
                hold.purse.release(hold, self.now)

    @precondition(lambda self: self.said)
    @rule(n=NUMBER)
    def the_same_again(self, n: int) -> None:
        """Whoever asks again with her key gets the answer of the first time."""
        said = self.pick(self.said, n)
        outcome = said.ask()
        if said.outcome.error is not None:
            assert outcome.error is not None, said.ask.__qualname__
            assert outcome.error.code == said.outcome.error.code, said.ask.__qualname__
        else:
            assert outcome.status == "repeated" and outcome.answer == said.outcome.answer

    @invariant()
    def the_ledger_says_what_the_purses_say(self) -> None:
        if self.purses:
            type(self).steps += 1
            Ground.steps += 1
            self.shop.check(self.purses)

    def teardown(self) -> None:
        try:
            if self.purses:
                for bill in self.bills:
                    if bill.returned == bill.total:
                        assert net_of(bill.number) == (0, 0, 0), "it came back whole"
                self.shop.world.verify()
        finally:
            self.clock.stop()
