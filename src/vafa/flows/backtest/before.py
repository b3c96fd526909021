"""What members had bought before, as the conditions of a draft count it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from vafa.flows.backtest.standing import day_start
from vafa.ledger.rules.dates import BookDates
from vafa.program.rules.conditions import Counter, attribute_key

_NOTHING: Mapping[Counter, int | None] = {}


class _Bill:
    """A purchase: when, for how much, and what came back of it when."""

    __slots__ = ("at", "back", "total")

    def __init__(self, at: datetime, total: int) -> None:
        self.at, self.total = at, total
        self.back: list[tuple[datetime, int]] = []

    def kept(self, until: datetime) -> int:
        """What had not come back by then."""
        return self.total - sum(amount for at, amount in self.back if at <= until)


class Before:
    """Earlier purchases of members; keeps nothing where the draft counts nothing of them."""

    def __init__(self, counters: Collection[Counter], dates: BookDates) -> None:
        self._counters = [c for c in counters if attribute_key(c[0]) is None]
        self._dates, self._tz = dates, ZoneInfo(dates.zone)
        self._bills: dict[int, dict[int, _Bill]] = {}
        self._whose: dict[int, int] = {}

    @property
    def is_asked(self) -> bool:
        """Whether the draft asks for anything that was before."""
        return bool(self._counters)

    def note(self, member_id: int, purchase_id: int, at: datetime, total: int) -> None:
        """She bought for so much."""
        if self._counters:
            self._bills.setdefault(member_id, {})[purchase_id] = _Bill(at, total)
            self._whose[purchase_id] = member_id

    def come_back(self, purchase_id: int, at: datetime, amount: int) -> None:
        """So much of a purchase came back."""
        member_id = self._whose.get(purchase_id)
        if member_id is not None:
            self._bills[member_id][purchase_id].back.append((at, amount))

    def merge(self, gone: int, keep: int) -> None:
        """What the one bought the other has bought."""
        bills = self._bills.pop(gone, {})
        if bills:
            self._whose |= dict.fromkeys(bills, keep)
            self._bills.setdefault(keep, {}).update(bills)

    def of(self, member_id: int, day: date, at: datetime) -> Mapping[Counter, int | None]:
        """The numbers as of ``at``, a moment of the club's ``day``."""
        if not self._counters:
            return _NOTHING
        bills = [
            (bill.at, kept)
            for bill in self._bills.get(member_id, {}).values()
            if bill.at <= at and (kept := bill.kept(at)) > 0
        ]
        return {counter: self._number(counter, bills, day) for counter in self._counters}

    def forget(self, member_id: int) -> None:
        """Nothing of her is asked any more."""
        for purchase_id in self._bills.pop(member_id, ()):
            del self._whose[purchase_id]

    def _number(self, counter: Counter, bills: list[tuple[datetime, int]], day: date) -> int | None:
        what, window = counter
        if what == "days_since":
            last = max((at for at, _ in bills), default=None)
            return None if last is None else (day - last.astimezone(self._tz).date()).days
        if window is not None:
            since = day_start(day - timedelta(days=window), self._dates)
            bills = [bill for bill in bills if bill[0] >= since]
        if what == "spend":
            return sum(kept for _, kept in bills)
        return len(bills) + (what == "nth")
