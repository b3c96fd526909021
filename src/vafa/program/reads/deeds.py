"""What of rules' deeds can still be done, and what was done for a decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from vafa.core.db import Query, fetch

_HERS = "(m.id = ANY(%s) OR m.merged_into_id = ANY(%s))"


class OpenDraw(NamedTuple):
    """The days, both included, on which a draw that is open takes chances."""

    starts_on: date
    ends_on: date


class GivenVoucher(NamedTuple):
    """A voucher that a rule gave with a decision."""

    decision_id: int
    code: str


class GivenChances(NamedTuple):
    """Chances that a decision gave and that are not taken back yet; ``is_open``: they still can."""

    decision_id: int
    draw_id: int
    member_id: int
    chances: int
    is_open: bool


def series_query(club_id: int, ids: Iterable[int], at: datetime) -> Query[set[int]]:
    """Those of the series of which fresh codes may be given at that moment."""
    numbers = sorted(ids)
    return Query(
        "SELECT id FROM program_voucherseries WHERE club_id = %s AND id = ANY(%s) AND letters > 0"
        " AND cancelled_at IS NULL AND expires_at > %s"
        if numbers
        else "",
        [club_id, numbers, at],
        lambda rows: {number for (number,) in rows},
    )


def draws_query(club_id: int, ids: Iterable[int], *, lock: bool) -> Query[dict[int, OpenDraw]]:
    """Those of the draws that are open. With ``lock`` they stay so until the transaction ends; one
    whose list is being closed at this moment counts as closed, and nobody waits for it."""
    numbers = sorted(ids)
    return Query(
        "SELECT id, starts_on, ends_on FROM program_draw WHERE club_id = %s AND id = ANY(%s)"
        f" AND status = 'open'{' FOR SHARE SKIP LOCKED' if lock else ''}"
        if numbers
        else "",
        [club_id, numbers],
        lambda rows: {number: OpenDraw(*days) for number, *days in rows},
    )


def badges_query(member_ids: Sequence[int], codes: Iterable[str]) -> Query[set[tuple[int, str]]]:
    """Which of these badges the members have, with those of who was merged into them."""
    wanted, members = sorted(codes), list(member_ids)
    return Query(
        "SELECT coalesce(m.merged_into_id, m.id), b.code FROM club_member m"
        f" JOIN program_badge b ON b.member_id = m.id WHERE {_HERS} AND b.code = ANY(%s)"
        if wanted and members
        else "",
        [members, members, wanted],
        lambda rows: {(member, code) for member, code in rows},
    )


def vouchers_given(decision_ids: Sequence[int]) -> list[GivenVoucher]:
    """The vouchers that rules gave with these decisions."""
    rows = fetch(
        "SELECT decision_id, code FROM program_voucher WHERE decision_id = ANY(%s) ORDER BY id",
        [list(decision_ids)],
    )
    return [GivenVoucher(*row) for row in rows]


def chances_given(decision_ids: Sequence[int], *, lock: bool) -> list[GivenChances]:
    """The chances that these decisions gave and that are still there; ``lock`` as ``draws_query``."""
    rows = fetch(
        "SELECT c.decision_id, c.draw_id, c.member_id, sum(c.chances)::bigint, c.club_id"
        " FROM program_drawchance c WHERE c.decision_id = ANY(%s) GROUP BY 1, 2, 3, 5"
        " HAVING sum(c.chances) > 0 ORDER BY 1, 2",
        [list(decision_ids)],
    )
    if not rows:
        return []
    is_open = draws_query(rows[0][4], {row[1] for row in rows}, lock=lock).ask()
    return [
        GivenChances(decision, draw, member, chances, draw in is_open)
        for decision, draw, member, chances, _ in rows
    ]


def member_badges(member_id: int) -> list[tuple[str, datetime]]:
    """The codes of the badges that a member has, and since when, the oldest first."""
    rows = fetch(
        "SELECT b.code, min(b.given_at) FROM club_member m JOIN program_badge b"
        f" ON b.member_id = m.id WHERE {_HERS} GROUP BY 1 ORDER BY 2",
        [[member_id], [member_id]],
    )
    return [(code, at) for code, at in rows]
