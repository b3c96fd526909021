"""Re-derive every balance and lot of a book from what was written, and name each difference."""

from __future__ import annotations

from vafa.core.verification import Check
from vafa.ledger.reads.account_sieve import SUSPECTS

# For each transfer and each account that it moved to or from, or whose lots it touched: what it
# moved, and what it opened and consumed of these lots.
_LOTS_OF_TRANSFERS = """
        WITH lot_accounts AS (
            SELECT id FROM ledger_account
            WHERE book_id = %(book)s AND id = ANY(%(suspects)s)
                AND kind IN ('pending', 'available')
        ), moves AS (
            SELECT t.id AS transfer, a.id AS account, t.amount AS moved, false AS is_out
            FROM ledger_transfer t JOIN lot_accounts a ON a.id = t.credit_account_id
            WHERE t.book_id = %(book)s
            UNION ALL
            SELECT t.id, a.id, t.amount, true
            FROM ledger_transfer t JOIN lot_accounts a ON a.id = t.debit_account_id
            WHERE t.book_id = %(book)s
        ), opened AS (
            SELECT transfer_id AS transfer, account_id AS account, sum(amount) AS opened
            FROM ledger_lot WHERE account_id IN (SELECT id FROM lot_accounts) GROUP BY 1, 2
        ), consumed AS (
            SELECT c.transfer_id AS transfer, l.account_id AS account, sum(c.amount) AS consumed
            FROM ledger_lot l JOIN ledger_consumption c ON c.lot_id = l.id
            WHERE l.account_id IN (SELECT id FROM lot_accounts) GROUP BY 1, 2
        ), did AS (
            SELECT transfer, coalesce(moved, 0) AS moved, coalesce(is_out, false) AS is_out,
                opened, consumed
            FROM moves FULL JOIN opened USING (transfer, account)
                FULL JOIN consumed USING (transfer, account)
        )"""
# Only what the sieve has caught is looked at exactly.
_BALANCES = (
    Check(
        "account balance = credits - debits",
        """
        SELECT 'account ' || a.id, coalesce(m.balance, 0), a.balance
        FROM ledger_account a LEFT JOIN (
            SELECT account_id, sum(n)::bigint AS balance FROM (
                SELECT credit_account_id AS account_id, amount AS n FROM ledger_transfer
                WHERE book_id = %(book)s AND credit_account_id = ANY(%(suspects)s)
                UNION ALL
                SELECT debit_account_id, -amount FROM ledger_transfer
                WHERE book_id = %(book)s AND debit_account_id = ANY(%(suspects)s)
            ) moves GROUP BY account_id
        ) m ON m.account_id = a.id
        WHERE a.book_id = %(book)s AND a.id = ANY(%(suspects)s) AND a.holder > 0 AND a.balance <> coalesce(m.balance, 0)
        """,
        SUSPECTS,
    ),
    Check(
        "account versions run from 1 without gap, each with the right balance",
        """
        SELECT 'transfer ' || id || ' account ' || account_id, expected, found FROM (
            SELECT moves.id, account_id, moves.version, moves.balance AS found,
                sum(n) OVER w AS expected, row_number() OVER w AS place
            FROM (
                SELECT id, credit_account_id AS account_id, credit_version AS version,
                    credit_balance AS balance, amount AS n
                FROM ledger_transfer
                WHERE book_id = %(book)s AND credit_account_id = ANY(%(suspects)s)
                UNION ALL
                SELECT id, debit_account_id, debit_version, debit_balance, -amount
                FROM ledger_transfer
                WHERE book_id = %(book)s AND debit_account_id = ANY(%(suspects)s)
            ) moves JOIN ledger_account a ON a.id = moves.account_id AND a.holder > 0
                AND a.book_id = %(book)s
            WINDOW w AS (PARTITION BY account_id ORDER BY moves.version)
        ) steps WHERE found IS DISTINCT FROM expected OR version IS DISTINCT FROM place
        """,
        SUSPECTS,
    ),
    Check(
        "account version = number of its transfers",
        """
        SELECT 'account ' || a.id, coalesce(m.moves, 0), a.version FROM ledger_account a
        LEFT JOIN (
            SELECT account_id, count(*) AS moves FROM (
                SELECT credit_account_id AS account_id FROM ledger_transfer
                WHERE book_id = %(book)s AND credit_account_id = ANY(%(suspects)s)
                UNION ALL
                SELECT debit_account_id FROM ledger_transfer
                WHERE book_id = %(book)s AND debit_account_id = ANY(%(suspects)s)
            ) sides GROUP BY account_id
        ) m ON m.account_id = a.id
        WHERE a.book_id = %(book)s AND a.id = ANY(%(suspects)s) AND a.holder > 0 AND a.version <> coalesce(m.moves, 0)
        """,
        SUSPECTS,
    ),
    Check(
        "open lots = balance of pending and available",
        """
        SELECT 'account ' || a.id, coalesce(sum(l.remaining), 0), a.balance
        FROM ledger_account a LEFT JOIN ledger_lot l ON l.account_id = a.id
        WHERE a.book_id = %(book)s AND a.id = ANY(%(suspects)s) AND a.kind IN ('pending', 'available')
        GROUP BY a.id HAVING coalesce(sum(l.remaining), 0) <> a.balance
        """,
        SUSPECTS,
    ),
    Check(
        "lot remaining = amount - consumptions",
        """
        SELECT 'lot ' || l.id, l.amount - coalesce(sum(c.amount), 0), l.remaining
        FROM ledger_lot l JOIN ledger_account a ON a.id = l.account_id
        LEFT JOIN ledger_consumption c ON c.lot_id = l.id
        WHERE a.book_id = %(book)s AND a.id = ANY(%(suspects)s)
        GROUP BY l.id HAVING l.amount - coalesce(sum(c.amount), 0) <> l.remaining
        """,
        SUSPECTS,
    ),
    Check(
        "every transfer out of a lot account consumes its amount",
        f"""
        {_LOTS_OF_TRANSFERS}
        SELECT 'transfer ' || transfer, moved, coalesce(consumed, 0) - coalesce(opened, 0)
        FROM did WHERE is_out AND coalesce(consumed, 0) - coalesce(opened, 0) <> moved
        """,
        SUSPECTS,
    ),
    Check(
        "every transfer into a lot account opens or refills lots of its amount",
        f"""
        {_LOTS_OF_TRANSFERS}
        SELECT 'transfer ' || transfer, moved, coalesce(opened, 0) - coalesce(consumed, 0)
        FROM did WHERE NOT is_out AND coalesce(opened, 0) - coalesce(consumed, 0) <> moved
        """,
        SUSPECTS,
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
        SUSPECTS,
    ),
)

