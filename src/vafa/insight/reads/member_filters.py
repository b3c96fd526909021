"""Which members a list is about: what an address may ask for, as one condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vafa.audience.reads.compiling import compile_definition
from vafa.audience.rules.definition import Condition, Definition
from vafa.club.reads.context import ClubContext
from vafa.commerce.reads.undone_imports import counted_purchases
from vafa.core.clock import now
from vafa.core.jalali import add_months, make_date, ymd
from vafa.insight.reads.finding import find_member_ids, most_found
from vafa.insight.reads.listing import Where
from vafa.insight.reads.spans import Span
from vafa.program.rules.document import Program
from vafa.program.rules.tier_terms import NO_TIER

NEVER_BOUGHT = "never"
# Where something else narrows the list too, more of what a text means is looked through.
_MOST_NARROWED = 20_000
_OLDEST = 130  # years
# What somebody bought who became another member counts for that one.
_HAS_BOUGHT = (
    "(m.merged_into_id IS NULL AND (EXISTS ("
    f"SELECT FROM commerce_purchase p WHERE p.member_id = m.id AND {counted_purchases('p')}{{0}})"
    " OR EXISTS (SELECT FROM club_member x JOIN commerce_purchase p ON p.member_id = x.id"
    f" WHERE x.merged_into_id = m.id AND {counted_purchases('p')}{{0}})))"
)


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """Which members. ``text`` is whatever ``finding.find_member_ids`` understands.

    ``bought`` with ``branch_id`` and ``at_least`` keeps those who bought in that span (there,
    that often); without ``bought``, ``branch_id`` keeps those who joined there. ``tier`` is a
    code, "none" for those below all tiers. ``active`` None keeps both. ``among``: the
    members' numbers (a segment's) to which the list is narrowed. ``bought_within`` days, or
    ``silent`` for so many days though she bought before, or "never". ``least_points`` and
    ``most_points`` bound the balance; ``birth_month`` is a month (1 to 12) of the club's calendar.
    """

    text: str = ""
    tier: str = ""
    joined: Span | None = None
    bought: Span | None = None
    at_least: int = 1
    branch_id: int | None = None
    active: bool | None = None
    with_points: bool = False
    among: Sequence[int] | None = None
    bought_within: int | None = None
    silent: int | None = None
    never_bought: bool = False
    least_points: int | None = None
    most_points: int | None = None
    birth_month: int | None = None


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A filter as SQL over ``club_member m``; ``found`` are those whom its text means, best
    first (None without a text), and ``is_cut`` says that there are more of them;
    ``is_text_only`` that nothing else narrows the list."""

    where: Where
    found: Sequence[int] | None
    is_cut: bool = False
    is_text_only: bool = False


def narrow(club: ClubContext, program: Program, wanted: MemberFilter) -> Narrowed:
    """The filter as one condition; a text in it is looked up at once."""
    where = Where()
    where.add("m.club_id = %s", club.id)
    _by_membership(where, club, program, wanted)
    _by_trade(where, club, wanted)
    _by_points(where, club, wanted)
    if not wanted.text.strip():
        return Narrowed(where, None)
    alone = len(where.conditions) == 1
    most = most_found(wanted.text) if alone else _MOST_NARROWED
    found = find_member_ids(club.id, wanted.text, most=most + 1)  # one more tells that there are
    kept = found[:most]
    where.add("m.id IN (SELECT unnest(%s::bigint[]))", kept)
    return Narrowed(where, kept, len(found) > most, alone)


