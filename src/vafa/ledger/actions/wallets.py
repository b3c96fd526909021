"""Lock wallets and open a plan on them: the only way that value moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from vafa.core.clock import now
from vafa.core.db import Query, dumps, execute, fetch, insert_rows, recordset
from vafa.core.idempotency import LostRace
from vafa.core.ids import next_id
from vafa.ledger.actions.writing import ACCOUNTS, Wallets
from vafa.ledger.errors import LedgerFrozen
from vafa.ledger.reads.books import book_dates
from vafa.ledger.reads.lots import LotReader, first_lots, lots_of
from vafa.ledger.rules.planning import Plan
from vafa.ledger.rules.state import POOL_KINDS, AccountState

Wallet = tuple[int, int]  # (unit_id, holder)
Accounts = dict[tuple[int, int, str], AccountState]

_WALLET = (("unit_id", "bigint"), ("holder", "bigint"))
_pools: dict[tuple[int, str], int] = {}


def accounts_query(wallets: Iterable[Wallet], *, lock: bool) -> Query[Accounts]:
    """Every account of ``wallets``; with ``lock`` locked in the order of their numbers.

    The answer raises LedgerFrozen where nothing may move, and LostRace where a holder was given
    another wallet meanwhile.
    """
    wanted = sorted(set(wallets))
    sql = (
        "SELECT a.id, a.unit_id, a.holder, a.kind, a.balance, a.version, a.active_at,"
        " b.frozen_at IS NOT NULL, a.moved_at IS NOT NULL"
        f" FROM {recordset(_WALLET, 'w')}"
        " JOIN ledger_account a ON a.unit_id = w.unit_id AND a.holder = w.holder"
        " JOIN ledger_book b ON b.id = a.book_id"
        f" ORDER BY a.id{' FOR UPDATE OF a' if lock else ''}"
    )

    def build(rows: list[tuple[object, ...]]) -> Accounts:
        if lock and any(row[7] for row in rows):
            raise LedgerFrozen
        if lock and any(row[8] for row in rows):
            raise LostRace("the holder uses another wallet since it was looked up")
        states = [AccountState(*row[:7]) for row in rows]  # type: ignore[arg-type]  # columns as selected
        return {(a.unit_id, a.holder, a.kind): a for a in states}

    return Query(sql if wanted else "", [dumps(wanted)], build)


def lock_wallets(
    book_id: int,
    wallets: Iterable[Wallet],
    *,
    with_lots: Iterable[Wallet] = (),
    paying: Mapping[Wallet, int] | None = None,
    locked: Accounts | None = None,
    lots: LotReader = first_lots,
    at: datetime | None = None,
) -> Wallets:
    """Lock every account of ``wallets``, in the order of their numbers, and open a plan on them.

    ``with_lots`` are the wallets out of which something may be taken: their open lots are read
    too; for those of ``paying`` only as many as pay that amount at ``at`` (default now), however
    many there are. Missing *available* accounts are opened; they are what serialises a wallet's
    writers. ``locked`` is the answer of ``accounts_query`` where it was asked already, ``lots``
    that of ``first_lots_query`` for the wallets of ``paying``.
    Must run inside a transaction. Raises LedgerFrozen.
    """
    assert transaction.get_connection().in_atomic_block
    wanted = set(wallets)
    accounts = accounts_query(wanted, lock=True).ask() if locked is None else locked
    missing = {w for w in wanted if (*w, "available") not in accounts}
    if missing:
        _open_available(book_id, missing)
        accounts = accounts_query(wanted, lock=True).ask()
        lots = first_lots  # others may have opened it, and moved its first value, meanwhile
    return _with_plan(book_id, accounts, with_lots, paying or {}, at or now(), lots)


def read_wallets(
    book_id: int,
    wallets: Iterable[Wallet],
    *,
    with_lots: Iterable[Wallet] = (),
    paying: Mapping[Wallet, int] | None = None,
    locked: Accounts | None = None,
    at: datetime | None = None,
) -> Wallets:
    """The same plan without locks, to try things out; it must never be written."""
    accounts = accounts_query(wallets, lock=False).ask() if locked is None else locked
    return _with_plan(book_id, accounts, with_lots, paying or {}, at or now())


def open_wallets(book_id: int, wallets: Iterable[Wallet]) -> None:
    """Open the accounts of new holders, so that their first purchase finds them."""
    _open_available(book_id, set(wallets))


def open_pools(book_id: int, unit_id: int) -> None:
    """Open a new unit's pool accounts."""
    insert_rows(
        ACCOUNTS,
        [
            (next_id("ledger_account"), book_id, unit_id, 0, kind, None, 0, None)
            for kind in POOL_KINDS
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


def _with_plan(
    book_id: int,
    accounts: Accounts,
    with_lots: Iterable[Wallet],
    paying: Mapping[Wallet, int],
    at: datetime,
    lots: LotReader = first_lots,
) -> Wallets:
    plan = Plan(next_id, pool_account, accounts, book_dates(book_id))
    everything = set(with_lots)
    _load(plan, lots_of, sorted(everything), at)
    few = {wallet: n for wallet, n in paying.items() if wallet not in everything}
    _load(plan, lots, sorted(few), at)
    short = [
        wallet
        for wallet, amount in few.items()
        if sum(lot.remaining for lot in plan.lots.get(wallet, ()) if lot.pays(at)) < amount
        or any(lot.slides_months for lot in plan.lots.get(wallet, ()))
    ]
    for wallet in short:
        plan.lots.pop(wallet, None)
    _load(plan, lots_of, short, at)
    return Wallets(book_id, plan)


def _load(plan: Plan, read: LotReader, wallets: Sequence[Wallet], at: datetime) -> None:
    owners = {
        account.id: (account.unit_id, account.holder)
        for wallet in wallets
        for kind in ("available", "pending")
        if (account := plan.accounts.get((*wallet, kind))) is not None
    }
    active = {
        account.id: plan.accounts[(account.unit_id, account.holder, "available")].active_at
        for account in plan.accounts.values()
        if account.id in owners
    }
    for lot in read(list(owners), active, plan.dates, at):
        plan.lots.setdefault(owners[lot.account_id], []).append(lot)


def _open_available(book_id: int, wallets: set[Wallet]) -> None:
    columns = ((ACCOUNTS.columns[0]), *_WALLET)
    execute(
        "INSERT INTO ledger_account (id, book_id, unit_id, holder, kind, balance, version)"
        f" SELECT id, %s, unit_id, holder, 'available', 0, 0 FROM {recordset(columns, 'w')}"
        " ON CONFLICT (unit_id, holder, kind) DO NOTHING",
        [book_id, dumps([(next_id("ledger_account"), *w) for w in sorted(wallets)])],
    )


def close_wallets(wallets: Iterable[Wallet], at: datetime) -> None:
    """Note that the holders use another wallet from now on; both are locked."""
    fetch(
        f"UPDATE ledger_account a SET moved_at = %s FROM {recordset(_WALLET, 'w')}"
        " WHERE a.unit_id = w.unit_id AND a.holder = w.holder RETURNING a.id",
        [at, dumps(sorted(set(wallets)))],
    )


def reopen_wallets(wallets: Iterable[Wallet]) -> None:
    """Let holders use their own wallets again."""
    fetch(
        f"UPDATE ledger_account a SET moved_at = NULL FROM {recordset(_WALLET, 'w')}"
        " WHERE a.unit_id = w.unit_id AND a.holder = w.holder RETURNING a.id",
        [dumps(sorted(set(wallets)))],
    )
