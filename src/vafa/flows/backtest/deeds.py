"""What rules do beside giving amounts, while a back-test goes on: counted, and given only where it
could have been given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q

from vafa.program.models import Draw, VoucherSeries
from vafa.program.rules.backtest import Tally, deed_name
from vafa.program.rules.deeds import deeds_in, is_deed
from vafa.program.rules.document import Program
from vafa.program.rules.earning import Part
from vafa.program.rules.index import index_of
from vafa.program.rules.moments import Happening

_NOTHING: frozenset[str] = frozenset()
DRAFT, REAL = 0, 3


class Series(NamedTuple):
    """Codes of a series can be given until ``until``; each is worth ``worth`` (smallest unit of
    money; 0 where that depends on the bill)."""

    until: float
    worth: int


class OpenDraw(NamedTuple):
    """A draw takes chances from ``since`` to ``until``, for what happened from ``first`` to
    ``last``."""

    since: float
    until: float
    first: date
    last: date


class Stock(NamedTuple):
    """What the club's rules can give that may be gone; moments are seconds since 1970."""

    series: Mapping[int, Series]
    draws: Mapping[int, OpenDraw]


def stock_of(club_id: int) -> Stock:
    """The series whose codes rules can give, and the draws that have been opened."""
    series = VoucherSeries.objects.filter(club_id=club_id, letters__gt=0)
    draws = Draw.objects.filter(~Q(opened_at=None), club_id=club_id)
    return Stock(
        {
            one.pk: Series(
                min(_moment(one.expires_at), _moment(one.cancelled_at)),
                one.value if one.kind == "voucher" else 0,
            )
            for one in series
        },
        {
            one.pk: OpenDraw(
                _moment(one.opened_at),
                min(_moment(one.frozen_at), _moment(one.cancelled_at)),
                one.starts_on,
                one.ends_on,
            )
            for one in draws
        },
    )


def gives_badges(draft: Program, happenings: Iterable[Happening]) -> bool:
    """Whether any of the draft's rules on these gives a badge."""
    targets = (index_of(draft, on).targets for on in happenings)
    return any(one.startswith("badge:") for some in targets for one in some)


class Shut:
    """What cannot be given to a member (any more) at a point of the history."""

    def __init__(self, draft: Program, stock: Stock) -> None:
        self._draft, self._stock = draft, stock
        self._had: dict[int, set[str]] = {}

    def of(self, on: Happening, member_id: int, day: date, at: float) -> frozenset[str]:
        """For something that happened on ``day`` and is recorded ``at``."""
        targets = index_of(self._draft, on).targets
        if not targets:
            return _NOTHING
        had = self._had.get(member_id, _NOTHING)
        return frozenset(
            target for target in targets if target in had or not self._is_there(target, day, at)
        )

    def note(self, member_id: int, parts: Iterable[Part]) -> None:
        """She was given this."""
        for part in parts:
            if part.kind == "badge" and is_deed(part.kind, part.saw):
                self.has(member_id, str(part.saw["badge"]))

    def has(self, member_id: int, badge: str) -> None:
        """She has that badge."""
        self._had.setdefault(member_id, set()).add(f"badge:{badge}")

    def merge(self, gone: int, keep: int) -> None:
        """What the one has the other has."""
        had = self._had.pop(gone, None)
        if had:
            self._had.setdefault(keep, set()).update(had)

    def _is_there(self, target: str, day: date, at: float) -> bool:
        kind, _, name = target.partition(":")
        if kind == "voucher":
            series = self._stock.series.get(int(name))
            return series is not None and at < series.until
        if kind == "chances":
            draw = self._stock.draws.get(int(name))
            return (
                draw is not None
                and draw.since <= at < draw.until
                and draw.first <= day <= draw.last
            )
        return True


class DeedsGiven:
    """Who was given what, by rule and month: people are counted once, whatever they got."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self._counts: dict[str, list[int]] = {}
        self._who: dict[tuple[str, int], set[int]] = {}

    def count(self, side: int, who: int, month: str, part: Part) -> None:
        """``side`` is DRAFT or REAL; a part that did nothing counts as nothing."""
        if not is_deed(part.kind, part.saw):
            return
        amount = self._amount(part.saw, part.kind)
        for name in (deed_name(part.rule, part.kind, month), deed_name(part.rule, part.kind)):
            counts = self._counts.setdefault(name, [0] * 6)
            counts[side] += 1
            counts[side + 2] += amount
            self._who.setdefault((name, side), set()).add(who)

    def count_all(self, side: int, who: int, month: str, parts: Iterable[Part]) -> None:
        """Every part that did something."""
        for part in deeds_in(parts):
            self.count(side, who, month, part)

    def into(self, tally: Tally) -> None:
        """Add everything to ``tally``; nothing is left here."""
        for (name, side), who in self._who.items():
            self._counts[name][side + 1] = len(who)
        for name, counts in self._counts.items():
            counted = tally.deed(name)
            for place, n in enumerate(counts):
                counted[place] += n
        self._counts, self._who = {}, {}

    def _amount(self, saw: Mapping[str, Any], kind: str) -> int:
        if kind == "chances":
            return int(saw["chances"])
        series = self._stock.series.get(int(saw["series"])) if kind == "voucher" else None
        return series.worth if series is not None else 0


def _moment(at: Any) -> float:
    """Seconds since 1970; of None, the end of time."""
    return float("inf") if at is None else float(at.timestamp())
