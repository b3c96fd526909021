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
)
