"""What one cashier did between a login and a logout: bills, what paid them, what came back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch

# Whoever forgets to log out begins a new shift the next day all the same.
LONGEST = timedelta(hours=24)
_LOOKED_AT = 200


class Shift(NamedTuple):
    """From the first login after a logout until the next one; ``until`` None: it goes on."""

    since: datetime
    until: datetime | None


class Sold(NamedTuple):
    """Bills that were paid one way: how many, and the money (smallest units) beside value."""

    payment: str
    bills: int
    money: int


class ShiftSums(NamedTuple):
    """Sums of a shift. Money in smallest units; ``returned`` is what the goods were worth,
    ``money_back`` what was paid out for them; ``late`` of the bills were rung up without a line."""

    bills: int
    total: int
    sold: list[Sold]
    points_spent: int
    points_money: int
    credit_spent: int
    vouchers: int
    discount: int
    returns: int
    returned: int
    money_back: int
    enrolled: int
    late: int

    @property
    def cash(self) -> int:
        """The cash that should be there more than at the beginning, if all returns were paid out of it."""
        taken = sum(one.money for one in self.sold if one.payment == "cash")
        return taken - self.money_back


def shifts_of(club: ClubContext, actor: str, at: datetime) -> list[Shift]:
    """The latest shifts of an actor (label), the newest first; at least the one that goes on."""
    rows = fetch(
        "SELECT action, at FROM club_audit WHERE club_id = %s AND actor = %s AND at <= %s"
        " AND action IN ('login.succeeded', 'logout') ORDER BY at DESC, id DESC LIMIT %s",
        [club.id, actor, at, _LOOKED_AT],
    )
    shifts: list[Shift] = []
    begun: datetime | None = None
    for action, moment in reversed(rows):
        if begun is not None and moment - begun > LONGEST:
            shifts.append(Shift(begun, begun + LONGEST))
            begun = None
        if action == "login.succeeded":
            begun = begun or moment
        elif begun is not None:
            shifts.append(Shift(begun, moment))
            begun = None
    # A session may be older than what was looked at.
    shifts.append(Shift(max(begun or at - LONGEST, at - LONGEST), None))
    return shifts[::-1]


def shift_sums(
    club: ClubContext, actor: str, branch_id: int, shift: Shift, at: datetime
) -> ShiftSums:
    """The sums of one shift at one branch; offline sales count when they were rung up."""
    until = shift.until or at + timedelta(minutes=5)
    mine = [club.id, shift.since, until, actor, branch_id]
    bills = fetch(
        "SELECT payment, count(*), coalesce(sum(total), 0)::bigint,"
        " coalesce(sum(total - discount - paid_by_points - paid_by_credit), 0)::bigint,"
        " coalesce(sum(paid_by_points), 0)::bigint, coalesce(sum(paid_by_credit), 0)::bigint,"
        " count(*) FILTER (WHERE discount > 0), coalesce(sum(discount), 0)::bigint"
        " FROM commerce_purchase WHERE club_id = %s AND purchased_at >= %s AND purchased_at < %s"
        " AND actor = %s AND branch_id = %s GROUP BY payment ORDER BY payment",
        mine,
    )
    points = fetch(
        "SELECT coalesce(-sum(d.points), 0)::bigint FROM commerce_purchase p"
        " JOIN program_decision d ON d.purchase_id = p.id AND d.trigger = 'pay'"
        " WHERE p.club_id = %s AND p.purchased_at >= %s AND p.purchased_at < %s"
        " AND p.actor = %s AND p.branch_id = %s",
        mine,
    )
    back = fetch(
        "SELECT count(*), coalesce(sum(r.total), 0)::bigint,"
        " coalesce(sum(coalesce((a.answer::jsonb ->> 'money_back')::bigint, r.total)), 0)::bigint"
        " FROM commerce_return r LEFT JOIN core_idempotencykey k ON k.club_id = r.club_id"
        " AND k.client = r.actor AND k.operation = 'return' AND k.recorded_at >= %s"
        " AND (k.made ->> 'return_id')::bigint = r.id"
        " LEFT JOIN core_idempotencyanswer a ON a.key_id = k.id"
        " WHERE r.club_id = %s AND r.returned_at >= %s AND r.returned_at < %s"
        " AND r.actor = %s AND r.branch_id = %s",
        # The key's moment is the database's own; a day's leeway bears any difference of clocks.
        [shift.since - LONGEST, *mine],
    )
    others = fetch(
        "SELECT (SELECT count(*) FROM club_audit WHERE club_id = %s AND actor = %s"
        " AND action = 'member.enrolled' AND at >= %s AND at < %s),"
        " (SELECT count(*) FROM program_offlinesale WHERE club_id = %s AND branch_id = %s"
        " AND rung_by = %s AND sold_at >= %s AND sold_at < %s)",
        [club.id, actor, shift.since, until, club.id, branch_id, actor, shift.since, until],
    )
    return ShiftSums(
        bills=sum(row[1] for row in bills),
        total=sum(row[2] for row in bills),
        sold=[Sold(row[0], row[1], row[3]) for row in bills],
        points_spent=points[0][0],
        points_money=sum(row[4] for row in bills),
        credit_spent=sum(row[5] for row in bills),
        vouchers=sum(row[6] for row in bills),
        discount=sum(row[7] for row in bills),
        returns=back[0][0],
        returned=back[0][1],
        money_back=back[0][2],
        enrolled=others[0][0],
        late=others[0][1],
    )
