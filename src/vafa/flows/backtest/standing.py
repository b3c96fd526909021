"""In which tier a member stands by a programme, while a back-test goes on."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from vafa.ledger.rules.dates import BookDates
from vafa.program.rules.backtest import TierLog
from vafa.program.rules.document import Program
from vafa.program.rules.tier_windows import first_counted, looks_back_to
from vafa.program.rules.tiers import TierFact, tier_at, tier_for

ALWAYS = datetime(1, 1, 2, tzinfo=UTC)


class Standing:
    """What counts for the tiers of members, and the tiers that follow.

    ``fixed`` are the tiers of those whom nothing moves: where tiers go by an attribute. ``closed``
    are the codes of the tiers that are not for a member, where there are any.
    """

    def __init__(self, program: Program, dates: BookDates) -> None:
        self._program, self._dates = program, dates
        self._terms = program.tier_terms
        self._is_one_sum = self._terms.is_plain and self._terms.basis in ("points", "spend")
        self._logs: dict[int, TierLog] = {}
        self.fixed: dict[int, str | None] = {}
        self.closed: dict[int, frozenset[str]] = {}

    @property
    def basis(self) -> str:
        """What counts: points, spend, visits, attribute; "" where there are no tiers."""
        return self._terms.basis if self._program.tiers else ""

    def add(self, member_id: int, at: datetime, amount: int) -> None:
        """Something counts at ``at`` (negative: it was taken back)."""
        if amount and self._program.tiers:
            log = self._logs.get(member_id)
            if log is None:
                log = self._logs[member_id] = TierLog()
            log.add(at, amount)

    def of(self, member_id: int, day: date, at: datetime) -> str | None:
        """The code of the tier that the member has at ``at``, a moment of the club's ``day``."""
        if not self._program.tiers:
            return None
        if self._terms.basis == "attribute":
            return self.fixed.get(member_id)
        log, closed = self._logs.get(member_id), self.closed.get(member_id, frozenset())
        if self._is_one_sum:
            tier = tier_for(self._program, self._sum(log, day, at) if log else 0, closed)
        else:
            since = day_start(looks_back_to(self._terms, day, self._dates.calendar), self._dates)
            facts = [TierFact(*each) for each in log.facts(since, at)] if log else []
            tier = tier_at(self._program, facts, at, self._dates, closed)
        return tier.code if tier else None

    def _sum(self, log: TierLog, day: date, at: datetime) -> int:
        since = day_start(first_counted(self._terms, day, self._dates.calendar), self._dates)
        return log.between(since, at)

    def merge(self, gone: int, keep: int) -> None:
        """What counted for the one counts for the other."""
        log = self._logs.pop(gone, None)
        if log is not None:
            log.pour_into(self._logs.setdefault(keep, TierLog()))

    def forget(self, member_id: int) -> None:
        """Nothing of her is asked any more."""
        self._logs.pop(member_id, None)


@lru_cache(maxsize=65_536)
def day_start(day: date | None, dates: BookDates) -> datetime:
    """The moment at which a day begins; of None, the beginning of time."""
    if day is None:
        return ALWAYS
    return datetime.combine(day, time(), ZoneInfo(dates.zone)).astimezone(UTC)
