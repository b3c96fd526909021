"""Does every decision stand behind exactly the value that moved, and the other way round?"""

from __future__ import annotations

from vafa.core.verification import Check


def _moved(column: str, is_points: str) -> str:
    """What a decision says that moved of a unit, against the transfers."""
    return f"""
        SELECT 'decision ' || d.id, d.{column}, coalesce(sum(m.n), 0)
        FROM program_decision d LEFT JOIN (
            -- What is held is not hers any more, but a capture is where held value is spent.
            -- Of a gift and its undoing the decision names the giver's side.
            SELECT t.source_id, t.amount AS n FROM ledger_transfer t
            JOIN ledger_account a ON a.id = t.credit_account_id AND a.holder > 0
            WHERE t.book_id = %(book)s AND t.source = 'decision' AND a.kind <> 'held'
                AND t.kind <> 'gift' AND t.unit_id {is_points} %(points)s
            UNION ALL
            SELECT t.source_id, -t.amount FROM ledger_transfer t
            JOIN ledger_account a ON a.id = t.debit_account_id AND a.holder > 0
            WHERE t.book_id = %(book)s AND t.source = 'decision' AND t.kind <> 'gift_back'
                AND (a.kind <> 'held' OR t.kind = 'capture') AND t.unit_id {is_points} %(points)s
        ) m ON m.source_id = d.id
        WHERE d.club_id = %(club)s AND d.trigger NOT IN ('gift_in', 'gift_in_back')
        GROUP BY d.id HAVING coalesce(sum(m.n), 0) <> d.{column}
        """


