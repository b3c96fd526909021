"""What members got for their points, and what codes took off the bills."""

from __future__ import annotations

from collections.abc import Sequence

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.insight.reads.reports.narrowing import BRANCHES, params, tables, whose
from vafa.insight.reads.reports.shape import Ask, Column, Figures, Line, Values, paired
from vafa.insight.reads.spans import Span

REWARD_COLUMNS = (
    Column("redeemed", "count"),
    Column("members", "count"),
    Column("points", "points"),
    Column("used_up", "count"),
    Column("waiting", "count"),
    Column("ended", "count"),
)
# ``ended``: cancelled or run out, so that the points went back.
_REWARDS = """
{tables}
SELECT r.reward_id, min(w.name), min(w.name_en), count(*),
    count(DISTINCT coalesce(merged_into_id, r.member_id)), sum(r.points)::bigint,
    count(*) FILTER (WHERE u.purpose IN ('bill', 'counter')),
    count(*) FILTER (WHERE u.purpose IS NULL OR u.purpose = 'given_back'),
    count(*) FILTER (WHERE u.purpose IN ('cancelled', 'expired'))
FROM program_redemption r JOIN program_reward w ON w.id = r.reward_id
LEFT JOIN merged ON merged.member_id = r.member_id
LEFT JOIN LATERAL (SELECT purpose FROM program_voucheruse u WHERE u.voucher_id = r.voucher_id
    ORDER BY u.number DESC LIMIT 1) u ON TRUE
WHERE r.club_id = %(club)s AND r.redeemed_at >= %(since)s AND r.redeemed_at < %(until)s{whose}
GROUP BY 1 ORDER BY 4 DESC, 2
"""
VOUCHER_COLUMNS = (
    Column("made", "count"),
    Column("uses", "count"),
    Column("members", "count"),
    Column("taken_off", "money"),
    Column("bills", "money"),
)
# A use that was given back is no use, and a bill with two codes is one bill. In the place of a code that
# is good once, a fresh one is given back: then ``back`` has its bill. Codes belong to a series, to a
# reward, or stand alone.
_VOUCHERS = """
{tables}, back AS (
    SELECT p.id FROM commerce_purchase p WHERE p.id IN (
        SELECT r.purchase_id FROM commerce_return r WHERE r.club_id = %(club)s
        AND r.returned_at >= %(since)s AND r.returned_at < %(until)s)
    AND (p.total, TRUE) = (SELECT sum(r.total), max(r.returned_at) < %(until)s
        FROM commerce_return r WHERE r.purchase_id = p.id)
), happened AS (
    SELECT u.voucher_id, u.purchase_id, u.member_id, u.times, u.amount
    FROM program_voucheruse u JOIN program_voucher v ON v.id = u.voucher_id
    WHERE v.club_id = %(club)s AND u.used_at >= %(since)s AND u.used_at < %(until)s
        AND u.purpose IN ('bill', 'counter', 'given_back')
    UNION ALL
    SELECT u.voucher_id, u.purchase_id, u.member_id, -u.times, -u.amount
    FROM back JOIN program_voucheruse u ON u.purchase_id = back.id AND u.purpose = 'bill'
    JOIN program_voucher v ON v.id = u.voucher_id AND v.max_uses = 1 AND v.kind <> 'gift'
), bills AS (
    SELECT v.series_id, v.reward_id, v.kind, u.purchase_id,
        coalesce(x.merged_into_id, u.member_id) AS member_id, sum(u.times) AS times,
        sum(u.amount) AS amount, coalesce(min(p.total), 0) AS total
    FROM happened u JOIN program_voucher v ON v.id = u.voucher_id
    LEFT JOIN commerce_purchase p ON p.id = u.purchase_id
    LEFT JOIN merged x ON x.member_id = u.member_id
    WHERE {branches}{whose_use}
    GROUP BY 1, 2, 3, 4, 5
), uses AS (
    SELECT series_id, reward_id, kind, sum(times) AS times, sum(amount) AS amount,
        count(DISTINCT member_id) FILTER (WHERE times > 0) AS members,
        coalesce(sum(total) FILTER (WHERE times > 0), 0) AS bills
    FROM bills GROUP BY 1, 2, 3
), made AS (
    SELECT v.series_id, v.reward_id, v.kind, count(*) AS n FROM program_voucher v
    WHERE v.club_id = %(club)s AND v.created_at >= %(since)s AND v.created_at < %(until)s
        {whose_code}
    GROUP BY 1, 2, 3
), moved AS (
    SELECT series_id, reward_id, kind, 0 AS n, times, members, amount, bills FROM uses
    UNION ALL SELECT series_id, reward_id, kind, n, 0, 0, 0, 0 FROM made
)
SELECT CASE WHEN m.series_id IS NOT NULL THEN 'series' || m.series_id
    WHEN m.reward_id IS NOT NULL THEN 'reward' || m.reward_id ELSE m.kind END,
    coalesce(min(s.name), min(w.name), ''),
    coalesce(min(CASE WHEN m.series_id IS NULL THEN w.name_en END), ''), sum(m.n)::bigint, sum(m.times)::bigint,
    sum(m.members)::bigint, sum(m.amount)::bigint, sum(m.bills)::bigint
FROM moved m LEFT JOIN program_voucherseries s ON s.id = m.series_id
LEFT JOIN program_reward w ON w.id = m.reward_id
GROUP BY 1 ORDER BY 5 DESC, 4 DESC, 2
"""


