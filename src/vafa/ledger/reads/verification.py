"""Re-derive every balance and lot of a book from what was written, and name each difference."""

from __future__ import annotations

from vafa.core.verification import Check

CHECKS = (
    Check(
        "account balance = credits - debits",
        """
        SELECT 'account ' || a.id, coalesce(m.balance, 0), a.balance
        FROM ledger_account a LEFT JOIN (
            SELECT account_id, sum(n)::bigint AS balance FROM (
                SELECT credit_account_id AS account_id, amount AS n FROM ledger_transfer
                WHERE book_id = %(book)s AND credit_version IS NOT NULL
                UNION ALL
                SELECT debit_account_id, -amount FROM ledger_transfer
                WHERE book_id = %(book)s AND debit_version IS NOT NULL
            ) moves GROUP BY account_id
        ) m ON m.account_id = a.id
        WHERE a.book_id = %(book)s AND a.holder > 0 AND a.balance <> coalesce(m.balance, 0)
        """,
    ),
    Check(
        "account versions run from 1 without gap, each with the right balance",
        """
        SELECT 'transfer ' || id || ' account ' || account_id, expected, found FROM (
            SELECT id, account_id, version, balance AS found,
                sum(n) OVER w AS expected, row_number() OVER w AS place
            FROM (
                SELECT id, credit_account_id AS account_id, credit_version AS version,
                    credit_balance AS balance, amount AS n
                FROM ledger_transfer WHERE book_id = %(book)s AND credit_version IS NOT NULL
                UNION ALL
                SELECT id, debit_account_id, debit_version, debit_balance, -amount
                FROM ledger_transfer WHERE book_id = %(book)s AND debit_version IS NOT NULL
            ) moves WINDOW w AS (PARTITION BY account_id ORDER BY version)
        ) steps WHERE found IS DISTINCT FROM expected OR place <> version
        """,
    ),
    Check(
        "account version = number of its transfers",
        """
        SELECT 'account ' || a.id, coalesce(m.moves, 0), a.version FROM ledger_account a
        LEFT JOIN (
            SELECT account_id, count(*) AS moves FROM (
                SELECT credit_account_id AS account_id FROM ledger_transfer
                WHERE book_id = %(book)s AND credit_version IS NOT NULL
                UNION ALL
                SELECT debit_account_id FROM ledger_transfer
                WHERE book_id = %(book)s AND debit_version IS NOT NULL
            ) sides GROUP BY account_id
        ) m ON m.account_id = a.id
        WHERE a.book_id = %(book)s AND a.holder > 0 AND a.version <> coalesce(m.moves, 0)
        """,
    ),
    Check(
        "open lots = balance of pending, available and held",
        """
        SELECT 'account ' || a.id, coalesce(sum(l.remaining), 0), a.balance
        FROM ledger_account a LEFT JOIN ledger_lot l ON l.account_id = a.id
        WHERE a.book_id = %(book)s AND a.kind IN ('pending', 'available', 'held')
        GROUP BY a.id HAVING coalesce(sum(l.remaining), 0) <> a.balance
        """,
    ),
    Check(
        "lot remaining = amount - consumptions",
        """
        SELECT 'lot ' || l.id, l.amount - coalesce(sum(c.amount), 0), l.remaining
        FROM ledger_lot l JOIN ledger_account a ON a.id = l.account_id
        LEFT JOIN ledger_consumption c ON c.lot_id = l.id
        WHERE a.book_id = %(book)s
        GROUP BY l.id HAVING l.amount - coalesce(sum(c.amount), 0) <> l.remaining
        """,
    ),
    Check(
        "every transfer out of a lot account consumes its amount",
        """
        SELECT 'transfer ' || t.id, t.amount, coalesce(sum(c.amount), 0)
        FROM ledger_transfer t
        JOIN ledger_account a ON a.id = t.debit_account_id
            AND a.kind IN ('pending', 'available', 'held')
        LEFT JOIN (ledger_consumption c JOIN ledger_lot l ON l.id = c.lot_id)
            ON c.transfer_id = t.id AND l.account_id = a.id
        WHERE t.book_id = %(book)s
        GROUP BY t.id HAVING coalesce(sum(c.amount), 0) <> t.amount
        """,
    ),
    Check(
        "every transfer into a lot account opens or refills lots of its amount",
        """
        SELECT 'transfer ' || t.id, t.amount, coalesce(o.opened, 0) + coalesce(r.refilled, 0)
        FROM ledger_transfer t
        JOIN ledger_account a ON a.id = t.credit_account_id
            AND a.kind IN ('pending', 'available', 'held')
        LEFT JOIN (SELECT transfer_id, sum(amount) AS opened FROM ledger_lot GROUP BY 1) o
            ON o.transfer_id = t.id
        LEFT JOIN (SELECT transfer_id, -sum(amount) AS refilled FROM ledger_consumption
            WHERE amount < 0 GROUP BY 1) r ON r.transfer_id = t.id
        WHERE t.book_id = %(book)s
            AND coalesce(o.opened, 0) + coalesce(r.refilled, 0) <> t.amount
        """,
    ),
    Check(
        "no transfer crosses books or units",
        """
        SELECT 'transfer ' || t.id, 1, 0 FROM ledger_transfer t
        JOIN ledger_account d ON d.id = t.debit_account_id
        JOIN ledger_account c ON c.id = t.credit_account_id
        WHERE t.book_id = %(book)s AND (d.book_id, d.unit_id, c.book_id, c.unit_id)
            IS DISTINCT FROM (t.book_id, t.unit_id, t.book_id, t.unit_id)
        """,
    ),
)
