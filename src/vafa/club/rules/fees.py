"""What membership costs and until when it is paid. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from vafa.core.errors import InvalidInput
from vafa.core.jalali import Calendar, add_months

MOST_MONTHS, MOST_DAYS = 120, 365


@dataclass(frozen=True, slots=True)
class Fee:
    """What a club asks: ``amount`` (smallest units; 0: free) for ``months``; see ``FeeTerms``.
    ``since``: the first day on which the club has asked for a fee."""

    amount: int = 0
    months: int = 12
    first_free_days: int = 0
    grace_days: int = 0
    remind_days: int = 14
    since: date = date.min

    def covers(self, until: date | None, paid_on: date, calendar: Calendar) -> tuple[date, date]:
        """What a payment of that day covers, the end exclusive: it goes on where the last one ends,
        or from the day itself where that is over."""
        start = until if until is not None and until > paid_on else paid_on
        return start, add_months(start, self.months, calendar)

    def is_due(self, until: date | None, joined: date, day: date) -> bool:
        """Whether on that day the fee should have been paid."""
        return self.amount > 0 and day >= self._owed_from(until, joined)

    def lets_earn(self, until: date | None, joined: date, day: date) -> bool:
        """Whether purchases of that day earn anything: the fee is paid, or not overdue for longer
        than the grace."""
        owed = self._owed_from(until, joined)
        return self.amount == 0 or day < owed + timedelta(days=self.grace_days)

    def _owed_from(self, until: date | None, joined: date) -> date:
        if until is not None:
            return until
        return max(joined, self.since) + timedelta(days=self.first_free_days)


FREE = Fee()


def refuse_wrong_fee(fee: Fee) -> None:
    """Raise InvalidInput for numbers that make no sense, by field."""
    if not 0 <= fee.amount <= 10**13:
        raise InvalidInput(field="amount")
    if not 1 <= fee.months <= MOST_MONTHS:
        raise InvalidInput(field="months")
    for field in ("first_free_days", "grace_days", "remind_days"):
        if not 0 <= getattr(fee, field) <= MOST_DAYS:
            raise InvalidInput(field=field)
