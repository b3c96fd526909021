"""The statements of ``aging.py``, which says what they mean.

Transfer and lot numbers come in blocks of a thousand (core/ids.py): ``blocks`` takes as many
blocks as are needed, and a row's place says which number of which block it gets.
"""

from __future__ import annotations

from vafa.core.db import recordset

_BLOCK = 1000
_DAYS = recordset(
    (
        ("months", "smallint"),
        ("since", "timestamptz"),
        ("until", "timestamptz"),
        ("due_at", "timestamptz"),
    ),
    "d",
)

LOCK = (
    "SELECT id FROM ledger_account WHERE unit_id = %s AND holder = ANY(%s) ORDER BY id FOR UPDATE"
)
DEBTORS = (
    "SELECT holder FROM ledger_account WHERE unit_id = %s AND holder = ANY(%s)"
    " AND kind = 'debt' AND balance < 0"
)
SLIDES = (
    "SELECT l.slides_months, min(a.active_at) FROM ledger_lot l"
    " JOIN ledger_account a ON a.id = l.account_id"
    " WHERE l.remaining > 0 AND l.slides_months IS NOT NULL AND a.unit_id = %s"
    " AND a.kind = 'available' AND a.active_at IS NOT NULL GROUP BY l.slides_months"
)


def _page(kind: str, column: str) -> str:
    """The next lots that are due, summed up: their holders, how many each has, how many there
    are, and the last of them."""
    return f"""WITH page AS MATERIALIZED (
        SELECT l.{column} AS due_at, l.id, a.holder FROM ledger_lot l
        JOIN ledger_account a ON a.id = l.account_id
        WHERE l.remaining > 0 AND a.unit_id = %s AND a.kind = '{kind}' AND l.{column} <= %s
            AND (l.{column}, l.id) > (%s, %s) ORDER BY l.{column}, l.id LIMIT %s
    ), holders AS (SELECT holder, count(*) AS lots FROM page GROUP BY holder)
    SELECT array_agg(holder ORDER BY holder), array_agg(lots ORDER BY holder),
        (SELECT count(*) FROM page), last.due_at, last.id
    FROM holders, (SELECT due_at, id FROM page ORDER BY due_at DESC, id DESC LIMIT 1) last
    GROUP BY last.due_at, last.id"""


MATURING = _page("pending", "matures_at")
EXPIRING = _page("available", "expires_at")


def _numbers(name: str, rows: str, sequence: str) -> str:
    """CTEs that give each of ``rows`` (which has its place ``n`` from 0) a fresh number ``id``."""
    return f"""{name}_blocks AS MATERIALIZED (
        SELECT b, nextval('{sequence}') AS first
        FROM generate_series(0, ((SELECT count(*) FROM {rows}) - 1) / {_BLOCK}) AS b
    ), {name} AS MATERIALIZED (
        SELECT r.*, k.first + r.n %% {_BLOCK} AS id
        FROM {rows} r JOIN {name}_blocks k ON k.b = r.n / {_BLOCK}
    )"""


# ``due`` (lot, account_id, remaining, due_at) summed up for each account and date.
_MOVES = """moves AS MATERIALIZED (
        SELECT account_id, due_at, sum(remaining)::bigint AS amount,
            row_number() OVER (ORDER BY account_id, due_at) - 1 AS n,
            row_number() OVER w AS step, (sum(sum(remaining)) OVER w)::bigint AS gone
        FROM due GROUP BY account_id, due_at WINDOW w AS (PARTITION BY account_id ORDER BY due_at)
    )"""

_WARNED = """(%s::timestamptz IS NULL OR EXISTS (
            SELECT 1 FROM ledger_lotwarning w
            WHERE w.lot_id = l.id AND w.due_at = {due_at} AND w.warned_at < %s))"""


def _expire(due: str) -> str:
    return f"""WITH due AS MATERIALIZED ({due}), {_MOVES},
    {_numbers("numbered", "moves", "ledger_transfer_id_seq")},
    moved AS (
        INSERT INTO ledger_transfer (id, book_id, unit_id, debit_account_id, credit_account_id,
            amount, kind, source, source_id, effective_at, debit_version, debit_balance)
        SELECT m.id, p.book_id, p.unit_id, m.account_id, p.pool, m.amount, 'expire', 'expiry',
            m.account_id, m.due_at, a.version + m.step, a.balance - m.gone
        FROM numbered m JOIN ledger_account a ON a.id = m.account_id,
            (SELECT %s::bigint AS book_id, %s::bigint AS unit_id, %s::bigint AS pool) p
    ), consumed AS (
        INSERT INTO ledger_consumption (lot_id, transfer_id, amount)
        SELECT d.lot, m.id, d.remaining FROM due d JOIN numbered m USING (account_id, due_at)
        ORDER BY d.lot
    ), emptied AS (
        UPDATE ledger_lot l SET remaining = 0 FROM due d WHERE l.id = d.lot
    ), settled AS (
        UPDATE ledger_account a SET balance = a.balance - s.gone, version = a.version + s.steps
        FROM (SELECT account_id, max(gone) AS gone, max(step) AS steps FROM moves
            GROUP BY account_id) s
        WHERE a.id = s.account_id
    )
    SELECT a.holder, m.amount, m.due_at FROM moves m JOIN ledger_account a ON a.id = m.account_id
    ORDER BY m.n"""


