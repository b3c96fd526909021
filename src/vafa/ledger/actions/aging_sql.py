"""The statements of ``aging.py``, which says what they mean.

Transfer and lot numbers come in blocks of a thousand (core/ids.py): ``_blocks`` takes as many
as are needed, and a row's place says which number of which block it gets.
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


def _blocks(name: str, place: str, sequence: str) -> str:
    """A CTE with as many blocks of fresh numbers as the lots of ``due`` have places (from 0)."""
    return f"""{name} AS MATERIALIZED (
        SELECT array_agg(nextval('{sequence}')) AS first
        FROM generate_series(0, (SELECT max({place}) FROM due) / {_BLOCK})
    )"""


def _number(blocks: str, place: str) -> str:
    return f"(SELECT first FROM {blocks})[{place} / {_BLOCK} + 1] + {place} %% {_BLOCK}"


_TRANSFER = _number("transfers", "move")


def _due(lots: str, *more: str) -> str:
    """CTEs: the ``lots`` that move (lot, place in the table, account_id, remaining, due_at and
    ``more``), each with its number n and that of its move; and the moves, one for each account and
    date, with the account's step and how much has gone by then.

    Nothing below joins lots with moves: what they have in common is reckoned from these numbers,
    as a plan for any number of holders takes them for few, and compares each lot with each move.
    The lots are found again by their places: nothing touches them while their wallets are locked.
    """
    same = "".join(f", min({column}) AS {column}" for column in more)
    return f"""due AS MATERIALIZED (
        SELECT *, row_number() OVER (ORDER BY account_id, due_at, lot) - 1 AS n,
            dense_rank() OVER (ORDER BY account_id, due_at) - 1 AS move
        FROM ({lots}) lots
    ), {_blocks("transfers", "move", "ledger_transfer_id_seq")},
    moves AS MATERIALIZED (
        SELECT move, account_id, due_at, sum(remaining)::bigint AS amount, {_TRANSFER} AS id,
            row_number() OVER w AS step, (sum(sum(remaining)) OVER w)::bigint AS gone{same}
        FROM due GROUP BY move, account_id, due_at
        WINDOW w AS (PARTITION BY account_id ORDER BY due_at)
    ), consumed AS (
        INSERT INTO ledger_consumption (lot_id, transfer_id, amount)
        SELECT lot, {_TRANSFER}, remaining FROM due ORDER BY lot
    ), emptied AS (
        UPDATE ledger_lot l SET remaining = 0 FROM (SELECT place FROM due ORDER BY place) d
        WHERE l.ctid = d.place
    )"""


_WARNED = """(%s::timestamptz IS NULL OR EXISTS (
            SELECT 1 FROM ledger_lotwarning w
            WHERE w.lot_id = l.id AND w.due_at = {due_at} AND w.warned_at < %s))"""


def _expire(lots: str) -> str:
    return f"""WITH {_due(lots)}, moved AS (
        INSERT INTO ledger_transfer (id, book_id, unit_id, debit_account_id, credit_account_id,
            amount, kind, source, source_id, effective_at, debit_version, debit_balance)
        SELECT m.id, p.book_id, p.unit_id, m.account_id, p.pool, m.amount, 'expire', 'expiry',
            m.account_id, m.due_at, a.version + m.step, a.balance - m.gone
        FROM moves m JOIN ledger_account a ON a.id = m.account_id,
            (SELECT %s::bigint AS book_id, %s::bigint AS unit_id, %s::bigint AS pool) p
    ), settled AS (
        UPDATE ledger_account a SET balance = a.balance - s.gone, version = a.version + s.steps
        FROM (SELECT account_id, max(gone) AS gone, max(step) AS steps FROM moves
            GROUP BY account_id) s
        WHERE a.id = s.account_id
    )
    SELECT a.holder, m.amount, m.due_at FROM moves m JOIN ledger_account a ON a.id = m.account_id
    ORDER BY m.move"""


EXPIRE = _expire(
    "SELECT l.id AS lot, l.ctid AS place, l.account_id, l.remaining, l.expires_at AS due_at"
    " FROM ledger_lot l JOIN ledger_account a ON a.id = l.account_id"
    " WHERE a.unit_id = %s AND a.holder = ANY(%s)"
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
    f"SELECT l.id AS lot, l.ctid AS place, l.account_id, l.remaining, d.due_at{_IDLE_LOTS}"
    f" AND a.holder = ANY(%s) AND {_IDLE_WARNED}"
)

_MATURING_LOTS = """SELECT l.id AS lot, l.ctid AS place, l.account_id, l.remaining,
            l.matures_at AS due_at, l.origin_id, l.earned_at, l.expires_at, l.slides_months,
            t.id AS available, t.holder
        FROM ledger_account p
        JOIN ledger_account t ON t.unit_id = p.unit_id AND t.holder = p.holder
            AND t.kind = 'available'
        JOIN ledger_lot l ON l.account_id = p.id AND l.remaining > 0
        WHERE p.unit_id = %s AND p.holder = ANY(%s) AND p.kind = 'pending'
            AND l.matures_at <= %s"""
MATURE = f"""WITH {_due(_MATURING_LOTS, "available", "holder")}, moved AS (
        INSERT INTO ledger_transfer (id, book_id, unit_id, debit_account_id, credit_account_id,
            amount, kind, source, source_id, effective_at, debit_version, debit_balance,
            credit_version, credit_balance)
        SELECT m.id, b.book_id, b.unit_id, p.id, t.id, m.amount, 'mature', 'maturing',
            p.id, m.due_at, p.version + m.step, p.balance - m.gone,
            t.version + m.step, t.balance + m.gone
        FROM moves m JOIN ledger_account p ON p.id = m.account_id
        JOIN ledger_account t ON t.id = m.available,
            (SELECT %s::bigint AS book_id, %s::bigint AS unit_id) b
    ), {_blocks("lots", "n", "ledger_lot_id_seq")},
    opened AS (
        INSERT INTO ledger_lot (id, account_id, transfer_id, origin_id, amount, remaining,
            earned_at, expires_at, slides_months)
        SELECT {_number("lots", "n")}, available, {_TRANSFER}, origin_id, remaining, remaining,
            earned_at, expires_at, slides_months
        FROM due ORDER BY n
    ), settled AS (
        UPDATE ledger_account a SET balance = a.balance + s.change, version = a.version + s.steps
        FROM (
            SELECT account_id AS id, -max(gone) AS change, max(step) AS steps FROM moves GROUP BY 1
            UNION ALL SELECT available, max(gone), max(step) FROM moves GROUP BY 1
        ) s WHERE a.id = s.id
    )
    SELECT holder, amount, due_at FROM moves ORDER BY move"""

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
