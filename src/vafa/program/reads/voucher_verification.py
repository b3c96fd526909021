"""Do vouchers give what they promise, and no more?"""

from __future__ import annotations

from vafa.core.verification import Check

CHECKS = (
    Check(
        "uses of a voucher are within what it allows",
        """
        SELECT 'voucher ' || v.id, coalesce(v.max_uses::text, 'any') || ', ' ||
                CASE v.kind WHEN 'gift' THEN v.value::text ELSE 'any' END,
            u.times || ', ' || u.amount || ', ' || u.gaps
        FROM program_voucher v CROSS JOIN LATERAL (
            SELECT coalesce(sum(u.times), 0) AS times, coalesce(sum(u.amount), 0) AS amount,
                coalesce(max(u.number), 0) - count(*) AS gaps,
                coalesce(bool_or((u.times_after, u.amount_after) IS DISTINCT FROM (u.t, u.a)
                    OR u.purpose IN ('cancelled', 'expired') AND NOT u.is_last), false) AS differs
            FROM (SELECT x.*, sum(x.times) OVER w AS t, sum(x.amount) OVER w AS a,
                    x.number = max(x.number) OVER () AS is_last
                FROM program_voucheruse x WHERE x.voucher_id = v.id
                WINDOW w AS (ORDER BY x.number)) u
        ) u
        WHERE v.club_id = %(club)s AND EXISTS (
                SELECT FROM program_voucheruse y WHERE y.voucher_id = v.id)
            AND (u.differs OR u.gaps <> 0 OR u.times > v.max_uses OR u.amount < 0
                OR v.kind = 'gift' AND u.amount > v.value)
        """,
    ),
    Check(
        "the discount of a purchase = what its vouchers took off",
        """
        SELECT 'purchase ' || p.id, p.discount, coalesce(u.amount, 0)
        FROM commerce_purchase p LEFT JOIN (
            SELECT x.purchase_id, sum(x.amount) AS amount FROM program_voucheruse x
            JOIN program_voucher v ON v.id = x.voucher_id
            WHERE v.club_id = %(club)s AND x.purpose = 'bill' GROUP BY 1) u ON u.purchase_id = p.id
        WHERE p.club_id = %(club)s AND p.discount <> coalesce(u.amount, 0)
        """,
    ),
    Check(
        "what vouchers took off lines adds up, and no line goes below zero",
        """
        SELECT 'voucher ' || v.id || ' use ' || u.number, u.amount, coalesce(s.amount, 0)
        FROM program_voucheruse u JOIN program_voucher v ON v.id = u.voucher_id
        LEFT JOIN LATERAL (SELECT sum((e ->> 1)::bigint) AS amount
            FROM jsonb_array_elements(u.shares) e) s ON true
        WHERE v.club_id = %(club)s AND u.purpose = 'bill' AND u.amount <> coalesce(s.amount, 0)
        UNION ALL
        SELECT 'purchase line ' || l.id, l.amount, s.amount FROM (
            SELECT (e ->> 0)::bigint AS line_id, sum((e ->> 1)::bigint) AS amount
            FROM program_voucheruse u JOIN program_voucher v ON v.id = u.voucher_id
            CROSS JOIN LATERAL jsonb_array_elements(u.shares) e
            WHERE v.club_id = %(club)s AND u.purpose = 'bill' GROUP BY 1) s
        LEFT JOIN commerce_purchaseline l ON l.id = s.line_id
        WHERE l.amount IS NULL OR s.amount > l.amount OR s.amount < 0
        """,
    ),
    Check(
        "a series has the codes that it says",
        """
        SELECT 'series ' || s.id, s.made, (SELECT count(*) FROM program_voucher v
            WHERE v.series_id = s.id AND v.decision_id IS NULL)
        FROM program_voucherseries s WHERE s.club_id = %(club)s
            AND s.made <> (SELECT count(*) FROM program_voucher v
                WHERE v.series_id = s.id AND v.decision_id IS NULL)
        """,
    ),
)