EXPIRE = _expire(
    "SELECT l.id AS lot, l.account_id, l.remaining, l.expires_at AS due_at FROM ledger_lot l"
    " JOIN ledger_account a ON a.id = l.account_id WHERE a.unit_id = %s AND a.holder = ANY(%s)"
    " AND a.kind = 'available' AND l.remaining > 0 AND l.expires_at <= %s"
    f" AND {_WARNED.format(due_at='l.expires_at')}"
)
_IDLE_LOTS = (
    f" FROM {_DAYS} JOIN ledger_account a ON a.active_at >= d.since AND a.active_at < d.until"
    " AND a.kind = 'available' JOIN ledger_lot l ON l.account_id = a.id AND l.remaining > 0"
    " AND l.slides_months = d.months WHERE a.unit_id = %s"
)
_IDLE_WARNED = _WARNED.format(due_at="d.due_at")
IDLE = f"SELECT DISTINCT a.holder{_IDLE_LOTS} AND {_IDLE_WARNED} LIMIT %s"
EXPIRE_IDLE = _expire(
    f"SELECT l.id AS lot, l.account_id, l.remaining, d.due_at{_IDLE_LOTS}"
    f" AND a.holder = ANY(%s) AND {_IDLE_WARNED}"
)

MATURE = f"""WITH due AS MATERIALIZED (
        SELECT l.id AS lot, l.account_id, a.holder, l.remaining, l.matures_at AS due_at,
            l.origin_id, l.earned_at, l.expires_at, l.slides_months,
            row_number() OVER (ORDER BY l.id) - 1 AS n
        FROM ledger_lot l JOIN ledger_account a ON a.id = l.account_id
        WHERE a.unit_id = %s AND a.holder = ANY(%s) AND a.kind = 'pending' AND l.remaining > 0
            AND l.matures_at <= %s
    ), {_MOVES},
    {_numbers("numbered", "moves", "ledger_transfer_id_seq")},
    {_numbers("lots", "due", "ledger_lot_id_seq")},
    into_whom AS MATERIALIZED (
        SELECT p.id AS pending, t.id AS available, t.balance, t.version, p.balance AS waiting,
            p.version AS waiting_version, p.holder
        FROM ledger_account p
        JOIN ledger_account t ON t.unit_id = p.unit_id AND t.holder = p.holder
            AND t.kind = 'available'
        WHERE p.id IN (SELECT account_id FROM moves)
    ), moved AS (
        INSERT INTO ledger_transfer (id, book_id, unit_id, debit_account_id, credit_account_id,
            amount, kind, source, source_id, effective_at, debit_version, debit_balance,
            credit_version, credit_balance)
        SELECT m.id, b.book_id, b.unit_id, i.pending, i.available, m.amount, 'mature', 'maturing',
            i.pending, m.due_at, i.waiting_version + m.step, i.waiting - m.gone,
            i.version + m.step, i.balance + m.gone
        FROM numbered m JOIN into_whom i ON i.pending = m.account_id,
            (SELECT %s::bigint AS book_id, %s::bigint AS unit_id) b
    ), consumed AS (
        INSERT INTO ledger_consumption (lot_id, transfer_id, amount)
        SELECT d.lot, m.id, d.remaining FROM due d JOIN numbered m USING (account_id, due_at)
        ORDER BY d.lot
    ), opened AS (
        INSERT INTO ledger_lot (id, account_id, transfer_id, origin_id, amount, remaining,
            earned_at, expires_at, slides_months)
        SELECT l.id, i.available, m.id, l.origin_id, l.remaining, l.remaining, l.earned_at,
            l.expires_at, l.slides_months
        FROM lots l JOIN numbered m USING (account_id, due_at)
        JOIN into_whom i ON i.pending = l.account_id
    ), emptied AS (
        UPDATE ledger_lot l SET remaining = 0 FROM due d WHERE l.id = d.lot
    ), sums AS (
        SELECT account_id, max(gone) AS gone, max(step) AS steps FROM moves GROUP BY account_id
    ), settled AS (
        UPDATE ledger_account a SET balance = s.balance, version = s.version FROM (
            SELECT i.pending AS id, i.waiting - s.gone AS balance,
                i.waiting_version + s.steps AS version
            FROM sums s JOIN into_whom i ON i.pending = s.account_id
            UNION ALL
            SELECT i.available, i.balance + s.gone, i.version + s.steps
            FROM sums s JOIN into_whom i ON i.pending = s.account_id
        ) s WHERE a.id = s.id
    )
    SELECT i.holder, m.amount, m.due_at FROM moves m JOIN into_whom i ON i.pending = m.account_id
    ORDER BY m.n"""

# Lots of which nobody was told that they expire soon, and the telling noted.
_UNTOLD = (
    " AND NOT EXISTS (SELECT 1 FROM ledger_lotwarning w"
    " WHERE w.lot_id = l.id AND w.due_at = {due_at})"
)
_SOON = (
    "SELECT l.id AS lot, a.holder, l.remaining, l.expires_at AS due_at FROM ledger_lot l"
    " JOIN ledger_account a ON a.id = l.account_id WHERE l.remaining > 0 AND a.unit_id = %s"
    f" AND a.kind = 'available' AND l.expires_at <= %s{_UNTOLD.format(due_at='l.expires_at')}"
    " UNION ALL SELECT l.id AS lot, a.holder, l.remaining, d.due_at"
    f"{_IDLE_LOTS}{_UNTOLD.format(due_at='d.due_at')}"
)
UNTOLD = (
    f"SELECT s.holder, sum(s.remaining)::bigint, s.due_at FROM ({_SOON}) s"
    " WHERE s.holder > %s GROUP BY s.holder, s.due_at ORDER BY s.holder, s.due_at LIMIT %s"
)
NOTE_TOLD = (
    "INSERT INTO ledger_lotwarning (lot_id, due_at, warned_at) SELECT s.lot, s.due_at, %s"
    f" FROM ({_SOON}) s WHERE s.holder = %s AND s.due_at = ANY(%s)"
    " ON CONFLICT (lot_id, due_at) DO NOTHING RETURNING lot_id"
)