def _by_membership(where: Where, club: ClubContext, program: Program, wanted: MemberFilter) -> None:
    if wanted.active is not None:
        where.add("m.is_active = %s", wanted.active)
    if wanted.joined is not None:
        where.add("m.joined_at >= %s AND m.joined_at < %s", *wanted.joined.moments(club))
    if wanted.tier:
        _match_tier(where, club, program, wanted.tier)
    if wanted.among is not None:
        where.add("m.id IN (SELECT unnest(%s::bigint[]))", list(wanted.among))
    if wanted.branch_id is not None and wanted.bought is None:
        where.add("m.branch_id = %s", wanted.branch_id)
    if wanted.birth_month is not None:
        starts, ends = _months_of_birth(club, wanted.birth_month)
        where.add(
            "EXISTS (SELECT FROM unnest(%s::date[], %s::date[]) AS b(first, next)"
            " WHERE m.birth_date >= b.first AND m.birth_date < b.next)",
            starts,
            ends,
        )


def _by_trade(where: Where, club: ClubContext, wanted: MemberFilter) -> None:
    if wanted.bought is not None:
        where.add(
            "m.id IN (SELECT coalesce(x.merged_into_id, x.id) FROM commerce_purchase p"
            " JOIN club_member x ON x.id = p.member_id WHERE p.club_id = %s"
            f" AND p.purchased_at >= %s AND p.purchased_at < %s AND {counted_purchases('p')}"
            " AND (%s::bigint IS NULL OR p.branch_id = %s)"
            " GROUP BY 1 HAVING count(*) >= %s)",
            club.id,
            *wanted.bought.moments(club),
            wanted.branch_id,
            wanted.branch_id,
            wanted.at_least,
        )
    since = _HAS_BOUGHT.format(" AND p.purchased_at >= %s")
    ever = _HAS_BOUGHT.format("")
    if wanted.bought_within is not None:
        where.add(since, *[_days_ago(wanted.bought_within)] * 2)
    if wanted.silent is not None:
        where.add(f"NOT {since} AND {ever}", *[_days_ago(wanted.silent)] * 2)
    if wanted.never_bought:
        where.add(f"m.merged_into_id IS NULL AND NOT {ever}")


def _by_points(where: Where, club: ClubContext, wanted: MemberFilter) -> None:
    if wanted.with_points:
        where.add(
            "coalesce(m.holder, m.id) IN (SELECT holder FROM ledger_account WHERE unit_id = %s"
            " AND holder > 0 AND balance <> 0)",
            club.points_unit_id,
        )
    least, most = wanted.least_points, wanted.most_points
    if least is None and most is None:
        return
    kept = (least if least is not None else -(10**15), most if most is not None else 10**15)
    balances = (
        "SELECT holder FROM ledger_account WHERE unit_id = %s AND holder > 0"
        " AND kind IN ('available', 'debt') GROUP BY holder HAVING sum(balance) {} %s AND %s"
    )
    if kept[0] <= 0 <= kept[1]:  # who has no account has nothing
        without = balances.format("NOT BETWEEN")
        where.add(f"coalesce(m.holder, m.id) NOT IN ({without})", club.points_unit_id, *kept)
    else:
        within = balances.format("BETWEEN")
        where.add(f"coalesce(m.holder, m.id) IN ({within})", club.points_unit_id, *kept)


def _days_ago(days: int) -> datetime:
    return now() - timedelta(days=days)


def _months_of_birth(club: ClubContext, month: int) -> tuple[list[str], list[str]]:
    """Every such month in which somebody alive may be born: its first day, and the next's."""
    year = ymd(club.local_date(now()), club.calendar)[0]
    starts = [make_date(y, month, 1, club.calendar) for y in range(year - _OLDEST, year + 1)]
    return [day.isoformat() for day in starts], [
        add_months(day, 1, club.calendar).isoformat() for day in starts
    ]


def _match_tier(where: Where, club: ClubContext, program: Program, code: str) -> None:
    if code != NO_TIER and program.tier(code) is None:
        where.add("FALSE")
        return
    condition = Condition(facet="program.tier", op="in", value=(code,))
    meant = compile_definition(club, Definition(items=(condition,)), now(), {}).whole()
    where.add(f"m.id IN ({meant.text})", *meant.params)
