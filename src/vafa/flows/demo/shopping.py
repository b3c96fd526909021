"""Two years of visits: who came when, to which branch, and what was in the basket. Pure."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from vafa.flows.demo.catalogue import Good, Shelf, shelves
from vafa.flows.demo.people import BRANCHES, Person
from vafa.flows.demo.season import category_boost, day_weight, hour_weights

_ZONE = ZoneInfo("Asia/Tehran")
_RETURN_WITHIN_DAYS = 9
_MOST_LINES = 14
_AMOUNT_STEP = 1_000
_ONLINE_BOOST = {"kitchen": 3.0, "home": 3.0, "beauty": 2.0, "fresh": 0.3, "bakery": 0.5}


@dataclass(frozen=True, slots=True)
class BasketLine:
    """``quantity`` in thousandths, ``amount`` in rials; ``back`` is the quantity brought back."""

    good: Good
    quantity: int
    amount: int
    back: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """A purchase; ``person`` None is a customer who is not a member."""

    at: datetime
    branch: str
    channel: str
    person: Person | None
    lines: tuple[BasketLine, ...]
    returned_at: datetime | None = None

    @property
    def total(self) -> int:
        """Rials of the whole bill."""
        return sum(line.amount for line in self.lines)


class Calendar:
    """The days of the history with how busy they are: shop time runs faster on busy days."""

    def __init__(self, end: datetime, days: int) -> None:
        self.end = end
        self.today = end.astimezone(_ZONE).date()
        self.days = [self.today - timedelta(days=days - 1 - n) for n in range(days)]
        weights = [day_weight(day) for day in self.days]
        mean = sum(weights) / days
        self._upto = list(accumulate(w / mean for w in weights))

    @property
    def length(self) -> float:
        """Shop time of the whole history, in ordinary days."""
        return self._upto[-1]

    def local_day(self, moment: datetime) -> date:
        """The shop's day of a moment."""
        return moment.astimezone(_ZONE).date()

    def moment(self, day: date, hour: float) -> datetime:
        """The moment of an hour (with its fraction) of a day, in UTC."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=_ZONE)
        return (midnight + timedelta(hours=hour)).astimezone(UTC)

    def day(self, shop_time: float) -> date:
        """The day at which the shop's time has come that far."""
        return self.days[min(bisect_right(self._upto, shop_time), len(self.days) - 1)]


def visits_of(rng: Random, person: Person, joined: float, calendar: Calendar) -> Iterator[Visit]:
    """Visits of a person whose first is at shop time ``joined``, until she drops out."""
    gap = 365 / person.rate / person.regularity
    at = joined
    while at < calendar.length:
        visit = make_visit(rng, person, calendar.day(at), calendar)
        if visit is not None:
            yield visit
        if rng.random() < person.dropout:
            return
        at += rng.gammavariate(person.regularity, gap)


def make_visit(
    rng: Random, person: Person | None, day: date, calendar: Calendar, branch: str = ""
) -> Visit | None:
    """One visit on ``day``; None when its hour has not come yet."""
    branch = branch or _branch(rng, person)
    online = branch == "online"
    hour = rng.choices(range(24), hour_weights(day, online=online))[0]
    at = calendar.moment(day, hour + rng.randrange(3600) / 3600)
    lines = tuple(_basket(rng, person, day, calendar.today, online=online))
    back_at = at + timedelta(days=rng.randint(1, _RETURN_WITHIN_DAYS), hours=rng.uniform(-1, 1))
    if at >= calendar.end:
        return None
    comes_back = any(line.back for line in lines) and back_at < calendar.end
    channel = "online" if online else "phone" if rng.random() < 0.02 else "store"
    return Visit(at, branch, channel, person, lines, back_at if comes_back else None)


def _branch(rng: Random, person: Person | None) -> str:
    if person is None:
        return rng.choices(BRANCHES, (55, 38, 7))[0]
    if person.home != "online" and rng.random() < 0.1:
        return "online"
    return person.home


def _basket(
    rng: Random, person: Person | None, day: date, today: date, *, online: bool
) -> Iterator[BasketLine]:
    appetite = person.appetite if person else 0.55
    wanted = min(1 + _poisson(rng, 2.3 * appetite), _MOST_LINES)
    boost = category_boost(day)
    weights = [
        shelf.share
        * (person.taste.get(shelf.code, 1.0) if person else 1.0)
        * boost.get(shelf.code, 1.0)
        * (_ONLINE_BOOST.get(shelf.code, 1.0) if online else 1.0)
        for shelf in shelves()
    ]
    seen: set[str] = set()
    for shelf in rng.choices(shelves(), weights, k=wanted):
        good = _pick(rng, shelf.goods)
        if good.sku not in seen:
            seen.add(good.sku)
            yield _line(rng, shelf, good, good.price_on(day, today))


def _line(rng: Random, shelf: Shelf, good: Good, price: int) -> BasketLine:
    if good.by_weight:
        quantity = max(round(rng.gammavariate(3.0, 0.5) * 100), 25) * 10
    elif shelf.code in ("kitchen", "home"):
        quantity = 1000
    else:
        quantity = rng.choices((1000, 2000, 3000, 4000), (70, 20, 7, 3))[0]
    amount = max(price * quantity // 1000 // _AMOUNT_STEP, 1) * _AMOUNT_STEP
    back = 0
    if rng.random() < shelf.returned:
        back = quantity if good.by_weight else rng.randint(1, quantity // 1000) * 1000
    return BasketLine(good, quantity, amount, back)


def _pick(rng: Random, goods: Sequence[Good]) -> Good:
    return goods[int(len(goods) * rng.random() ** 1.5)]


def _poisson(rng: Random, mean: float) -> int:
    limit, product, n = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        n += 1
    return n
