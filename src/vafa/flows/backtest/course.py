"""How everything stands while a back-test goes on: what the draft itself has given so far, and who
is who."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, get_args
from zoneinfo import ZoneInfo

import orjson

from vafa.core.jalali import Calendar, period_start
from vafa.flows.backtest.before import Before
from vafa.flows.backtest.challenges import Challenges
from vafa.flows.backtest.deeds import DeedsGiven, Shut, Stock
from vafa.flows.backtest.limits import LimitsUsed
from vafa.flows.backtest.people import Merge
from vafa.flows.backtest.standing import Standing
from vafa.ledger.rules.dates import BookDates
from vafa.program.rules.backtest import Tally
from vafa.program.rules.deeds import DEEDS
from vafa.program.rules.document import Program
from vafa.program.rules.earning import Part
from vafa.program.rules.expressions import NOTHING, Sight
from vafa.program.rules.index import index_of
from vafa.program.rules.moments import Happening
from vafa.program.rules.needs import needs_of

# Where a rule's line counts what a part gives, how often, and what limits held back; of what
# really happened so many places behind.
_PLACE = {"points": 0, "credit": 1, "tier": 2}
_TIMES, _HELD, REALLY = 3, 8, 4
NO_STOCK = Stock({}, {})


class Shop(NamedTuple):
    """What the club sells and where: the merchants of branches, categories and brands of products;
    and what its rules can give that may be gone."""

    merchants: Mapping[int, int]
    products: Mapping[int, tuple[int | None, str]]
    stock: Stock = NO_STOCK


def in_use(draft: Program) -> list[Happening]:
    """What the draft's rules are about."""
    return [on for on in get_args(Happening) if index_of(draft, on).rules]


def needs(draft: Program) -> Sight:
    """What its rules have to know of members."""
    found = NOTHING
    for on in in_use(draft):
        found |= needs_of(index_of(draft, on).rules)
    return found


class Course:
    """What is counted in ``tally``, and all that it follows from; ``counted`` are the segments that
    have a line of their own."""

    def __init__(
        self, draft: Program, dates: BookDates, shop: Shop, counted: Collection[str]
    ) -> None:
        self.draft, self.dates, self.shop = draft, dates, shop
        self.tz = ZoneInfo(dates.zone)
        self.tally = Tally()
        self.needs = needs(draft)
        self.standing = Standing(draft, dates)
        self.limits = LimitsUsed(draft, dates.calendar)
        self.before = Before(self.needs.counters, dates)
        self.shut = Shut(draft, shop.stock)
        self.deeds = DeedsGiven(shop.stock)
        self.challenges = Challenges(draft, shop.products)
        self._counted = frozenset(counted)
        self._became: dict[int, int] = {}
        self._holders: dict[int, int] = {}

    def now(self, member_id: int) -> int:
        """Who the member is at this point of the history."""
        while member_id in self._became:
            member_id = self._became[member_id]
        return member_id

    def holder(self, member_id: int) -> int:
        """Whose wallet she uses at this point."""
        return self._holders.get(member_id, member_id)

    def move(self, member_id: int, holder: int) -> None:
        """She uses another wallet from now on."""
        self._holders[member_id] = holder

    def merge(self, merge: Merge) -> None:
        """Two members are one from now on."""
        keep = self.now(merge.keep)
        self.standing.merge(merge.gone, keep)
        self.before.merge(merge.gone, keep)
        self.limits.merge("member", merge.gone, keep)
        self.limits.merge("household", self.holder(merge.gone), self.holder(keep))
        self.shut.merge(merge.gone, keep)
        self.challenges.merge(merge.gone, keep)
        self._became[merge.gone] = keep

    def lines(self, day: date, branch_id: int, segments: Collection[str]) -> list[list[int]]:
        """The lines of the tally that count what happened then and there (0: nowhere)."""
        tally = self.tally
        found = [tally.line("all", ""), tally.line("month", month_of(day, self.dates.calendar))]
        if branch_id:
            found.append(tally.line("branch", str(branch_id)))
        if segments:
            found += [tally.line("segment", code) for code in segments if code in self._counted]
        return found

    def count(self, parts: Iterable[Part]) -> bool:
        """Count by rule what the draft gives; whether it also does anything."""
        tally, does = self.tally, False
        for rule, kind, points, saw, unit in parts:
            counted = tally.rule(f"tier:{rule}" if kind == "tier" else rule)
            if points:
                counted[_PLACE[unit]] += points
                counted[_TIMES] += 1
            elif kind in DEEDS:
                does = True
            if "before" in saw:
                counted[_HELD] += int(saw["before"]) - points
        return does

    def count_real(self, stored: Any) -> list[Part]:
        """Count by rule what was really given; the parts that did something."""
        parts = orjson.loads(stored) if isinstance(stored, str) else stored
        does: list[Part] = []
        for rule, kind, points, saw, *unit in parts:
            if points:
                counted = self.tally.rule(f"tier:{rule}" if kind == "tier" else rule)
                counted[REALLY + _PLACE[unit[0] if unit else "points"]] += points
                counted[REALLY + _TIMES] += 1
            elif kind in DEEDS:
                does.append(Part(rule, kind, 0, saw))
        return does

    def month(self, day: date) -> str:
        """The month of a day, as the tally names it."""
        return month_of(day, self.dates.calendar)

    def forget(self, member_ids: Sequence[int]) -> None:
        """Nothing of them is asked any more."""
        for member_id in member_ids:
            self.standing.forget(member_id)
            self.before.forget(member_id)


@lru_cache(maxsize=4096)
def month_of(day: date, calendar: Calendar) -> str:
    """The first day of the month that ``day`` is in, as text."""
    return period_start(day, "month", calendar).isoformat()
