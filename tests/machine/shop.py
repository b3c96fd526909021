"""The club in which the machine runs: its promises, and what the database says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tests.machine.purse import Lot, Purse
from tests.world import World, make_world
from vafa.club.actor import Actor
from vafa.core.db import fetch
from vafa.ledger.reads.balances import balances
from vafa.program.actions.rewards import create_reward
from vafa.program.rules.document import (
    AdjustmentTerms,
    CreditTerms,
    GiftTerms,
    HoldTerms,
    HouseholdTerms,
    PointTerms,
    Program,
)
from vafa.program.rules.expiry import After, Expiry, Never, PeriodEnd
from vafa.program.rules.recipes import per_amount
from vafa.program.rules.rule import Text

STEP, WORTH = 1_000, 100  # rials for a point, rials that a point pays
RESERVED, VOUCHER_DAYS, GRACE_DAYS = timedelta(minutes=15), 3, 7
COST, DISCOUNT = 40, 5_000
TEHRAN = ZoneInfo("Asia/Tehran")
_keys = count(1)
_mobiles = count(1)  # no chance that a long run gives one to two people of a club


class Promise(NamedTuple):
    """Lives in days (None: for ever, 0: to the end of the month), and the return window."""

    points: int | None
    credit: int | None
    waits: int


PROMISES = (Promise(5, None, 0), Promise(30, 10, 3), Promise(0, 5, 2), Promise(None, 0, 0))


def midnight_after(moment: datetime, days: int) -> datetime:
    """The end of Tehran's day that many days later."""
    day = moment.astimezone(TEHRAN).date() + timedelta(days=days + 1)
    return datetime.combine(day, time(), TEHRAN).astimezone(UTC)


def lasts_until(life: int | None, earned: datetime) -> datetime | None:
    if life is None:
        return None
    if life:
        return midnight_after(earned, life)
    day = earned.astimezone(TEHRAN).date()
    first = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return datetime.combine(first, time(), TEHRAN).astimezone(UTC)


def _policy(life: int | None) -> Expiry:
    if life is None:
        return Never()
    if life:
        return After(count=life, each="days")
    return PeriodEnd(period="month", calendar="gregorian")


@dataclass
class Shop:
    """A world with one of the promises, and rewards without end."""

    world: World
    promise: Promise
    voucher: int
    product: int
    runs: int = 0

    @property
    def units(self) -> tuple[int, int]:
        return (self.world.record.points_unit_id, self.world.record.credit_unit_id)

    @property
    def actor(self) -> Actor:
        return self.world.owner

    @staticmethod
    def key() -> str:
        return f"k{next(_keys)}"

    def newcomer(self) -> int:
        return self.world.enrol(mobile=f"+98913{next(_mobiles):07d}").id

    def check(self, purses: list[Purse]) -> None:
        """The ledger says of every purse, and of every lot in it, what the model says."""
        for unit in self.units:
            mine = [purse for purse in purses if purse.unit == unit]
            said = balances(unit, [purse.holder for purse in mine])
            for purse in mine:
                told = said[purse.holder]
                assert tuple(told) == purse.standing(), (unit, purse.holder, told)
                assert min(told[:3]) >= 0 >= told.debt
                assert not (told.available and told.debt)
            _compare(mine, _lots(unit, [purse.holder for purse in mine]))


_Row = tuple[int, int, str, int, int, int, datetime | None, datetime | None]


def _lots(unit: int, holders: list[int]) -> list[_Row]:
    return fetch(  # type: ignore[return-value]  # columns as selected
        "SELECT l.id, a.holder, a.kind, l.origin_id, l.amount, l.remaining, l.expires_at,"
        " l.matures_at FROM ledger_lot l JOIN ledger_account a ON a.id = l.account_id"
        " WHERE a.unit_id = %s AND a.holder = ANY(%s) ORDER BY l.id",
        [unit, holders],
    )


def _compare(purses: list[Purse], rows: list[_Row]) -> None:
    """Lots that are known by number must be as the model says; new ones are recognised."""
    found = {row[0]: row for row in rows}
    new: list[Lot] = []
    for lot in (lot for purse in purses for lot in purse.lots):
        if lot.number in found:
            row = found.pop(lot.number)
            assert row[5] == lot.left and row[3] == lot.origin.number, (row, lot.left)
        else:
            new.append(lot)
    for row in found.values():
        lot = next((lot for lot in new if _is(lot, row)), None)
        assert lot is not None, ("a lot that should not be", row)
        new.remove(lot)
        lot.number, lot.origin.number = row[0], row[3]
    assert not new, ("lots that should be", [(x.purse.holder, x.amount, x.left) for x in new])


def _is(lot: Lot, row: _Row) -> bool:
    return lot.origin.number in (0, row[3]) and row[1:3] + row[4:] == (
        lot.purse.holder,
        lot.state,
        lot.amount,
        lot.left,
        lot.expires,
        lot.matures,
    )


def open_shop(promise: Promise) -> Shop:
    """A fresh club that keeps ``promise``."""
    world = make_world()
    terms = {"pending_days": promise.waits, "worth": WORTH, "max_share": 100}
    world.publish(
        Program(
            terms=PointTerms(expiry=_policy(promise.points), **terms),
            credit=CreditTerms(expiry=_policy(promise.credit)),
            adjustments=AdjustmentTerms(points_alone=10**6, credit_alone=10**9),
            gifts=GiftTerms(is_on=True, points_a_day=10**9, gifts_a_day=100),
            holds=HoldTerms(minutes=15),
            households=HouseholdTerms(is_on=True),
            rules=(per_amount(rule_id="base", name=Text(fa="امتیاز"), points=1, step=STEP),),
        )
    )
    common = {"points": COST, "valid_days": VOUCHER_DAYS}
    voucher = create_reward(
        world.record.id, name="کد", kind="voucher", value=DISCOUNT, min_basket=0, **common
    )
    product = create_reward(
        world.record.id, name="لامپ", kind="product", product=world.products["lamp"], **common
    )
    return Shop(world, promise, voucher.id, product.id)


def first_transfer(decision: int) -> int:
    """A transfer by which the decision can be named in a reversal."""
    rows = fetch(
        "SELECT min(id) FROM ledger_transfer WHERE source = 'decision' AND source_id = %s",
        [decision],
    )
    return int(rows[0][0])


def decision_of(purchase: int, trigger: str) -> int:
    rows = fetch(
        "SELECT id FROM program_decision WHERE purchase_id = %s AND trigger = %s",
        [purchase, trigger],
    )
    return int(rows[0][0])


def net_of(purchase: int) -> tuple[int, int, int]:
    """Points, credit and tier points that a purchase gave or took, with all that undid it."""
    rows = fetch(
        "SELECT sum(points), sum(credit), sum(tier_points) FROM program_decision"
        " WHERE purchase_id = %s",
        [purchase],
    )
    points, credit, tier = (int(n or 0) for n in rows[0])
    return points, credit, tier
