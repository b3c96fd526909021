"""Is every sale that a till rang up without a line one purchase, and settled with what it says?"""

from __future__ import annotations

from vafa.core.verification import Check

CHECKS = (
    Check(
        "a sale without a line is one purchase, as the till rang it up",
        """
        SELECT 'sale without a line ' || o.id, o.branch_id || ', ' || o.total,
            coalesce(p.branch_id || ', ' || p.total, 'nothing')
        FROM program_offlinesale o LEFT JOIN commerce_purchase p ON p.id = o.purchase_id
        WHERE o.club_id = %(club)s AND o.state <> 'arrived'
            AND (o.purchase_id IS NOT NULL OR o.why <> 'refused')
            AND (o.branch_id, o.total, o.club_id) IS DISTINCT FROM (p.branch_id, p.total, p.club_id)
        """,
    ),
    Check(
        "what a sale without a line was settled with is what its decision took",
        """
        SELECT coalesce('sale without a line ' || o.id, 'decision ' || d.id),
            coalesce(-o.short_points || ', ' || -o.short_credit, 'nothing'),
            coalesce(d.points || ', ' || d.credit, 'nothing')
        FROM (SELECT * FROM program_offlinesale
            WHERE club_id = %(club)s AND decision_id IS NOT NULL) o
        FULL JOIN (SELECT * FROM program_decision
            WHERE club_id = %(club)s AND trigger = 'offline') d ON d.id = o.decision_id
        WHERE (-o.short_points, -o.short_credit) IS DISTINCT FROM (d.points, d.credit)
        """,
    ),
)
