"""What is known of one member beside her wallet, in one statement: her trade, what she likes, when she
buys, her cards and open vouchers, who became her, and what the club asks of its members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from vafa.club.models import MemberAttribute
from vafa.club.reads.context import ClubContext
from vafa.commerce.reads.undone_imports import counted_purchases, counted_returns
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.insight.reads.one_member import Totals

_MOST = 3
# So many purchases make a habit: an hour, a weekday, an interval of hers.
_HABIT = 4
# She is late when this many of her usual intervals have passed.
_LATE = 2


class Liked(NamedTuple):
    """A branch, category or product, and in how many purchases."""

    name: str
    times: int


class CardRow(NamedTuple):
    """A card of hers, or of who became her; a lost one is closed."""

    id: int
    number: str
    is_active: bool
    member_id: int


class OpenVoucher(NamedTuple):
    """A voucher that she can still use."""

    code: str
    reward: str | None
    reward_en: str | None
    series: str | None
    value: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Portrait:
    """``weekday`` is ISO's (1 Monday) and ``hour`` where at least a third of her purchases are in
    those three hours; ``interval`` the median of days between her purchases; each is None below
    four purchases. ``merged``: (number, name) of who became her."""

    people: list[int]
    totals: Totals
    branches: list[Liked]
    categories: list[Liked]
    products: list[Liked]
    weekday: int | None
    hour: int | None
    interval: int | None
    cards: list[CardRow]
    vouchers: list[OpenVoucher]
    merged: list[tuple[int, str]]
    attributes: list[MemberAttribute]

    @property
    def next_at(self) -> datetime | None:
        """When she buys again, if she goes on as she did; None where that cannot be told."""
        if self.interval is None or self.totals.last_at is None:
            return None
        return self.totals.last_at + timedelta(days=self.interval)

    @property
    def is_late(self) -> bool:
        """Whether she has stayed away for much longer than she usually does."""
        if self.interval is None or self.totals.last_at is None:
            return False
        return now() > self.totals.last_at + timedelta(days=max(self.interval, 1) * _LATE)


_SQL = f"""
WITH people AS MATERIALIZED (
    SELECT x.id, x.name, x.mobile FROM club_member x
    WHERE x.id = %(member)s OR x.merged_into_id = %(member)s
), bought AS MATERIALIZED (
    SELECT p.id, p.branch_id, p.total, p.discount, p.paid_by_points, p.purchased_at,
        p.purchased_at AT TIME ZONE %(zone)s AS local_at
    FROM commerce_purchase p WHERE p.member_id IN (SELECT id FROM people)
        AND {counted_purchases("p")}
), recent AS MATERIALIZED (
    SELECT b.* FROM bought b ORDER BY b.purchased_at DESC LIMIT 200
), gaps AS (
    SELECT extract(epoch FROM r.purchased_at - lag(r.purchased_at) OVER (ORDER BY r.purchased_at))
        / 86400 AS days FROM recent r
)
SELECT jsonb_build_object(
    'people', (SELECT jsonb_agg(id ORDER BY id <> %(member)s, id) FROM people),
    'merged', (SELECT jsonb_agg(jsonb_build_array(id, coalesce(nullif(name, ''), mobile, ''))
        ORDER BY id) FROM people WHERE id <> %(member)s),
    'totals', (SELECT jsonb_build_array(count(*), coalesce(sum(total), 0),
        (SELECT coalesce(sum(r.total), 0) FROM commerce_return r
            WHERE r.member_id IN (SELECT id FROM people) AND {counted_returns("r")}),
        coalesce(sum(discount), 0), coalesce(sum(paid_by_points), 0),
        min(purchased_at), max(purchased_at)) FROM bought),
    'branches', (SELECT jsonb_agg(jsonb_build_array(name, n) ORDER BY n DESC, name) FROM (
        SELECT b.name, count(*) AS n FROM bought p JOIN club_branch b ON b.id = p.branch_id
        GROUP BY b.id ORDER BY n DESC, b.id LIMIT %(most)s) s),
    'categories', (SELECT jsonb_agg(jsonb_build_array(name, n) ORDER BY money DESC) FROM (
        SELECT c.name, count(DISTINCT p.id) AS n, sum(l.amount) AS money FROM recent p
        JOIN commerce_purchaseline l ON l.purchase_id = p.id
        JOIN commerce_product g ON g.id = l.product_id
        JOIN commerce_category c ON c.id = g.category_id
        GROUP BY c.id ORDER BY money DESC, c.id LIMIT %(most)s) s),
    'products', (SELECT jsonb_agg(jsonb_build_array(name, n) ORDER BY n DESC, money DESC) FROM (
        SELECT g.name, count(DISTINCT p.id) AS n, sum(l.amount) AS money FROM recent p
        JOIN commerce_purchaseline l ON l.purchase_id = p.id
        JOIN commerce_product g ON g.id = l.product_id
        GROUP BY g.id ORDER BY n DESC, money DESC, g.id LIMIT %(most)s) s),
    'weekday', (SELECT jsonb_build_array(d, n) FROM (
        SELECT extract(isodow FROM local_at)::int AS d, count(*) AS n FROM recent
        GROUP BY 1 ORDER BY n DESC, d LIMIT 1) s),
    'hour', (SELECT jsonb_build_array(h, n) FROM (
        SELECT (extract(hour FROM local_at)::int / 3) * 3 AS h, count(*) AS n FROM recent
        GROUP BY 1 ORDER BY n DESC, h LIMIT 1) s),
    'recent', (SELECT count(*) FROM recent),
    'interval', (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY days) FROM gaps),
    'cards', (SELECT jsonb_agg(jsonb_build_array(c.id, c.number, c.is_active, c.member_id)
        ORDER BY c.is_active DESC, c.id DESC) FROM club_card c
        WHERE c.member_id IN (SELECT id FROM people)),
    'vouchers', (SELECT jsonb_agg(jsonb_build_array(code, reward, reward_en, series, value,
        expires_at) ORDER BY expires_at) FROM (
        SELECT v.code, w.name AS reward, w.name_en AS reward_en, s.name AS series, v.value,
            v.expires_at
        FROM program_voucher v LEFT JOIN program_reward w ON w.id = v.reward_id
        LEFT JOIN program_voucherseries s ON s.id = v.series_id
        WHERE v.club_id = %(club)s AND v.member_id IN (SELECT id FROM people)
            AND v.expires_at > %(now)s AND s.cancelled_at IS NULL
            AND NOT EXISTS (SELECT FROM (SELECT x.* FROM program_voucheruse x
                WHERE x.voucher_id = v.id ORDER BY x.number DESC LIMIT 1) u
                WHERE u.times_after >= v.max_uses OR u.purpose IN ('cancelled', 'expired')
                OR v.kind = 'gift' AND u.amount_after >= v.value)
        ORDER BY v.expires_at, v.id LIMIT 20) s),
    'attributes', (SELECT jsonb_agg(to_jsonb(a) ORDER BY a.id) FROM club_memberattribute a
        WHERE a.club_id = %(club)s AND a.is_active)
)::text
"""


def portrait(club: ClubContext, member_id: int) -> Portrait:
    """The portrait of a member of the club, with what was of those who became her. What she likes
    is read from her last 200 purchases."""
    ((text,),) = fetch(
        _SQL,
        {
            "member": member_id,
            "club": club.id,
            "zone": str(club.tz),
            "most": _MOST,
            "now": now(),
        },
    )
    known: dict[str, Any] = orjson.loads(text)
    habit = known["recent"] >= _HABIT
    *sums, first, last = known["totals"]
    return Portrait(
        people=known["people"],
        totals=Totals._make((*sums, _moment(first), _moment(last))),
        branches=[Liked(*row) for row in known["branches"] or ()],
        categories=[Liked(*row) for row in known["categories"] or ()],
        products=[Liked(*row) for row in known["products"] or ()],
        weekday=_usual(known["weekday"], known["recent"]),
        hour=_usual(known["hour"], known["recent"]),
        interval=round(known["interval"]) if habit and known["interval"] is not None else None,
        cards=[CardRow(*row) for row in known["cards"] or ()],
        vouchers=[
            OpenVoucher._make((*row[:-1], _known(row[-1]))) for row in known["vouchers"] or ()
        ],
        merged=[(number, name) for number, name in known["merged"] or ()],
        attributes=[_attribute(row) for row in known["attributes"] or ()],
    )


def _usual(found: list[int] | None, purchases: int) -> int | None:
    """The value that at least a third of a habit's purchases have."""
    if found is None or purchases < _HABIT or found[1] * 3 < purchases:
        return None
    return found[0]


def _moment(text: str | None) -> datetime | None:
    return _known(text) if text else None


def _known(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _attribute(row: dict[str, Any]) -> MemberAttribute:
    row["created_at"] = _known(row["created_at"])
    return MemberAttribute(**row)
