"""Judge recorded purchases by a draft, as if it had been in force: in the order in which they were
recorded, each with what the draft itself had given before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from vafa.club.rules.attributes import rule_facts
from vafa.flows.backtest.course import Course, Shop
from vafa.flows.backtest.deeds import DRAFT as BY_DRAFT
from vafa.flows.backtest.deeds import REAL as REALLY
from vafa.flows.backtest.events import (
    BACK,
    BASE,
    BUY,
    DRAWN,
    EARLIER,
    FREED,
    HAPPEN,
    MERGE,
    MOVE,
    REALLY_GIVEN,
    REVERSE,
    UNDO,
    USED,
    Event,
    Sale,
)
from vafa.flows.backtest.happenings import Happenings
from vafa.flows.backtest.history import Back, Bought, Sold
from vafa.flows.backtest.limits import Draws
from vafa.flows.backtest.people import Merge
from vafa.ledger.rules.dates import BookDates
from vafa.program.reads.undo import Undoable
from vafa.program.rules.backtest import DRAFT, REAL
from vafa.program.rules.document import Program
from vafa.program.rules.earning import Decided, LineFacts, PurchaseFacts, decide_purchase
from vafa.program.rules.facts import NO_LINE
from vafa.program.rules.index import index_of
from vafa.program.rules.undoing import LineProgress
from vafa.program.rules.what_earns import BillLine, earning_amounts


@dataclass(slots=True)
class _Undone:
    """A purchase of which something comes back later, and what the draft ``granted`` for it."""

    bought: Bought
    granted: Undoable | None = None
    amounts: dict[int, int] = field(default_factory=dict)
    lines: Sequence[list[int]] = ()  # those of the tally that count it
    draws: Draws = field(default_factory=list)
    returned: dict[int, int] = field(default_factory=dict)


_NO_PRODUCT = (None, "")
_NO_ATTRIBUTES: Mapping[str, int | str] = {}
_NOTHING_SHUT: frozenset[str] = frozenset()


class Judge:
    """Counts in ``tally`` what ``draft`` gives for the events that it is fed; ``counted`` are the
    segments that have a line of their own."""

    def __init__(
        self, draft: Program, dates: BookDates, shop: Shop, *, counted: Collection[str] = ()
    ) -> None:
        self.course = course = Course(draft, dates, shop, counted)
        self.tally, self.standing, self.limits = course.tally, course.standing, course.limits
        self.before = course.before
        self.happenings = Happenings(course)
        self._draft, self._shop = draft, shop
        self._undone: dict[int, _Undone] = {}
        self._brings_more = self.happenings.follow_purchases
        self._gives_what_may_be_gone = bool(index_of(draft, "purchase").targets)
        self._what: dict[int, Callable[[Event], None]] = {
            BASE: self._base,
            DRAWN: self._drawn,
            MERGE: self._merge,
            MOVE: lambda event: course.move(course.now(event.what.member_id), event.what.holder),
            EARLIER: self._earlier,
            USED: self._used,
            FREED: self._freed,
            HAPPEN: lambda event: self.happenings.happen(event.what, event.recorded_at),
            REALLY_GIVEN: lambda event: self.happenings.really(event.what),
            BACK: lambda event: self._come_back(event.what),
            REVERSE: lambda event: self._reverse(event.what),
            UNDO: lambda event: self.happenings.undo(event.what),
        }

    def feed(self, events: Iterable[Event]) -> None:
        """Judge events, in their order."""
        what, buy = self._what, self._buy
        for event in events:
            if event.kind == BUY:
                buy(event.what)
            else:
                what[event.kind](event)

    def end(self) -> None:
        """Everything was fed: who was given something is counted."""
        self.course.deeds.into(self.tally)

    def _base(self, event: Event) -> None:
        counts = event.what
        self.standing.add(self._now(counts.member_id), counts.at, counts.amount)

    def _drawn(self, event: Event) -> None:
        for draw in event.what.counted:
            self.limits.note(*draw)

    def _merge(self, event: Event) -> None:
        merge: Merge = event.what
        self.happenings.merge(merge.gone, self._now(merge.keep))
        self.course.merge(merge)

    def _earlier(self, event: Event) -> None:
        bought, lines = event.what
        self._note(bought, 0, lines, member_id=self._now(bought.member_id))
        self._undone[event.id] = _Undone(bought)

    def _used(self, event: Event) -> None:
        took = event.what
        self.course.challenges.use(self._now(took.member_id), took.what, took.purchases)

    def _freed(self, event: Event) -> None:
        took = event.what
        self.course.challenges.free(self._now(took.member_id), took.what, took.purchases)

    def _buy(self, sale: Sale) -> None:
        course, bought, person = self.course, sale.bought, sale.person
        local = bought.purchased_at.astimezone(course.tz)
        day = local.date()
        member_id = course.now(bought.member_id)
        merchant = self._shop.merchants[bought.branch_id]
        place = bought.branch_id, merchant
        facts = PurchaseFacts(
            day,
            course.dates.calendar,
            bought.branch_id,
            self._line_facts(sale),
            person.birth_date,
            self.standing.of(member_id, day, bought.purchased_at),
            local.hour * 60 + local.minute,
            merchant,
            bought.channel,
            person.gender,
            self.limits.left(day, member_id, course.holder(member_id), place),
            bought.payment,
            sale.segments,
            rule_facts(person.attributes) if course.needs.attributes else _NO_ATTRIBUTES,
            self.before.of(member_id, day, bought.purchased_at),
            course.shut.of("purchase", member_id, day, bought.recorded_at)
            if self._gives_what_may_be_gone
            else _NOTHING_SHUT,
        )
        decided = decide_purchase(self._draft, facts)
        draws = self.limits.draw(decided, self.tally)
        self._note(bought, decided.tier_points, sale.lines, member_id=member_id)
        lines = self._count(sale, day, decided, member_id)
        if sale.is_undone:
            self._undone[bought.id] = _granted(sale, decided, lines, draws)
        if self._brings_more:
            self.happenings.bought(sale, member_id, facts, decided)

    def _note(self, bought: Bought, points: int, lines: Sequence[Sold], *, member_id: int) -> None:
        """The purchase is recorded and gave so many points: what follows sees it."""
        counts = {"points": points, "spend": bought.total, "visits": 1}
        self.standing.add(member_id, bought.purchased_at, counts.get(self.standing.basis, 0))
        self.before.note(member_id, bought.id, bought.purchased_at, bought.total)
        if self._brings_more:
            self.course.challenges.note(member_id, bought, lines)

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

    def _count(self, sale: Sale, day: date, decided: Decided, member_id: int) -> list[list[int]]:
        course, bought, real = self.course, sale.bought, sale.granted
        lines = course.lines(day, bought.branch_id, sale.segments)
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
        if course.count(decided.parts):
            course.shut.note(member_id, decided.parts)
            month = course.month(day)
            course.deeds.count_all(BY_DRAFT, sale.person.root, month, decided.parts)
        if real is not None and (does := course.count_real(real.parts)):
            course.deeds.count_all(REALLY, sale.person.root, course.month(day), does)
        return lines

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
        self.course.challenges.come_back(back)
        amount = sum(line.amount for line in back)
        self.before.come_back(back[0].purchase_id, back[0].returned_at, amount)
        is_whole = sum(sale.returned.values()) == sale.bought.total
        counts = {"spend": -amount, "visits": -int(is_whole)}
        self._count_back(sale, counts.get(self.standing.basis, 0))
        if sale.granted is not None:
            self._take(sale, sale.granted, sale.granted.to_undo(progress), is_whole=is_whole)
        self.happenings.come_back(back[0].purchase_id, is_whole=is_whole)

    def _reverse(self, purchase_id: int) -> None:
        """All that is left of the draft's grant is taken back."""
        sale = self._undone.get(purchase_id)
        grant = sale.granted if sale is not None else None
        if sale is None or grant is None:
            return
        points, credit = grant.points + grant.undone, grant.credit + grant.credit_undone
        tier = grant.tier_points + grant.tier_undone - points
        self._take(sale, grant, (points, credit, tier))

    def _take(
        self,
        sale: _Undone,
        grant: Undoable,
        take: tuple[int, int, int],
        *,
        is_whole: bool = False,
    ) -> None:
        points, credit, tier = take
        # What gave no amount gives its times back with the last of the bill.
        ends = is_whole and not (grant.credit or grant.tier_points)
        if not (any(take) or ends):
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

    def _now(self, member_id: int) -> int:
        return self.course.now(member_id)


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
