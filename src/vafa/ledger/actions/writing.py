"""Store a plan: the only statements that write value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vafa.core.db import Table, dumps, execute, insert_rows, recordset
from vafa.ledger.rules.planning import Plan
from vafa.ledger.rules.state import AccountState, HoldState, LotState, PlannedTransfer

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
        ("slides_months", "smallint"),
        ("instead_of_id", "bigint"),
    ),
)
_CONSUMPTIONS = Table(
    "ledger_consumption", (("lot_id", "bigint"), ("transfer_id", "bigint"), ("amount", "bigint"))
)
ACCOUNTS = Table(
    "ledger_account",
    (
        ("id", "bigint"),
        ("book_id", "bigint"),
        ("unit_id", "bigint"),
        ("holder", "bigint"),
        ("kind", "text"),
        ("balance", "bigint"),
        ("version", "bigint"),
        ("active_at", "timestamptz"),
    ),
)
_HOLDS = Table(
    "ledger_hold",
    (
        ("id", "bigint"),
        ("account_id", "bigint"),
        ("transfer_id", "bigint"),
        ("amount", "bigint"),
        ("captured", "bigint"),
        ("status", "text"),
        ("expires_at", "timestamptz"),
        ("source", "text"),
        ("source_id", "bigint"),
        ("resolved_at", "timestamptz"),
    ),
)
_ACTIVITIES = Table(
    "ledger_activity",
    (
        ("account_id", "bigint"),
        ("at", "timestamptz"),
        ("source", "text"),
        ("source_id", "bigint"),
    ),
)


@dataclass(slots=True)
class Wallets:
    """Locked wallets of one book with the plan of what will move. ``write()`` stores the plan."""

    book_id: int
    plan: Plan

    def write(self) -> None:
        """Store everything planned: at most nine statements, whatever the number of movements."""
        plan = self.plan
        accounts, holds = plan.touched_accounts.values(), plan.touched_holds.values()
        insert_rows(ACCOUNTS, [self._account_row(a) for a in accounts if a.is_new])
        insert_rows(_TRANSFERS, [self._transfer_row(t) for t in plan.transfers])
        insert_rows(_LOTS, [_lot_row(lot) for lot in plan.new_lots])
        insert_rows(
            _CONSUMPTIONS,
            [(lot, transfer, n) for (lot, transfer), n in plan.consumptions.items() if n],
        )
        insert_rows(_HOLDS, [_hold_row(h) for h in holds if h.is_new])
        insert_rows(_ACTIVITIES, plan.activities)
        _update_lots(list(plan.touched_lots.values()))
        _resolve_holds([h for h in holds if not h.is_new])
        _update_accounts([a for a in accounts if not a.is_new])

    def _account_row(self, a: AccountState) -> tuple[object, ...]:
        return (a.id, self.book_id, a.unit_id, a.holder, a.kind, a.balance, a.version, a.active_at)

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


def _lot_row(lot: LotState) -> tuple[object, ...]:
    return (
        lot.id,
        lot.account_id,
        lot.transfer_id,
        lot.origin_id,
        lot.amount,
        lot.remaining,
        lot.earned_at,
        lot.matures_at,
        lot.expires_at,
        lot.slides_months,
        lot.instead_of_id,
    )


def _hold_row(h: HoldState) -> tuple[object, ...]:
    return (
        h.id,
        h.account_id,
        h.transfer_id,
        h.amount,
        h.captured,
        h.status,
        h.expires_at,
        h.source,
        h.source_id,
        h.resolved_at,
    )


def _update_accounts(accounts: Sequence[AccountState]) -> None:
    if not accounts:
        return
    columns = (
        ("id", "bigint"),
        ("balance", "bigint"),
        ("version", "bigint"),
        ("active_at", "timestamptz"),
    )
    execute(
        "UPDATE ledger_account a SET balance = w.balance, version = w.version,"
        f" active_at = w.active_at FROM {recordset(columns, 'w')} WHERE a.id = w.id",
        [dumps([(a.id, a.balance, a.version, a.active_at) for a in accounts])],
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


def _resolve_holds(holds: Sequence[HoldState]) -> None:
    if not holds:
        return
    columns = (
        ("id", "bigint"),
        ("status", "text"),
        ("captured", "bigint"),
        ("resolved_at", "timestamptz"),
    )
    execute(
        "UPDATE ledger_hold h SET status = w.status, captured = w.captured,"
        f" resolved_at = w.resolved_at FROM {recordset(columns, 'w')} WHERE h.id = w.id",
        [dumps([(h.id, h.status, h.captured, h.resolved_at) for h in holds])],
        expect=len(holds),
    )