_OTHERS = (
    Check(
        "open holds = balance of held",
        """
        SELECT 'account ' || a.id, coalesce(h.amount, 0), a.balance FROM ledger_account a
        LEFT JOIN (SELECT account_id, sum(amount)::bigint AS amount FROM ledger_hold
            WHERE status = 'open' GROUP BY 1) h ON h.account_id = a.id
        WHERE a.book_id = %(book)s AND a.kind = 'held' AND a.balance <> coalesce(h.amount, 0)
        """,
    ),
    Check(
        "a hold was reserved as much as it holds",
        """
        SELECT 'hold ' || h.id, t.amount, h.amount FROM ledger_hold h
        JOIN ledger_transfer t ON t.id = h.transfer_id
        WHERE t.book_id = %(book)s AND (t.kind, t.amount, t.credit_account_id)
            IS DISTINCT FROM ('reserve', h.amount, h.account_id)
        """,
    ),
    Check(
        "every reservation has its hold",
        """
        SELECT 'transfer ' || t.id, 1, 0 FROM ledger_transfer t
        LEFT JOIN ledger_hold h ON h.transfer_id = t.id
        WHERE t.book_id = %(book)s AND t.kind = 'reserve' AND h.id IS NULL
        """,
    ),
    Check(
        "a resolved hold captured and released all of it, an open one nothing",
        """
        SELECT 'hold ' || h.id,
            CASE WHEN h.status = 'open' THEN '0, 0'
                ELSE h.captured || ', ' || h.amount - h.captured END,
            coalesce(m.captured, 0) || ', ' || coalesce(m.released, 0)
        FROM ledger_hold h JOIN ledger_transfer r ON r.id = h.transfer_id
        LEFT JOIN (
            SELECT reverses_id, sum(amount) FILTER (WHERE kind = 'capture') AS captured,
                sum(amount) FILTER (WHERE kind = 'release') AS released
            FROM ledger_transfer WHERE kind IN ('capture', 'release') GROUP BY 1
        ) m ON m.reverses_id = h.transfer_id
        WHERE r.book_id = %(book)s
            AND (coalesce(m.captured, 0), coalesce(m.released, 0)) IS DISTINCT FROM
                CASE WHEN h.status = 'open' THEN (0::numeric, 0::numeric)
                    ELSE (h.captured::numeric, (h.amount - h.captured)::numeric) END
        """,
    ),
    Check(
        "nobody has something available and a debt at once",
        """
        SELECT 'holder ' || a.holder, 0, a.balance FROM ledger_account a
        JOIN ledger_account d ON d.unit_id = a.unit_id AND d.holder = a.holder
            AND d.kind = 'debt' AND d.balance < 0
        WHERE a.book_id = %(book)s AND a.kind = 'available' AND a.balance > 0
        """,
    ),
    Check(
        "value came back into the place of a lot that had been taken from",
        """
        SELECT 'lot ' || i.id, l.amount - l.remaining, sum(i.amount) OVER (PARTITION BY l.id)
        FROM ledger_lot i JOIN ledger_lot l ON l.id = i.instead_of_id
        JOIN ledger_account a ON a.id = i.account_id
        WHERE a.book_id = %(book)s AND i.instead_of_id IS NOT NULL AND (i.origin_id <> l.origin_id OR l.amount - l.remaining <
            (SELECT sum(x.amount) FROM ledger_lot x WHERE x.instead_of_id = l.id))
        """,
    ),
    Check(
        "sliding lots count from the last activity",
        """
        SELECT 'account ' || a.id, max(y.at), a.active_at FROM ledger_account a
        LEFT JOIN ledger_activity y ON y.account_id = a.id
        WHERE a.book_id = %(book)s AND a.kind = 'available'
        GROUP BY a.id HAVING max(y.at) IS DISTINCT FROM a.active_at
        """,
    ),
    Check(
        "nothing is left in a wallet that was given up for another",
        """
        SELECT 'account ' || id, 0, balance FROM ledger_account
        WHERE book_id = %(book)s AND moved_at IS NOT NULL AND balance <> 0
        """,
    ),
)

CHECKS = (*_BALANCES, *_OTHERS)
