"""What rules ask of members beyond their own row: segments, attributes, what they did before.

Asked set-wise and only as far as the rules in force need it, so that a club whose rules need
none of it pays nothing for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from vafa.audience.reads.members import compile_known, who_query
from vafa.club.reads.attributes import attributes_query
from vafa.club.reads.context import ClubContext
from vafa.commerce.reads.counters import Bought, Stretch, bought_query
from vafa.core.db import Query
from vafa.flows.entries import OLDEST
from vafa.program.rules.conditions import Counter
from vafa.program.rules.expressions import NOTHING, Sight
from vafa.program.rules.facts import PurchaseFacts


class Asking(NamedTuple):
    """Of whom something has to be known, and as of when."""

    member_id: int
    at: datetime


class MemberFacts:
    """What is known of the members of one batch. ``needs``: what the rules speak of; segments are
    those of the moment ``now``, what was bought before counts as of each asking."""

    def __init__(
        self, club: ClubContext, needs: Sight, asked: Iterable[Asking], now: datetime
    ) -> None:
        self._club, self._needs = club, needs if (asked := list(asked)) else NOTHING
        self._asked: Sequence[Asking] = asked
        self._members = sorted({one.member_id for one in asked})
        self._compiled = compile_known(club, self._needs.segments, now)
        self._in: dict[str, set[int]] = {}
        self._attributes: dict[int, dict[str, str | int]] = {}
        self._before: dict[Stretch, Bought] = {}
        self._bought: dict[int, list[tuple[datetime, int]]] = {}

    def queries(self) -> list[Query[None]]:
        """The questions to be asked together with others; their answers are kept here. Those about
        purchases see what is committed when they are asked: after the locks."""
        wanted: list[Query[None]] = [
            _kept(who_query(compiled, self._members), partial(self._belong, code))
            for code, compiled in self._compiled.items()
        ]
        if self._needs.attributes:
            wanted.append(_kept(attributes_query(self._members), self._attributes.update))
        stretches = [
            self._stretch(one, counter) for one in self._asked for counter in self._counters()
        ]
        if stretches:
            wanted.append(_kept(bought_query(stretches), self._before.update))
        return wanted

    def told(self, facts: PurchaseFacts, one: Asking) -> PurchaseFacts:
        """``facts`` of her with what the rules need beside."""
        needs = self._needs
        if needs == NOTHING:
            return facts
        return facts._replace(
            segments=self.segments_of(one.member_id),
            attributes=self._attributes.get(one.member_id, {}),
            counters={counter: self._number(one, counter) for counter in self._counters()},
        )

    def segments_of(self, member_id: int) -> frozenset[str]:
        """The segments, of those that were asked of, in which she is."""
        return frozenset(code for code, who in self._in.items() if member_id in who)

    def note(self, one: Asking, total: int) -> None:
        """She bought for so much in this batch: what follows in it sees that."""
        if self._needs.counters:
            self._bought.setdefault(one.member_id, []).append((one.at, total))

    def _counters(self) -> list[Counter]:
        return [c for c in self._needs.counters if ":" not in c[0]]

    def _belong(self, code: str, who: set[int]) -> None:
        self._in[code] = who

    def _stretch(self, one: Asking, counter: Counter) -> Stretch:
        days = counter[1]
        if days is None:
            return Stretch(one.member_id, OLDEST, one.at)
        first = self._club.local_date(one.at) - timedelta(days=days)
        return Stretch(one.member_id, self._club.day_start(first), one.at)

    def _number(self, one: Asking, counter: Counter) -> int | None:
        stretch = self._stretch(one, counter)
        before = self._before.get(stretch, Bought())
        here = [
            (at, total)
            for at, total in self._bought.get(one.member_id, ())
            if stretch.since <= at <= stretch.until
        ]
        bills = before.bills + len(here)
        if counter[0] == "spend":
            return before.total + sum(total for _, total in here)
        if counter[0] != "days_since":
            return bills + (1 if counter[0] == "nth" else 0)
        moments = [at for at, _ in here] + ([before.last] if before.last else [])
        if not moments:
            return None
        local = self._club.local_date
        return (local(one.at) - local(max(moments))).days


def _kept(query: Query[Any], keep: Callable[[Any], None]) -> Query[None]:
    """The same question, whose answer goes where it is kept."""
    return Query(query.sql, query.params, lambda rows: keep(query.build(rows)))
