"""The events of a slice of history, in the order in which they were recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from vafa.flows.backtest.history import Back, Bought, Done, Slice, Sold
from vafa.flows.backtest.people import Merge, Person

# What happened; of two with the same moment the smaller comes first.
BASE, DRAWN, MERGE, MOVE, EARLIER, USED, HAPPEN, REALLY_GIVEN = range(8)
BUY, BACK, REVERSE, UNDO, FREED = range(8, 13)
_NOTHING = (0, 0, 0)
_NO_DISCOUNT: Mapping[int, int] = {}
_OF_PURCHASES = frozenset({"purchase", "return", "reverse"})


class Event(NamedTuple):
    """``what`` is a ``Counts`` (BASE), a ``Drawn``, a ``Merge``, a ``Move``, a ``Bought`` with its
    lines (EARLIER), a ``Took`` (a challenge met before the period, whose purchases are USED and may
    be FREED), an ``Entry`` (HAPPEN), a ``Real``, a ``Sale`` (BUY), the ``Back`` lines of one return,
    the number of the purchase whose grant was reversed, or the ``Key`` of a happening whose was
    (UNDO)."""

    recorded_at: float
    kind: int
    id: int
    what: Any


class Counts(NamedTuple):
    """Something that counts at ``at`` for the tier of a member."""

    member_id: int
    at: datetime
    amount: int


class Sale(NamedTuple):
    """A purchase with its lines (and what vouchers took ``off`` them), its buyer and the segments
    that she is in, what was really granted for it, and what of that was taken back (points, credit,
    tier points). ``is_undone``: something of it came back."""

    bought: Bought
    person: Person
    segments: Collection[str]
    lines: Sequence[Sold]
    off: Mapping[int, int]
    granted: Done | None
    back: tuple[int, int, int]
    is_undone: bool


def events_of(
    found: Slice,
    merges: Iterable[Merge],
    basis: str,
    codes: Mapping[int, Collection[str]],
    again: Collection[int] = (),
) -> list[Event]:
    """What happened to the people of a slice, unsorted; ``basis`` is what tiers go by, ``codes`` are
    the segments that each is in, and ``again`` the decisions about what is no purchase and is
    judged again."""
    judged = {bought.id for bought in found.bought}
    granted: dict[int, Done] = {}
    taken: dict[int, tuple[int, int, int]] = {}
    events: list[Event] = []
    for done in found.done:
        if again and (done.id in again or done.undoes in again):
            continue
        if done.purchase_id not in judged or not _is_of_grant(done):
            if basis == "points" and done.tier_points and done.trigger != "merge":
                counts = Counts(
                    done.member_id, datetime.fromtimestamp(done.tier_at, UTC), done.tier_points
                )
                events.append(Event(done.recorded_at, BASE, done.id, counts))
        elif done.trigger == "purchase":
            granted[done.purchase_id] = done
        else:
            points, credit, tier = taken.get(done.purchase_id, _NOTHING)
            taken[done.purchase_id] = (
                points - done.points,
                credit - done.credit,
                tier - done.tier_points,
            )
            if done.trigger == "reverse":
                events.append(Event(done.recorded_at, REVERSE, done.id, done.purchase_id))
    if basis == "spend":
        events += [
            Event(one.recorded_at, BASE, one.id, Counts(one.member_id, one.returned_at, -one.total))
            for one in found.alone
        ]
    events += [
        Event(one.recorded_at, DRAWN, one.id, one)
        for one in found.drawn
        if one.purchase_id not in judged
    ]
    events += [
        Event(one.recorded_at, EARLIER, one.id, (one, found.lines.get(one.id, ())))
        for one in found.earlier
    ]
    events += _returns(found.back)
    undone = {back.purchase_id for back in found.back} | taken.keys()
    people = {person.id: person for person in found.people}
    for one in found.bought:
        person = people[one.member_id]
        sale = Sale(
            one,
            person,
            codes.get(person.root, ()),
            found.lines.get(one.id, ()),
            found.discounts.get(one.id, _NO_DISCOUNT),
            granted.get(one.id),
            taken.get(one.id, _NOTHING),
            one.id in undone,
        )
        events.append(Event(one.recorded_at, BUY, one.id, sale))
    events += [Event(m.recorded_at, MERGE, m.gone, m) for m in merges if m.gone in people]
    return events


def order_of(event: Event) -> tuple[float, int, int]:
    """By what events are sorted."""
    return event[:3]


def _is_of_grant(done: Done) -> bool:
    """Whether it made or undid what the purchase earned (a reversal may also undo its payment)."""
    if done.trigger == "reverse":
        return done.points < 0 or done.credit < 0
    return done.trigger in _OF_PURCHASES


def _returns(back: Sequence[Back]) -> list[Event]:
    found: dict[int, list[Back]] = {}
    for line in back:
        found.setdefault(line.return_id, []).append(line)
    return [
        Event(lines[0].recorded_at, BACK, number, tuple(lines)) for number, lines in found.items()
    ]
