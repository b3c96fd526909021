"""What a till needs to go on without a line: members, by what stands for them, and products."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.ledger.reads.balances import Balance, balances
from vafa.program.reads.offline_sales import spent_offline
from vafa.program.reads.revisions import LiveProgram, live_program
from vafa.program.reads.tier_facts import tier_facts
from vafa.program.reads.tier_segments import closed_tiers
from vafa.program.rules.document import TillTerms
from vafa.program.rules.tiers import tier_at
from vafa.web.till.tickets import Head, Ticket

MOST_MEMBERS = 20_000
MOST_PRODUCTS = 20_000
# A hash is cut to 28 bits: of all mobiles of the country each member's fits some four others.
HASH_DIGITS = 7
_LATELY = timedelta(days=365)
_PURCHASES_LOOKED_AT = 100_000
_AT_ONCE = 2_000


class _Person(NamedTuple):
    id: int
    name: str
    mobile: str | None
    cards: list[str]
    is_active: bool
    holder: int
    may_spend: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``head`` and its signature with what else the till must know; ``rows`` are members and
    products, one JSON line each; ``mark`` changes with what they say."""

    head: Head
    more: dict[str, Any]
    rows: Sequence[bytes]

    @property
    def mark(self) -> str:
        """The same for two snapshots that say the same."""
        digest = hashlib.sha256(orjson.dumps([self.head.revision, self.head.branch, self.more]))
        for row in self.rows:
            digest.update(row)
        return digest.hexdigest()[:32]

    def lines(self, key: bytes) -> Iterator[bytes]:
        """The body: the head, then every row with its signature and hashes under ``key``, then an
        end that says how many there were, so that one that was cut is not taken for whole."""
        head = {
            "id": self.head.id,
            "club": self.head.club,
            "branch": self.head.branch,
            "staff": self.head.staff,
            "made_at": self.head.made_at,
            "valid_until": self.head.valid_until.isoformat(),
            "revision": self.head.revision,
            "mac": self.head.sign(),
            **self.more,
        }
        yield orjson.dumps(["h", head])
        for row in self.rows:
            kind, *values = orjson.loads(row)
            yield orjson.dumps(self._member(values, key)) if kind == "m" else row
        yield orjson.dumps(["e", len(self.rows)])

    def _member(self, values: list[Any], key: bytes) -> list[Any]:
        member, names, name, tier, points, credit, spend_points, spend_credit, holder, active = (
            values
        )
        ticket = Ticket(self.head.id, member, spend_points, spend_credit)
        hashes = [hashed(key, one) for one in names]
        return [
            *("m", hashes, name, tier, points, credit, active, holder),
            [member, spend_points, spend_credit, ticket.sign()],
        ]


def hashed(key: bytes, name: str) -> str:
    """A mobile (E.164) or card number as the snapshot holds it: HMAC-SHA-256, cut short."""
    return hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:HASH_DIGITS]


def key_text(key: bytes) -> str:
    """The key as a header carries it."""
    return base64.b64encode(key).decode()


def make_snapshot(
    club: ClubContext, branch_id: int, merchant_id: int, staff_id: int, number: str, at: datetime
) -> Snapshot:
    """The snapshot of a branch: who bought there in the last year, the latest first, then others
    who joined last; at most ``MOST_MEMBERS``. In a fixed number of statements for each 2,000."""
    live = live_program(club.id)
    terms = live.program.till
    place = live.program.terms_at(branch_id, merchant_id)
    own = place.points_share if place else None
    share = live.program.terms.max_share if own is None else own
    more = {
        "worth": live.program.terms.worth,
        "points_share": share if place is None or place.pays else 0,
        "credit_share": (place.credit_share if place.pays else 0) if place else 100,
        "least_basket": place.least_basket if place else 0,
        "spends": bool(terms.offline_points or terms.offline_credit),
    }
    rows = list(_members(club, branch_id, live, terms, at))
    rows += _products(club.id)
    head = Head(number, club.id, branch_id, staff_id, at.isoformat(), live.revision_id)
    return Snapshot(head, more, rows)


def short_name(name: str) -> str:
    """«مریم رضایی» as «مریم ر.»: enough to greet her, too little to find her."""
    first, *rest = name.split()[:2] or [""]
    return f"{first} {rest[0][0]}." if rest else first


