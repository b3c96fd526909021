"""Judge recorded purchases by a draft, as if it had been in force: in the order in which they were
recorded, each with what the draft itself had given before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson

from vafa.club.rules.attributes import rule_facts
from vafa.core.jalali import Calendar, period_start
from vafa.flows.backtest.before import Before
from vafa.flows.backtest.events import BACK, BASE, BUY, DRAWN, EARLIER, MERGE, Event, Sale
from vafa.flows.backtest.history import Back, Bought, Merge
from vafa.flows.backtest.limits import Draws, LimitsUsed
from vafa.flows.backtest.standing import Standing
from vafa.ledger.rules.dates import BookDates
from vafa.program.reads.undo import Undoable
from vafa.program.rules.backtest import DRAFT, REAL, Tally
from vafa.program.rules.document import Program
from vafa.program.rules.earning import Decided, LineFacts, PurchaseFacts, decide_purchase
from vafa.program.rules.facts import NO_LINE
from vafa.program.rules.index import index_of
from vafa.program.rules.needs import needs_of
from vafa.program.rules.undoing import LineProgress
from vafa.program.rules.what_earns import BillLine, earning_amounts


class Shop(NamedTuple):
    """What the club sells and where: the merchants of branches, categories and brands of products."""

    merchants: Mapping[int, int]
    products: Mapping[int, tuple[int | None, str]]


@dataclass(slots=True)
class _Undone:
    """A purchase of which something comes back later, and what the draft ``granted`` for it."""

    bought: Bought
    granted: Undoable | None = None
    amounts: dict[int, int] = field(default_factory=dict)
    lines: Sequence[list[int]] = ()  # those of the tally that count it
    draws: Draws = field(default_factory=list)
    returned: dict[int, int] = field(default_factory=dict)


# Where a rule's line counts what a part gives, how often, and what limits held back; of what
# really happened so many places behind.
_PLACE = {"points": 0, "credit": 1, "tier": 2}
_TIMES, _HELD, _REALLY = 3, 8, 4
_NO_PRODUCT = (None, "")
_NO_ATTRIBUTES: Mapping[str, int | str] = {}


class Judge:
    """Counts in ``tally`` what ``draft`` gives for the events that it is fed; ``standing`` are the
    members' tiers by it, ``counted`` the segments that have a line of their own."""

    def __init__(
        self, draft: Program, dates: BookDates, shop: Shop, *, counted: Collection[str] = ()
    ) -> None:
        self.tally = Tally()
        self.standing = Standing(draft, dates)
        self._draft, self._dates, self._shop = draft, dates, shop
        self._tz = ZoneInfo(dates.zone)
        self._counted = frozenset(counted)
        self._became: dict[int, int] = {}
        self._undone: dict[int, _Undone] = {}
        self.limits = LimitsUsed(draft, dates.calendar)
        self._needs = needs_of(index_of(draft, "purchase").rules)
        self.before = Before(self._needs.counters, dates)

    def feed(self, events: Iterable[Event]) -> None:
        """Judge events, in their order."""
        for event in events:
            kind = event.kind
            if kind == BUY:
                self._buy(event.what)
            elif kind == BASE:
                counts = event.what
                self.standing.add(self._now(counts.member_id), counts.at, counts.amount)
            elif kind == DRAWN:
                for draw in event.what.counted:
                    self.limits.note(*draw)
            elif kind == MERGE:
                self._merge(event.what)
            elif kind == EARLIER:
                self._note(event.what, 0, member_id=self._now(event.what.member_id))
                self._undone[event.id] = _Undone(event.what)
            elif kind == BACK:
                self._come_back(event.what)
            else:
                self._reverse(event.what)

    def _buy(self, sale: Sale) -> None:
        bought = sale.bought
        local = bought.purchased_at.astimezone(self._tz)
        day = local.date()
        member_id = self._now(bought.member_id)
        person = sale.person
        facts = PurchaseFacts(
            day,
            self._dates.calendar,
            bought.branch_id,
            self._line_facts(sale),
            person.birth_date,
            self.standing.of(member_id, day, bought.purchased_at),
            local.hour * 60 + local.minute,
            self._shop.merchants[bought.branch_id],
            bought.channel,
            person.gender,
            self.limits.left(
                day,
                member_id,
                person.holder,
                (bought.branch_id, self._shop.merchants[bought.branch_id]),
            ),
            bought.payment,
            sale.segments,
            rule_facts(person.attributes) if self._needs.attributes else _NO_ATTRIBUTES,
            self.before.of(member_id, day, bought.purchased_at),
        )
        decided = decide_purchase(self._draft, facts)
        draws = self.limits.draw(decided, self.tally)
        self._note(bought, decided.tier_points, member_id=member_id)
        lines = self._count(sale, day, decided)
        if sale.is_undone:
            self._undone[bought.id] = _granted(sale, decided, lines, draws)

    def _note(self, bought: Bought, points: int, *, member_id: int) -> None:
        """The purchase is recorded and gave so many points: what follows sees it."""
        counts = {"points": points, "spend": bought.total, "visits": 1}
        self.standing.add(member_id, bought.purchased_at, counts.get(self.standing.basis, 0))
        self.before.note(member_id, bought.id, bought.purchased_at, bought.total)

    def _line_facts(self, sale: Sale) -> list[LineFacts]:
        bought = sale.bought
        billed = [BillLine(li.amount, sale.off.get(li.id, 0), li.kind) for li in sale.lines]
        amounts = earning_amounts(self._draft.earning, billed, bought.by_points, bought.by_credit)
        products, out = self._shop.products, []
        for line, paid in zip(sale.lines, amounts, strict=True):
            if paid is None:
                out.append(NO_LINE)
                continue
            category, brand = products.get(line.product_id or 0, _NO_PRODUCT)
            out.append(LineFacts(paid, category, line.product_id, line.quantity, brand))
        return out

    def _count(self, sale: Sale, day: date, decided: Decided) -> list[list[int]]:
        tally, bought, real = self.tally, sale.bought, sale.granted
        lines = [
            tally.line("all", ""),
            tally.line("branch", str(bought.branch_id)),
            tally.line("month", _month(day, self._dates.calendar)),
        ]
        lines += [tally.line("segment", c) for c in sale.segments if c in self._counted]
        for line in lines:
            line[0] += 1
            line[1] += bought.total
            line[DRAFT] += decided.points
            line[DRAFT + 2] += decided.credit
            if real is not None:
                line[REAL] += real.points
                line[REAL + 1] += sale.back[0]
                line[REAL + 2] += real.credit
                line[REAL + 3] += sale.back[1]
        for rule, kind, points, saw, unit in decided.parts:
            counted = tally.rule(f"tier:{rule}" if kind == "tier" else rule)
            if points:
                counted[_PLACE[unit]] += points
                counted[_TIMES] += 1
            if "before" in saw:
                counted[_HELD] += int(saw["before"]) - points
        if real is not None:
            self._count_real(real.parts)
        return lines

    def _count_real(self, stored: Any) -> None:
        parts = orjson.loads(stored) if isinstance(stored, str) else stored
        for rule, kind, points, _, *unit in parts:
            if points:
                counted = self.tally.rule(f"tier:{rule}" if kind == "tier" else rule)
                counted[_REALLY + _PLACE[unit[0] if unit else "points"]] += points
                counted[_REALLY + _TIMES] += 1

    def _come_back(self, back: Sequence[Back]) -> None:
        sale = self._undone.get(back[0].purchase_id)
        if sale is None:
            return
        for line in back:
            sale.returned[line.line_id] = sale.returned.get(line.line_id, 0) + line.amount
        progress = {
            line: LineProgress(whole, sale.returned.get(line, 0))
            for line, whole in sale.amounts.items()
        }
        amount = sum(line.amount for line in back)
        self.before.come_back(back[0].purchase_id, back[0].returned_at, amount)
        is_whole = sum(sale.returned.values()) == sale.bought.total
        counts = {"spend": -amount, "visits": -int(is_whole)}
        self._count_back(sale, counts.get(self.standing.basis, 0))
        if sale.granted is not None:
            self._take(sale, sale.granted, sale.granted.to_undo(progress))

    def _reverse(self, purchase_id: int) -> None:
        """All that is left of the draft's grant is taken back."""
        sale = self._undone.get(purchase_id)
        grant = sale.granted if sale is not None else None
        if sale is None or grant is None:
            return
        points, credit = grant.points + grant.undone, grant.credit + grant.credit_undone
        tier = grant.tier_points + grant.tier_undone - points
        self._take(sale, grant, (points, credit, tier))

    def _take(self, sale: _Undone, grant: Undoable, take: tuple[int, int, int]) -> None:
        points, credit, tier = take
        if not any(take):
            return
        self.limits.give_back(sale.draws, grant.drawn_back(*take))
        grant.undone -= points
        grant.credit_undone -= credit
        grant.tier_undone -= points + tier
        if self.standing.basis == "points":
            self._count_back(sale, -points - tier)
        for line in sale.lines:
            line[DRAFT + 1] += points
            line[DRAFT + 3] += credit

    def _count_back(self, sale: _Undone, amount: int) -> None:
        member_id = self._now(sale.bought.member_id)
        self.standing.add(member_id, sale.bought.purchased_at, amount)

    def _merge(self, merge: Merge) -> None:
        keep = self._now(merge.keep)
        self.standing.merge(merge.gone, keep)
        self.before.merge(merge.gone, keep)
        self.limits.merge(merge.gone, keep)
        self._became[merge.gone] = keep

    def _now(self, member_id: int) -> int:
        """Who the member is at this point of the history."""
        while member_id in self._became:
            member_id = self._became[member_id]
        return member_id


def _granted(sale: Sale, decided: Decided, lines: Sequence[list[int]], draws: Draws) -> _Undone:
    made = _Undone(sale.bought, lines=lines, draws=draws)
    made.amounts = {line.id: line.amount for line in sale.lines}
    if decided.anything:
        bought = sale.bought
        made.granted = Undoable(
            id=0,
            purchase_id=bought.id,
            member_id=bought.member_id,
            revision_id=0,
            trigger="purchase",
            points=decided.points,
            shares=decided.shares_of([line.id for line in sale.lines]),
            parts=[],
            tier_at=bought.purchased_at,
            undone=0,
            credit=decided.credit,
            credit_undone=0,
            counted=[(n, points, times) for n, (_, points, times) in enumerate(draws)],
            tier_points=decided.tier_points,
            tier_undone=0,
        )
    return made


@lru_cache(maxsize=4096)
def _month(day: date, calendar: Calendar) -> str:
    return period_start(day, "month", calendar).isoformat()
