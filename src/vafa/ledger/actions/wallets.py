"""Lock wallets, plan movements on them, write everything: the only way that value moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from vafa.core.db import Query, Table, dumps, execute, fetch, insert_rows, recordset
from vafa.core.ids import next_id
from vafa.ledger.rules.planning import (
    AccountState,
    LotState,
    Plan,
    PlannedTransfer,
    Taken,
)

Wallet = tuple[int, int]  # (unit_id, holder)

_TRANSFERS = Table(
    "ledger_transfer",
    (
        ("id", "bigint"),
        ("book_id", "bigint"),
        ("unit_id", "bigint"),
        ("debit_account_id", "bigint"),
        ("credit_account_id", "bigint"),
        ("amount", "bigint"),
        ("kind", "text"),
        ("source", "text"),
        ("source_id", "bigint"),
        ("effective_at", "timestamptz"),
        ("reverses_id", "bigint"),
        ("debit_version", "bigint"),
        ("debit_balance", "bigint"),
        ("credit_version", "bigint"),
        ("credit_balance", "bigint"),
    ),
)
_LOTS = Table(
    "ledger_lot",
    (
        ("id", "bigint"),
        ("account_id", "bigint"),
        ("transfer_id", "bigint"),
        ("origin_id", "bigint"),
        ("amount", "bigint"),
        ("remaining", "bigint"),
        ("earned_at", "timestamptz"),
        ("matures_at", "timestamptz"),
        ("expires_at", "timestamptz"),
    ),
)
_CONSUMPTIONS = Table(
    "ledger_consumption", (("lot_id", "bigint"), ("transfer_id", "bigint"), ("amount", "bigint"))
)
_ACCOUNTS = Table(
    "ledger_account",
    (
        ("id", "bigint"),
        ("book_id", "bigint"),
        ("unit_id", "bigint"),
        ("holder", "bigint"),
        ("kind", "text"),
        ("balance", "bigint"),
        ("version", "bigint"),
    ),
)
_WALLET = (("unit_id", "bigint"), ("holder", "bigint"))
_pools: dict[tuple[int, str], int] = {}


@dataclass(slots=True)
class Wallets:
    """Locked wallets of one book with the plan of what will move. ``write()`` stores the plan."""

    book_id: int
    plan: Plan

    def write(self) -> None:
        """Store everything planned: at most six statements, whatever the number of movements."""
        plan = self.plan
        fresh = [a for a in plan.touched_accounts.values() if a.is_new]
        insert_rows(
            _ACCOUNTS,
            [
                (a.id, self.book_id, a.unit_id, a.holder, a.kind, a.balance, a.version)
                for a in fresh
            ],
        )
        insert_rows(_TRANSFERS, [self._transfer_row(t) for t in plan.transfers])
        insert_rows(
            _LOTS,
            [
                (
                    lot.id,
                    lot.account_id,
                    lot.transfer_id,
                    lot.origin_id,
                    lot.amount,
                    lot.remaining,
                    lot.earned_at,
                    lot.matures_at,
                    lot.expires_at,
                )
                for lot in plan.new_lots
            ],
        )
        insert_rows(
            _CONSUMPTIONS,
            [(lot, transfer, n) for (lot, transfer), n in plan.consumptions.items() if n],
        )
        _update_lots(list(plan.touched_lots.values()))
        _update_accounts([a for a in plan.touched_accounts.values() if not a.is_new])

    def _transfer_row(self, t: PlannedTransfer) -> tuple[object, ...]:
        return (
            t.id,
            self.book_id,
            t.unit_id,
            t.debit_id,
            t.credit_id,
            t.amount,
            t.kind,
            *t.ref,
            t.reverses_id,
            t.debit_version,
            t.debit_balance,
            t.credit_version,
            t.credit_balance,
        )


Accounts = dict[tuple[int, int, str], AccountState]


def accounts_query(wallets: Iterable[Wallet], *, lock: bool) -> Query[Accounts]:
    """Every account of ``wallets``; with ``lock`` locked in the order of their numbers."""
    wanted = sorted(set(wallets))
    sql = (
        "SELECT a.id, a.unit_id, a.holder, a.kind, a.balance, a.version"
        f" FROM {recordset(_WALLET, 'w')}"
        " JOIN ledger_account a ON a.unit_id = w.unit_id AND a.holder = w.holder"
        f" ORDER BY a.id{' FOR UPDATE OF a' if lock else ''}"
    )
    return Query(
        sql if wanted else "",
        [dumps(wanted)],
        lambda rows: {(r[1], r[2], r[3]): AccountState(*r) for r in rows},
    )


def lock_wallets(
    book_id: int,
    wallets: Iterable[Wallet],
    *,
    with_lots: Iterable[Wallet] = (),
    locked: Accounts | None = None,
) -> Wallets:
    """Lock every account of ``wallets``, in the order of their numbers, and open a plan on them.

    ``with_lots`` are the wallets out of which something may be taken: their open lots are read
    too. Missing *available* accounts are opened; they are what serialises a wallet's writers.
    ``locked`` is the answer of ``accounts_query`` where it was asked already.
    Must run inside a transaction.
    """
    assert transaction.get_connection().in_atomic_block
    wanted = set(wallets)
    accounts = accounts_query(wanted, lock=True).ask() if locked is None else locked
    missing = {w for w in wanted if (*w, "available") not in accounts}
    if missing:
        _open_available(book_id, missing)
        accounts = accounts_query(wanted, lock=True).ask()
    plan = Plan(next_id, pool_account, accounts)
    _load_lots(plan, set(with_lots))
    return Wallets(book_id, plan)


def read_wallets(
    book_id: int,
    wallets: Iterable[Wallet],
    *,
    with_lots: Iterable[Wallet] = (),
    locked: Accounts | None = None,
) -> Wallets:
    """The same plan without locks, to try things out; it must never be written."""
    accounts = accounts_query(wallets, lock=False).ask() if locked is None else locked
    plan = Plan(next_id, pool_account, accounts)
    _load_lots(plan, set(with_lots))
    return Wallets(book_id, plan)


def open_wallets(book_id: int, wallets: Iterable[Wallet]) -> None:
    """Open the accounts of new holders, so that their first purchase finds them."""
    _open_available(book_id, set(wallets))


def open_pools(book_id: int, unit_id: int) -> None:
    """Open a new unit's pool accounts."""
    insert_rows(
        _ACCOUNTS,
        [
            (next_id("ledger_account"), book_id, unit_id, 0, kind, None, 0)
            for kind in ("issuance", "spent", "expired")
        ],
    )