def _members(
    club: ClubContext, branch_id: int, live: LiveProgram, terms: TillTerms, at: datetime
) -> Iterator[bytes]:
    ids = _whom(club.id, branch_id, at)
    today = club.day_start(club.local_date(at))
    for first in range(0, len(ids), _AT_ONCE):
        people = _people(ids[first : first + _AT_ONCE])
        holders = [person.holder for person in people]
        points = balances(club.points_unit_id, holders)
        credit = balances(club.credit_unit_id, holders)
        numbers = [person.id for person in people]
        tiers = _tiers(club, live, numbers, at)
        spent = spent_offline(club, numbers, today)
        for person in people:
            has = _left(points[person.holder]), _left(credit[person.holder])
            gone = spent.get(person.id, (0, 0))
            spends = person.is_active and person.may_spend
            names = [person.mobile] if person.mobile else []
            yield orjson.dumps(
                [
                    *("m", person.id, names + person.cards, short_name(person.name)),
                    *(tiers[person.id], *has),
                    *(
                        _allowed(has[0], terms.offline_points - gone[0], terms.confirm_points)
                        if spends
                        else 0,
                        _allowed(has[1], terms.offline_credit - gone[1], terms.confirm_credit)
                        if spends
                        else 0,
                    ),
                    *(person.holder, person.is_active),
                ]
            )


def _left(balance: Balance) -> int:
    return balance.available + balance.debt


def _allowed(has: int, limit: int, confirmed_from: int) -> int:
    """What she may spend without a line; what she must confirm needs one."""
    most = min(has, limit, confirmed_from - 1 if confirmed_from else limit)
    return max(most, 0)


def _whom(club_id: int, branch_id: int, at: datetime) -> list[int]:
    rows = fetch(
        "WITH lately AS (SELECT member_id, branch_id, purchased_at FROM commerce_purchase"
        " WHERE club_id = %s AND purchased_at >= %s ORDER BY purchased_at DESC LIMIT %s),"
        " here AS (SELECT member_id AS id, max(purchased_at) AS at FROM lately"
        " WHERE branch_id = %s AND member_id IS NOT NULL GROUP BY member_id),"
        " others AS (SELECT id, joined_at FROM club_member WHERE club_id = %s"
        " AND merged_into_id IS NULL ORDER BY joined_at DESC LIMIT %s)"
        " SELECT id FROM (SELECT id, 0 AS rank, at FROM here"
        " UNION ALL SELECT id, 1, joined_at FROM others WHERE id NOT IN (SELECT id FROM here)) x"
        " ORDER BY rank, at DESC LIMIT %s",
        [
            *(club_id, at - _LATELY, _PURCHASES_LOOKED_AT, branch_id, club_id),
            *(MOST_MEMBERS, MOST_MEMBERS),
        ],
    )
    return [number for (number,) in rows]


def _people(ids: Sequence[int]) -> list[_Person]:
    rows = fetch(
        "SELECT m.id, m.name, m.mobile, coalesce(c.numbers, '{}'), m.is_active,"
        " coalesce(m.holder, m.id), (m.household_id IS NULL OR h.spenders = 'all' OR h.head_id = m.id)"
        " AND (m.frozen_until IS NULL OR m.frozen_until < now())"
        " FROM unnest(%s::bigint[]) WITH ORDINALITY AS w(id, n) JOIN club_member m ON m.id = w.id"
        " LEFT JOIN club_household h ON h.id = m.household_id"
        " LEFT JOIN LATERAL (SELECT array_agg(number ORDER BY id) AS numbers FROM club_card"
        " WHERE member_id = m.id AND is_active) c ON true"
        " WHERE m.merged_into_id IS NULL ORDER BY w.n",
        [list(ids)],
    )
    return [_Person(*row) for row in rows]


def _tiers(
    club: ClubContext, live: LiveProgram, ids: Sequence[int], at: datetime
) -> dict[int, str]:
    """What each member's tier is called in the club's own language; "" for none."""
    facts = tier_facts(club, live.program, ids, at)
    closed = closed_tiers(club, live.program, ids)
    found = {n: tier_at(live.program, facts[n], at, club.dates, closed[n]) for n in ids}
    return {n: tier.name.said(club.language) if tier else "" for n, tier in found.items()}


def _products(club_id: int) -> Iterator[bytes]:
    rows = fetch(
        "SELECT sku, name, price FROM commerce_product WHERE club_id = %s AND is_active"
        " ORDER BY sort_key, id LIMIT %s",
        [club_id, MOST_PRODUCTS],
    )
    for row in rows:
        yield orjson.dumps(["p", *row])