CHECKS = (
    Check("points of a decision = what its transfers moved", _moved("points", "=")),
    Check("credit of a decision = what its transfers moved", _moved("credit", "<>")),
    Check(
        "every transfer of a decision has its decision",
        """
        SELECT 'transfer ' || t.id, t.source_id, 0 FROM ledger_transfer t
        LEFT JOIN program_decision d ON d.id = t.source_id AND d.club_id = %(club)s
        WHERE t.book_id = %(book)s AND t.source = 'decision' AND d.id IS NULL
        """,
    ),
    Check(
        "parts of a decision add up to its points",
        """
        SELECT 'decision ' || d.id, d.points, coalesce(sum((p ->> 2)::bigint), 0)
        FROM program_decision d
        LEFT JOIN LATERAL jsonb_array_elements(d.parts) p ON p ->> 4 IS NULL
        WHERE d.club_id = %(club)s GROUP BY d.id
        HAVING coalesce(sum((p ->> 2)::bigint), 0) <> d.points
        """,
    ),
    Check(
        "credit and tier points of a decision are those of its parts and its lines",
        """
        SELECT 'decision ' || d.id, d.credit || ', ' || d.tier_points - d.points,
            p.credit || ', ' || p.tier || '; ' || s.credit || ', ' || s.tier
        FROM program_decision d
        CROSS JOIN LATERAL (
            SELECT coalesce(sum((e ->> 2)::bigint) FILTER (WHERE e ->> 4 = 'credit'), 0) AS credit,
                coalesce(sum((e ->> 2)::bigint) FILTER (WHERE e ->> 4 = 'tier'), 0) AS tier
            FROM jsonb_array_elements(d.parts) e
        ) p
        CROSS JOIN LATERAL (
            SELECT coalesce(sum((e ->> 2)::bigint), 0) AS credit,
                coalesce(sum((e ->> 3)::bigint), 0) AS tier
            FROM jsonb_array_elements(d.shares) e
        ) s
        WHERE d.club_id = %(club)s AND d.trigger IN ('purchase', 'join', 'happening')
            AND ((d.credit, d.tier_points - d.points) IS DISTINCT FROM (p.credit, p.tier)
                OR d.trigger = 'purchase' AND (p.credit, p.tier) IS DISTINCT FROM (s.credit, s.tier))
        """,
    ),
    Check(
        "line shares of a decision add up to its points",
        """
        SELECT 'decision ' || d.id, d.points, coalesce(sum((s ->> 1)::bigint), 0)
        FROM program_decision d LEFT JOIN LATERAL jsonb_array_elements(d.shares) s ON true
        WHERE d.club_id = %(club)s AND d.trigger = 'purchase' GROUP BY d.id
        HAVING coalesce(sum((s ->> 1)::bigint), 0) <> d.points
        """,
    ),
    Check(
        "no decision is undone more than it was",
        """
        SELECT 'decision ' || d.id, d.points || ', ' || d.credit,
            -sum(u.points) || ', ' || -sum(u.credit)
        FROM program_decision d JOIN program_decision u ON u.undoes_id = d.id
        WHERE d.club_id = %(club)s GROUP BY d.id
        HAVING abs(sum(u.points)) > abs(d.points) OR abs(sum(u.credit)) > abs(d.credit)
        """,
    ),
    Check(
        "a redemption took the points of its decision",
        """
        SELECT 'redemption ' || r.id, -d.points, r.points FROM program_redemption r
        JOIN program_decision d ON d.id = r.decision_id
        WHERE r.club_id = %(club)s AND -d.points <> r.points
        """,
    ),
    Check(
        "a redemption's points are held until its voucher is used, and no longer",
        """
        SELECT 'redemption ' || r.id, s.expected || ' ' || r.points,
            coalesce(h.states, 'no hold') || ' ' || coalesce(h.amount, 0)
        FROM program_redemption r
        LEFT JOIN program_voucheruse u ON u.voucher_id = r.voucher_id AND u.number = 1
        CROSS JOIN LATERAL (SELECT CASE WHEN u.purpose IN ('bill', 'counter') THEN 'captured'
            WHEN u.purpose = 'cancelled' THEN 'released'
            WHEN u.purpose = 'expired' THEN 'expired' ELSE 'open' END AS expected) s
        LEFT JOIN (
            SELECT h.source_id, string_agg(h.status, ' ') AS states, sum(h.amount) AS amount
            FROM ledger_hold h JOIN ledger_account a ON a.id = h.account_id
            WHERE a.book_id = %(book)s AND h.source = 'decision' AND h.status <> 'moved'
            GROUP BY h.source_id
        ) h ON h.source_id = r.decision_id
        WHERE r.club_id = %(club)s
            AND (h.states, h.amount) IS DISTINCT FROM (s.expected, r.points::numeric)
            AND (r.points > 0 OR h.states IS NOT NULL)
        """,
    ),
    Check(
        "a reservation is held while it is open, and resolved as it was",
        """
        SELECT coalesce('reservation ' || r.id, 'hold for reservation ' || h.source_id),
            coalesce(r.status || ' ' || r.points || ', ' || r.credit, 'nothing'),
            coalesce(h.states, 'nothing') || ' ' || coalesce(h.points, 0) || ', '
                || coalesce(h.credit, 0)
        FROM (SELECT * FROM program_reservation WHERE club_id = %(club)s) r
        FULL JOIN (
            SELECT h.source_id, string_agg(DISTINCT h.status, ' ' ORDER BY h.status) AS states,
                coalesce(sum(h.amount) FILTER (WHERE a.unit_id = %(points)s), 0) AS points,
                coalesce(sum(h.amount) FILTER (WHERE a.unit_id <> %(points)s), 0) AS credit
            FROM ledger_hold h JOIN ledger_account a ON a.id = h.account_id
            WHERE a.book_id = %(book)s AND h.source = 'reservation' AND h.status <> 'moved'
            GROUP BY h.source_id
        ) h ON h.source_id = r.id
        WHERE (coalesce(h.points, 0), coalesce(h.credit, 0))
                IS DISTINCT FROM (r.points::numeric, r.credit::numeric)
            OR NOT h.states = ANY (CASE WHEN r.status = 'used'
                THEN ARRAY['captured', 'captured released', 'released']
                ELSE ARRAY[r.status::text] END)
        """,
    ),
    Check(
        "an applied adjustment is what its decision gave or took",
        """
        SELECT coalesce('adjustment ' || j.id, 'decision ' || d.id),
            coalesce(j.unit || ' ' || j.amount, 'nothing'),
            coalesce(d.trigger || ' ' || d.points || ', ' || d.credit, 'nothing')
        FROM (SELECT * FROM program_adjustment
            WHERE club_id = %(club)s AND decision_id IS NOT NULL) j
        FULL JOIN (SELECT * FROM program_decision
            WHERE club_id = %(club)s AND trigger = 'adjust') d ON d.id = j.decision_id
        WHERE (j.member_id, CASE j.unit WHEN 'points' THEN j.amount ELSE 0 END,
                CASE j.unit WHEN 'credit' THEN j.amount ELSE 0 END)
            IS DISTINCT FROM (d.member_id, d.points, d.credit)
        """,
    ),
    Check(
        "what a happening earned is what its decision gave, once",
        """
        SELECT coalesce('happening ' || h.id, 'decision ' || d.id),
            coalesce(h.member_id || ' ' || h.kind, 'nothing'),
            coalesce(d.member_id || ' ' || d.trigger, 'nothing')
        FROM (SELECT * FROM program_happening
            WHERE club_id = %(club)s AND decision_id IS NOT NULL) h
        FULL JOIN (SELECT * FROM program_decision
            WHERE club_id = %(club)s AND trigger = 'happening') d ON d.id = h.decision_id
        WHERE h.member_id IS DISTINCT FROM d.member_id
        """,
    ),
    Check(
        "points count for the tier as far as they were earned",
        """
        SELECT 'decision ' || d.id, CASE WHEN d.trigger = 'return' THEN d.points ELSE 0 END,
            d.tier_points
        FROM program_decision d LEFT JOIN program_decision o ON o.id = d.undoes_id
        WHERE d.club_id = %(club)s AND (
            d.trigger = 'return' AND o.tier_points = o.points AND d.tier_points <> d.points
            OR d.trigger IN ('pay', 'redeem', 'unredeem', 'give_back') AND d.tier_points <> 0)
        """,
    ),
    Check(
        "what is undone leaves the tier on the day of what it undoes, and no more than that",
        """
        SELECT 'decision ' || d.id, d.tier_points, d.tier_points + sum(u.tier_points)
        FROM program_decision d JOIN program_decision u ON u.undoes_id = d.id
        WHERE d.club_id = %(club)s AND u.tier_points <> 0 GROUP BY d.id
        HAVING bool_or(u.tier_at <> d.tier_at)
            OR d.tier_points + sum(u.tier_points) NOT BETWEEN least(d.tier_points, 0)
                AND greatest(d.tier_points, 0)
        """,
    ),
    Check(
        "a limit's counter = what decisions drew on it",
        """
        SELECT coalesce('counter ' || c.id, 'drawn on counter ' || n.root),
            c.points || ', ' || c.times, coalesce(n.points, 0) || ', ' || coalesce(n.times, 0)
        FROM (SELECT * FROM program_counter WHERE club_id = %(club)s AND goes_on_id IS NULL) c
        FULL JOIN (
            SELECT coalesce(k.goes_on_id, k.id, (x ->> 0)::bigint) AS root,
                sum((x ->> 1)::bigint) AS points, sum((x ->> 2)::bigint) AS times
            FROM program_decision d CROSS JOIN LATERAL jsonb_array_elements(d.counted) x
            LEFT JOIN program_counter k ON k.id = (x ->> 0)::bigint AND k.club_id = d.club_id
            WHERE d.club_id = %(club)s GROUP BY 1
        ) n ON n.root = c.id
        WHERE (c.points, c.times) IS DISTINCT FROM
            (coalesce(n.points, 0)::bigint, coalesce(n.times, 0)::bigint)
        """,
    ),
    Check(
        "what a decision drew on a limit is what the limited rules gave",
        """
        SELECT 'decision ' || d.id || ', ' || k.what, coalesce(p.points, 0), (x ->> 1)::bigint
        FROM program_decision d CROSS JOIN LATERAL jsonb_array_elements(d.counted) x
        JOIN program_counter k ON k.id = (x ->> 0)::bigint
        JOIN program_revision r ON r.id = d.revision_id
        CROSS JOIN LATERAL (
            SELECT sum((e ->> 2)::bigint) AS points FROM jsonb_array_elements(d.parts) e
            WHERE e ->> 1 <> 'tier' AND (k.what = 'r:' || (e ->> 0) OR EXISTS (
                SELECT 1 FROM jsonb_array_elements(r.document -> 'rules') q
                WHERE q ->> 'id' = e ->> 0 AND k.what = 'b:' || (q ->> 'budget')))
                OR left(k.what, 2) = 'p:' AND coalesce(e ->> 4, 'points') = 'points'
                OR left(k.what, 2) = 'c:' AND e ->> 4 = 'credit'
        ) p
        WHERE d.club_id = %(club)s AND d.undoes_id IS NULL
            AND coalesce(p.points, 0) <> (x ->> 1)::bigint
        """,
    ),
    Check(
        "what was drawn on limits goes back with the points, and no more",
        """
        SELECT 'decision ' || d.id || ', counter ' || (x ->> 0),
            (x ->> 1)::bigint - coalesce((x ->> 1)::bigint * u.undone
                / nullif(d.credit + d.tier_points, 0), 0), u.left_over
        FROM program_decision d CROSS JOIN LATERAL jsonb_array_elements(d.counted) x
        LEFT JOIN program_counter k ON k.id = (x ->> 0)::bigint
        CROSS JOIN LATERAL (
            SELECT coalesce(-sum(b.credit + b.tier_points), 0)::bigint AS undone,
                (x ->> 1)::bigint + coalesce(sum((SELECT sum((y ->> 1)::bigint)
                    FROM jsonb_array_elements(b.counted) y
                    LEFT JOIN program_counter l ON l.id = (y ->> 0)::bigint
                    WHERE coalesce(l.goes_on_id, l.id) = coalesce(k.goes_on_id, k.id)
                )), 0)::bigint AS left_over
            FROM program_decision b WHERE b.undoes_id = d.id
        ) u
        WHERE d.club_id = %(club)s AND d.undoes_id IS NULL AND u.left_over IS DISTINCT FROM
            (x ->> 1)::bigint - coalesce((x ->> 1)::bigint * u.undone
                / nullif(d.credit + d.tier_points, 0), 0)
        """,
    ),
    Check(
        "what a key of a request made is there",
        """
        SELECT 'key ' || k.id || ' of ' || k.client, k.made, 'not there'
        FROM core_idempotencykey k
        CROSS JOIN LATERAL jsonb_to_record(k.made) AS m(purchase_id bigint, return_id bigint,
            member_id bigint, redemption_id bigint, reservation_id bigint, adjustment_id bigint,
            decision_id bigint, voucher_code text)
        LEFT JOIN commerce_purchase p ON p.id = m.purchase_id AND p.club_id = k.club_id
        LEFT JOIN commerce_return b ON b.id = m.return_id AND b.club_id = k.club_id
        LEFT JOIN club_member c ON c.id = m.member_id AND c.club_id = k.club_id
        LEFT JOIN program_redemption r ON r.id = m.redemption_id AND r.club_id = k.club_id
        LEFT JOIN program_reservation s ON s.id = m.reservation_id AND s.club_id = k.club_id
        LEFT JOIN program_adjustment j ON j.id = m.adjustment_id AND j.club_id = k.club_id
        LEFT JOIN program_decision d ON d.id = m.decision_id AND d.club_id = k.club_id
        LEFT JOIN program_voucher v ON v.code = m.voucher_code AND v.club_id = k.club_id
        WHERE k.club_id = %(club)s AND (
            (m.purchase_id, m.return_id, m.member_id, m.redemption_id, m.reservation_id,
                m.adjustment_id, m.decision_id, m.voucher_code)
            IS DISTINCT FROM (p.id, b.id, c.id, r.id, s.id, j.id, d.id, v.code))
        """,
    ),
    Check(
        "what rules were told is erased of nobody but who was forgotten",
        """
        SELECT 'decision ' || d.id, 'kept', 'erased' FROM program_decision d
        LEFT JOIN club_member m ON m.id = d.member_id
        WHERE d.club_id = %(club)s AND d.inputs ? 'erased' AND m.erased_at IS NULL
        """,
    ),
    Check(
        "nothing is left of who was forgotten, and who left has no wallet to spend from",
        """
        SELECT 'member ' || m.id, 'nothing', concat_ws(' ', m.name, m.mobile, m.external_id)
        FROM club_member m WHERE m.club_id = %(club)s AND m.left_at IS NOT NULL
            AND (m.mobile IS NOT NULL OR m.is_active OR m.erased_at IS NOT NULL AND m.name <> '')
        """,
    ),
    Check(
        "consents that hold = the last word on each",
        """
        SELECT 'member ' || coalesce(m.id, c.member_id),
            coalesce(c.said::text, '{}'), coalesce(m.consents::text, '{}')
        FROM (SELECT * FROM club_member WHERE club_id = %(club)s) m
        FULL JOIN (
            SELECT member_id, array_agg(key ORDER BY key COLLATE "C")::text[] AS said FROM (
                SELECT DISTINCT ON (member_id, purpose, channel) member_id,
                    purpose || ':' || channel AS key, is_given
                FROM club_consent WHERE club_id = %(club)s
                ORDER BY member_id, purpose, channel, at DESC, id DESC
            ) last WHERE is_given GROUP BY member_id
        ) c ON c.member_id = m.id
        WHERE coalesce(m.consents::text[], '{}') IS DISTINCT FROM coalesce(c.said, '{}')
        """,
    ),
    Check(
        "who shares a household's wallet belongs to it",
        """
        SELECT 'member ' || m.id, coalesce('wallet ' || h.holder, 'her own wallet'),
            coalesce('wallet ' || m.holder, 'her own wallet')
        FROM club_member m LEFT JOIN club_household h ON h.id = m.household_id
        WHERE m.club_id = %(club)s AND m.merged_into_id IS NULL
            AND m.holder IS DISTINCT FROM h.holder
        """,
    ),
)
