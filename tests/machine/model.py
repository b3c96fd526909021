"""People, bills, vouchers and reservations as the machine remembers them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tests.machine.purse import Hold, Origin, Purse, Taken


@dataclass(eq=False)
class Household:
    number: int
    purses: tuple[Purse, Purse]
    members: list[Person]  # the head first


@dataclass(eq=False)
class Person:
    """A member; ``became`` is who she was merged into."""

    number: int
    own: tuple[Purse, Purse]
    became: Person | None = None
    household: Household | None = None

    @property
    def now(self) -> Person:
        return self.became.now if self.became else self

    @property
    def purses(self) -> tuple[Purse, Purse]:
        me = self.now
        return me.household.purses if me.household else me.own

    @property
    def ref(self) -> tuple[str, str]:
        return ("id", str(self.number))


@dataclass(eq=False)
class Deed:
    """A decision that can be undone: what is left of it by unit, and what it took or made."""

    kind: str  # grant, spend, gift
    person: Person
    number: int
    left: list[int]
    origin: Origin | None = None
    taken: list[Taken] = field(default_factory=lambda: [[], []])
    taker: Person | None = None
    is_reversed: bool = False


@dataclass(eq=False)
class Bill:
    number: int
    person: Person
    total: int
    lines: int
    at: datetime
    grant: Deed | None
    pay: Deed | None
    voucher: Voucher | None
    granted: int = 0
    paid: tuple[int, int] = (0, 0)
    discount: int = 0
    returned: int = 0
    money_returned: int = 0
    paid_returned: tuple[int, int] = (0, 0)


@dataclass(eq=False)
class Voucher:
    """``hold`` is what it costs while unused; a voucher that was given again costs nothing."""

    code: str
    person: Person
    kind: str
    expires: datetime
    redemption: int = 0
    decision: int = 0
    hold: Hold | None = None
    used: bool = False


@dataclass(eq=False)
class Reservation:
    number: int
    person: Person
    expires: datetime
    holds: list[Hold | None]  # by unit
    voucher: Voucher | None
    status: str = "open"

    def is_live(self, at: datetime) -> bool:
        return self.status == "open" and self.expires > at