def pool_account(unit_id: int, kind: str) -> int:
    """The number of a unit's pool account (they never change, so this process remembers them)."""
    number = _pools.get((unit_id, kind))
    if number is None:
        rows = fetch(
            "SELECT kind, id FROM ledger_account WHERE unit_id = %s AND holder = 0", [unit_id]
        )
        _pools.update({(unit_id, row_kind): row_id for row_kind, row_id in rows})
        number = _pools[(unit_id, kind)]
    return number


def taken_by(spend_ids: Sequence[int]) -> dict[int, list[Taken]]:
    """What each spend still holds of which lots, after what was given back already."""
    if not spend_ids:
        return {}
    rows = fetch(
        "SELECT s.id, l.id, l.account_id, l.transfer_id, l.origin_id, l.amount, l.remaining,"
        " l.earned_at, l.matures_at, l.expires_at, sum(c.amount)::bigint"
        " FROM ledger_transfer s"
        " JOIN ledger_transfer t ON t.id = s.id OR t.reverses_id = s.id"
        " JOIN ledger_consumption c ON c.transfer_id = t.id"
        " JOIN ledger_lot l ON l.id = c.lot_id"
        " WHERE s.id = ANY(%s) GROUP BY s.id, l.id HAVING sum(c.amount) > 0",
        [list(spend_ids)],
    )
    out: dict[int, list[Taken]] = {}
    for spend, *lot, amount in rows:
        out.setdefault(spend, []).append(Taken(LotState(*lot), amount))
    return out


def _open_available(book_id: int, wallets: set[Wallet]) -> None:
    columns = ((_ACCOUNTS.columns[0]), *_WALLET)
    execute(
        "INSERT INTO ledger_account (id, book_id, unit_id, holder, kind, balance, version)"
        f" SELECT id, %s, unit_id, holder, 'available', 0, 0 FROM {recordset(columns, 'w')}"
        " ON CONFLICT (unit_id, holder, kind) DO NOTHING",
        [book_id, dumps([(next_id("ledger_account"), *w) for w in sorted(wallets)])],
    )


def _load_lots(plan: Plan, wallets: set[Wallet]) -> None:
    owners = {
        a.id: (a.unit_id, a.holder)
        for a in plan.accounts.values()
        if (a.unit_id, a.holder) in wallets
    }
    if not owners:
        return
    rows = fetch(
        "SELECT id, account_id, transfer_id, origin_id, amount, remaining, earned_at, matures_at,"
        " expires_at FROM ledger_lot WHERE account_id = ANY(%s) AND remaining > 0",
        [list(owners)],
    )
    for row in rows:
        lot = LotState(*row)
        plan.lots.setdefault(owners[lot.account_id], []).append(lot)


def _update_accounts(accounts: Sequence[AccountState]) -> None:
    if not accounts:
        return
    columns = (("id", "bigint"), ("balance", "bigint"), ("version", "bigint"))
    execute(
        "UPDATE ledger_account a SET balance = w.balance, version = w.version"
        f" FROM {recordset(columns, 'w')} WHERE a.id = w.id",
        [dumps([(a.id, a.balance, a.version) for a in accounts])],
        expect=len(accounts),
    )


def _update_lots(lots: Sequence[LotState]) -> None:
    if not lots:
        return
    columns = (("id", "bigint"), ("remaining", "bigint"))
    execute(
        "UPDATE ledger_lot l SET remaining = w.remaining"
        f" FROM {recordset(columns, 'w')} WHERE l.id = w.id",
        [dumps([(lot.id, lot.remaining) for lot in lots])],
        expect=len(lots),
    )
