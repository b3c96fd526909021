"""Do the facts add up?"""

from __future__ import annotations

from vafa.core.verification import Check

CHECKS = (
    Check(
        "purchase lines add up to the bill",
        """
        SELECT 'purchase ' || p.id, p.total, coalesce(sum(l.amount), 0)
        FROM commerce_purchase p LEFT JOIN commerce_purchaseline l ON l.purchase_id = p.id
        WHERE p.club_id = %(club)s GROUP BY p.id HAVING coalesce(sum(l.amount), 0) <> p.total
        """,
    ),
    Check(
        "return lines add up to the return",
        """
        SELECT 'return ' || r.id, r.total, coalesce(sum(l.amount), 0)
        FROM commerce_return r LEFT JOIN commerce_returnline l ON l.parent_id = r.id
        WHERE r.club_id = %(club)s GROUP BY r.id HAVING coalesce(sum(l.amount), 0) <> r.total
        """,
    ),
    Check(
        "no line came back more than it was sold",
        """
        SELECT 'purchase line ' || l.id, l.amount, sum(b.amount)
        FROM commerce_returnline b JOIN commerce_purchaseline l ON l.id = b.purchase_line_id
        JOIN commerce_purchase p ON p.id = l.purchase_id
        WHERE p.club_id = %(club)s GROUP BY l.id
        HAVING sum(b.amount) > l.amount OR sum(b.quantity) > l.quantity
        """,
    ),
    Check(
        "numbers of documents have no gap",
        """
        SELECT 'documents ' || s.branch_id || ' ' || s.kind || ' ' || s.year, s.last, count(d.id)
        FROM commerce_documentseries s LEFT JOIN commerce_document d
            ON d.branch_id = s.branch_id AND d.kind = s.kind AND d.year = s.year
            AND d.number BETWEEN 1 AND s.last
        WHERE s.club_id = %(club)s GROUP BY s.id HAVING count(d.id) <> s.last
        UNION ALL
        SELECT 'document ' || d.id, 0, d.number FROM commerce_document d
        LEFT JOIN commerce_documentseries s ON s.branch_id = d.branch_id AND s.kind = d.kind
            AND s.year = d.year
        WHERE d.club_id = %(club)s AND d.number > coalesce(s.last, 0)
        """,
    ),
    Check(
        "a registered order is its purchase",
        """
        SELECT 'order ' || o.id, o.total, p.total
        FROM commerce_order o LEFT JOIN commerce_purchase p ON p.id = o.purchase_id
        WHERE o.club_id = %(club)s AND o.kind = 'sale'
            AND o.state IN ('registered', 'delivered', 'closed')
            AND (p.total IS DISTINCT FROM o.total OR p.branch_id <> o.branch_id)
        """,
    ),
)
