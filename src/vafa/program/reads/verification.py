"""Does every decision stand behind exactly the value that moved, and the other way round?"""

from __future__ import annotations

from vafa.core.verification import Check

CHECKS = (
    Check(
        "points of a decision = what its transfers moved",
        """
        SELECT 'decision ' || d.id, d.points, coalesce(sum(m.n), 0)
        FROM program_decision d LEFT JOIN (
            -- What is held is not hers any more, but a capture is where held value is spent.
            -- Of a gift and its undoing the decision names the giver's side.
            SELECT t.source_id, t.amount AS n FROM ledger_transfer t
            JOIN ledger_account a ON a.id = t.credit_account_id AND a.holder > 0
            WHERE t.book_id = %(book)s AND t.source = 'decision' AND a.kind <> 'held'
                AND t.kind <> 'gift' AND t.unit_id = %(points)s
            UNION ALL
            SELECT t.source_id, -t.amount FROM ledger_transfer t
            JOIN ledger_account a ON a.id = t.debit_account_id AND a.holder > 0
            WHERE t.book_id = %(book)s AND t.source = 'decision' AND t.kind <> 'gift_back'
                AND (a.kind <> 'held' OR t.kind = 'capture') AND t.unit_id = %(points)s
        ) m ON m.source_id = d.id
        WHERE d.club_id = %(club)s AND d.trigger NOT IN ('gift_in', 'gift_in_back')
        GROUP BY d.id HAVING coalesce(sum(m.n), 0) <> d.points
        """,
    ),
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
        FROM program_decision d LEFT JOIN LATERAL jsonb_array_elements(d.parts) p ON true
        WHERE d.club_id = %(club)s GROUP BY d.id
        HAVING coalesce(sum((p ->> 2)::bigint), 0) <> d.points
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
        SELECT 'decision ' || d.id, d.points, -sum(u.points)
        FROM program_decision d JOIN program_decision u ON u.undoes_id = d.id
        WHERE d.club_id = %(club)s GROUP BY d.id HAVING abs(sum(u.points)) > abs(d.points)
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
)