def rewards(club: ClubContext, ask: Ask) -> Figures:
    """Redemptions of the span by reward, with what has become of them by now."""
    found, totals = _read_rewards(club, ask, ask.span)
    if ask.before is None:
        return Figures(REWARD_COLUMNS, tuple(found), totals)
    past, totals_before = _read_rewards(club, ask, ask.before)
    earlier = {line.key: line.values for line in past}
    return paired(REWARD_COLUMNS, found, totals, earlier, totals_before)


def vouchers(club: ClubContext, ask: Ask) -> Figures:
    """Codes made and uses within the span, by series, by reward, or by kind where they have neither.

    ``bills`` are the whole bills on which they were used; what is left of them after a return is in the
    report of sales. A bill with codes of two series is in both lines, so that there is no sum. At some branches: the uses on their bills;
    what was made there nobody can tell.
    """
    found, totals = _read_vouchers(club, ask, ask.span)
    if ask.before is None:
        return Figures(VOUCHER_COLUMNS, tuple(found), totals)
    past, totals_before = _read_vouchers(club, ask, ask.before)
    earlier = {line.key: line.values for line in past}
    return paired(VOUCHER_COLUMNS, found, totals, earlier, totals_before)


def _read_rewards(club: ClubContext, ask: Ask, span: Span) -> tuple[list[Line], Values]:
    statement = _REWARDS.format(tables=tables(ask), whose=whose(ask, "r.member_id"))
    rows = fetch(statement, params(club, ask, span))
    return _lines(rows, len(REWARD_COLUMNS), different=(1,))


def _read_vouchers(club: ClubContext, ask: Ask, span: Span) -> tuple[list[Line], Values]:
    made_nowhere = " AND FALSE" if ask.branch_ids is not None else ""
    statement = _VOUCHERS.format(
        tables=tables(ask),
        branches=BRANCHES.format("p."),
        whose_use=whose(ask, "u.member_id"),
        whose_code=f"{whose(ask, 'v.member_id')}{made_nowhere}",
    )
    rows = fetch(statement, params(club, ask, span))
    return _lines(rows, len(VOUCHER_COLUMNS), different=(2, 4))


def _lines(
    rows: list[tuple[object, ...]], width: int, *, different: Sequence[int]
) -> tuple[list[Line], Values]:
    """``different``: the columns that do not add up."""
    lines = [_line(row) for row in rows]
    sums: list[int | None] = [sum(int(line.values[n] or 0) for line in lines) for n in range(width)]
    for n in different:
        sums[n] = None
    return lines, tuple(sums)


def _line(row: tuple[object, ...]) -> Line:
    key, label, label_en, *values = row
    numbers = tuple(int(str(value)) for value in values)
    return Line(key if isinstance(key, int) else str(key), numbers, str(label), None, str(label_en))
