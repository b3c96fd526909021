"""A club's recorded history as a back-test reads it: slice by slice of its members.

Plain tuples, a handful of statements for thousands of purchases. A slice holds whole people: who
was merged into a member comes with her. Moments that only put things in order are seconds since
1970, which are read in a tenth of the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from vafa.commerce.reads.undone_imports import counted_purchases, counted_returns
from vafa.core.db import fetch
from vafa.flows.backtest.people import Person, as_json, people_where
from vafa.flows.backtest.taken_back import counted_decisions
from vafa.program.actions.counters import CounterKey


class Bought(NamedTuple):
    """A recorded purchase; ``by_points`` and ``by_credit`` are what these paid of it, ``discount``
    what vouchers took off."""

    id: int
    member_id: int
    branch_id: int
    channel: str
    total: int
    by_points: int
    by_credit: int
    discount: int
    purchased_at: datetime
    recorded_at: float
    payment: str


class Sold(NamedTuple):
    """A line of a recorded purchase; ``quantity`` in thousandths."""

    purchase_id: int
    id: int
    amount: int
    quantity: int
    product_id: int | None
    kind: str


class Back(NamedTuple):
    """What a return took of one line."""

    purchase_id: int
    return_id: int
    line_id: int
    amount: int
    returned_at: datetime
    recorded_at: float


class Done(NamedTuple):
    """A decision as it was really made; ``parts`` (JSON) only of those that rules made."""

    id: int
    member_id: int
    purchase_id: int | None
    trigger: str
    points: int
    credit: int
    tier_points: int
    tier_at: float
    recorded_at: float
    undoes: int | None
    parts: Any


class Alone(NamedTuple):
    """A return that names no purchase."""

    id: int
    member_id: int
    returned_at: datetime
    total: int
    recorded_at: float


class Drawn(NamedTuple):
    """What a decision really drew on counters of limits: (counter, points, times) each."""

    id: int
    purchase_id: int | None
    recorded_at: float
    counted: Sequence[tuple[CounterKey, int, int]]


class Move(NamedTuple):
    """A member uses the wallet ``holder`` from now on."""

    member_id: int
    holder: int
    recorded_at: float


@dataclass(frozen=True, slots=True)
class Span:
    """Which time is read: purchases of [start, end), decisions that count for a tier from
    ``tiers_since`` on, earlier purchases from ``bills_since`` on (None: none of them), with their
    lines from ``lines_since`` on, what was ``drawn`` on limits, and what ``happens`` beside;
    nothing of the imports that were ``undone``."""

    start: datetime
    end: datetime
    known_until: datetime
    tiers_since: datetime
    bills_since: datetime | None
    drawn: bool
    lines_since: datetime | None = None
    happens: bool = False
    undone: tuple[int, ...] = ()


@dataclass(slots=True)
class Slice:
    """Everything that was recorded of some members: what is judged, and what lies before it."""

    people: list[Person]
    bought: list[Bought]
    lines: dict[int, list[Sold]] = field(default_factory=dict)
    discounts: dict[int, dict[int, int]] = field(default_factory=dict)  # purchase, line: amount
    back: list[Back] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    earlier: list[Bought] = field(default_factory=list)
    alone: list[Alone] = field(default_factory=list)
    drawn: list[Drawn] = field(default_factory=list)


def read_purchases(some: Sequence[Bought], span: Span) -> Slice:
    """What was recorded of these purchases, those before the period included."""
    people = people_where("id = ANY(%s)", [list({one.member_id for one in some})])
    found = Slice(people, [one for one in some if one.purchased_at >= span.start])
    found.earlier = [one for one in some if one.purchased_at < span.start]
    numbers = [one.id for one in found.bought]
    found.lines = _lines(numbers + _with_lines(found.earlier, span))
    found.discounts = _discounts(found.bought)
    found.back = _returns([one.id for one in some], span)
    found.done = decisions(
        "purchase_id = ANY(%s) AND trigger IN ('purchase', 'return', 'reverse')", numbers, span
    )
    return found


def read_slice(people: list[Person], span: Span) -> Slice:
    """What was recorded of ``people``: their purchases of the period, and what lies before them."""
    ids = [person.id for person in people]
    bought = fetch(
        f"SELECT {BOUGHT} FROM commerce_purchase WHERE member_id = ANY(%s)"
        " AND purchased_at >= %s AND purchased_at < %s AND recorded_at < %s"
        f" AND {counted_purchases(among=span.undone)} ORDER BY recorded_at, id",
        [ids, span.start, span.end, span.known_until],
    )
    found = Slice(people, bought_of(bought))
    found.discounts = _discounts(found.bought)
    if span.bills_since is not None:
        earlier = fetch(
            f"SELECT {BOUGHT} FROM commerce_purchase WHERE member_id = ANY(%s)"
            " AND purchased_at >= %s AND purchased_at < %s AND recorded_at < %s"
            f" AND {counted_purchases(among=span.undone)}",
            [ids, span.bills_since, span.start, span.known_until],
        )
        found.earlier = bought_of(earlier)
        found.alone = _returns_alone(ids, span)
    found.lines = _lines([row[0] for row in bought] + _with_lines(found.earlier, span))
    if span.drawn:
        found.drawn = drawn_of(
            fetch(
                f"SELECT {DRAWN} FROM program_decision d"
                " WHERE d.member_id = ANY(%s) AND d.counted IS NOT NULL AND d.recorded_at < %s"
                f" AND NOT {JUDGED_AGAIN} AND {counted_decisions('d', span.undone)}",
                [ids, span.known_until, span.start, span.end],
            )
        )
    numbers = [one.id for one in (*found.bought, *found.earlier)]
    found.back = _returns(numbers, span)
    found.done = decisions(
        "member_id = ANY(%s) AND (tier_points <> 0"
        " OR trigger IN ('purchase', 'return', 'reverse', 'join', 'happening'))",
        ids,
        span,
    )
    return found


def bought_of(rows: Iterable[tuple[Any, ...]]) -> list[Bought]:
    """Purchases out of rows of ``BOUGHT``."""
    moment, zone = datetime.fromtimestamp, UTC
    return [
        Bought(a, b, c, d, e, f, g, h, moment(at, zone), recorded_at, payment)
        for a, b, c, d, e, f, g, h, at, recorded_at, payment in rows
    ]


# Whether a decision is about something of the period that is judged again and is no purchase, or
# undid such a one; with the beginning and the end of the period.
JUDGED_AGAIN = (
    "((d.trigger IN ('join', 'happening') OR d.undoes_id IS NOT NULL) AND d.tier_at >= %s"
    " AND d.tier_at < %s AND EXISTS (SELECT FROM program_decision o LEFT JOIN program_happening h"
    " ON h.decision_id = o.id WHERE o.id = coalesce(d.undoes_id, d.id)"
    " AND (o.trigger = 'join' OR o.trigger = 'happening' AND h.kind <> 'referral')))"
)
DRAWN = "d.id, d.purchase_id, date_part('epoch', d.recorded_at), d.counted"


def drawn_of(rows: Iterable[tuple[Any, ...]]) -> list[Drawn]:
    """Draws out of rows of ``DRAWN``."""
    found = [(*row[:3], as_json(row[3])) for row in rows]
    ids = {counter for *_, counted in found for counter, _, _ in counted}
    keys: dict[int, CounterKey] = {}
    if ids:
        rows = fetch(
            "SELECT id, scope, scope_id, per, since, what FROM program_counter WHERE id = ANY(%s)",
            [list(ids)],
        )
        keys = {number: CounterKey(*key) for number, *key in rows}
    return [
        Drawn(number, purchase, at, [(keys[counter], *both) for counter, *both in counted])
        for number, purchase, at, counted in found
    ]


BOUGHT = (
    "id, member_id, branch_id, channel, total, paid_by_points, paid_by_credit, discount,"
    " date_part('epoch', purchased_at), date_part('epoch', recorded_at), payment"
)


def decisions(which: str, ids: Sequence[int], span: Span) -> list[Done]:
    """Decisions of ``ids`` that may count for a tier of the period, in order."""
    rows = fetch(
        "SELECT id, member_id, purchase_id, trigger, points, credit, tier_points,"
        " date_part('epoch', tier_at), date_part('epoch', recorded_at), undoes_id,"
        " CASE WHEN trigger IN ('purchase', 'join', 'happening') THEN parts END"
        f" FROM program_decision d WHERE {which} AND tier_at >= %s AND recorded_at < %s"
        f" AND {counted_decisions('d', span.undone)} ORDER BY recorded_at, id",
        [list(ids), span.tiers_since, span.known_until],
    )
    return [Done(*row) for row in rows]


def _returns_alone(ids: Sequence[int], span: Span) -> list[Alone]:
    rows = fetch(
        "SELECT id, member_id, returned_at, total, date_part('epoch', recorded_at)"
        " FROM commerce_return"
        " WHERE member_id = ANY(%s) AND purchase_id IS NULL AND returned_at >= %s"
        f" AND recorded_at < %s AND {counted_returns(among=span.undone)}",
        [list(ids), span.bills_since, span.known_until],
    )
    return [Alone(*row) for row in rows]


def _with_lines(earlier: Iterable[Bought], span: Span) -> list[int]:
    since = span.lines_since
    return [one.id for one in earlier if since is not None and one.purchased_at >= since]


def _lines(purchases: Sequence[int]) -> dict[int, list[Sold]]:
    rows = fetch(
        "SELECT purchase_id, id, amount, quantity, product_id, kind FROM commerce_purchaseline"
        " WHERE purchase_id = ANY(%s) ORDER BY purchase_id, number",
        [list(purchases)],
    )
    found: dict[int, list[Sold]] = {}
    for row in rows:
        line = Sold(*row)
        found.setdefault(line.purchase_id, []).append(line)
    return found


def _discounts(bought: Iterable[Bought]) -> dict[int, dict[int, int]]:
    wanted = [one.id for one in bought if one.discount]
    if not wanted:
        return {}
    rows = fetch(
        "SELECT purchase_id, shares FROM program_voucheruse"
        " WHERE purchase_id = ANY(%s) AND purpose = 'bill' AND shares IS NOT NULL",
        [wanted],
    )
    found: dict[int, dict[int, int]] = {}
    for purchase_id, shares in rows:
        off = found.setdefault(purchase_id, {})
        for line, amount in as_json(shares):
            off[line] = off.get(line, 0) + amount
    return found


def _returns(purchases: Sequence[int], span: Span) -> list[Back]:
    rows = fetch(
        "SELECT r.purchase_id, r.id, b.purchase_line_id, b.amount, r.returned_at,"
        " date_part('epoch', r.recorded_at)"
        " FROM commerce_return r JOIN commerce_returnline b ON b.parent_id = r.id"
        " WHERE r.purchase_id = ANY(%s) AND r.recorded_at < %s AND b.purchase_line_id IS NOT NULL"
        f" AND {counted_returns('r', span.undone)} ORDER BY r.recorded_at, r.id, b.id",
        [list(purchases), span.known_until],
    )
    return [Back(*row) for row in rows]
