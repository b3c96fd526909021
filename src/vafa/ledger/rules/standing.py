"""The accounts and lots of locked wallets, and the smallest steps on them: pure, no database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from vafa.ledger.rules.dates import DEFAULT_DATES, BookDates, sliding_due
from vafa.ledger.rules.state import (
    AccountState,
    HoldState,
    LotState,
    LotTerms,
    PlannedActivity,
    PlannedTransfer,
    Ref,
)


@dataclass(slots=True)
class Standing:
    """What is there and what will be written. ``new_id(table)`` gives row numbers.

    Lots are known only for the wallets that were loaded with them; taking from any other wallet
    is a programming error.
    """

    new_id: Callable[[str], int]
    pool: Callable[[int, str], int]
    accounts: dict[tuple[int, int, str], AccountState]
    dates: BookDates = DEFAULT_DATES
    lots: dict[tuple[int, int], list[LotState]] = field(default_factory=dict)
    transfers: list[PlannedTransfer] = field(default_factory=list)
    new_lots: list[LotState] = field(default_factory=list)
    consumptions: dict[tuple[int, int], int] = field(default_factory=dict)
    activities: list[PlannedActivity] = field(default_factory=list)
    touched_accounts: dict[int, AccountState] = field(default_factory=dict)
    touched_lots: dict[int, LotState] = field(default_factory=dict)
    touched_holds: dict[int, HoldState] = field(default_factory=dict)

    def balance(self, unit_id: int, holder: int, kind: str) -> int:
        """The planned balance of one state; 0 where there is no account yet."""
        account = self.accounts.get((unit_id, holder, kind))
        return account.balance or 0 if account else 0

    def account(self, unit_id: int, holder: int, kind: str) -> AccountState:
        """A holder's account, planned anew where there is none."""
        key = (unit_id, holder, kind)
        account = self.accounts.get(key)
        if account is None:
            account = AccountState(
                self.new_id("ledger_account"), unit_id, holder, kind, 0, 0, is_new=True
            )
            self.accounts[key] = account
        return account

    def pool_account(self, unit_id: int, kind: str) -> AccountState:
        """A pool of the book; it keeps no balance."""
        return AccountState(self.pool(unit_id, kind), unit_id, 0, kind, None, 0)

    def move(
        self,
        debit: AccountState,
        credit: AccountState,
        amount: int,
        kind: str,
        ref: Ref,
        reverses: int | None = None,
    ) -> int:
        """Plan one transfer; returns its number. Lots are the caller's to settle."""
        transfer_id = self.new_id("ledger_transfer")
        for account, change in ((debit, -amount), (credit, amount)):
            if account.balance is not None:
                account.balance += change
                account.version += 1
                self.touched_accounts[account.id] = account
        self.transfers.append(
            PlannedTransfer(
                transfer_id,
                debit.unit_id,
                debit.id,
                credit.id,
                amount,
                kind,
                ref,
                reverses,
                debit.version if debit.balance is not None else None,
                debit.balance,
                credit.version if credit.balance is not None else None,
                credit.balance,
            )
        )
        return transfer_id

    def open_lot(
        self,
        account: AccountState,
        transfer: int,
        origin: int,
        amount: int,
        terms: LotTerms,
        instead_of: int | None = None,
    ) -> None:
        """Plan a lot that ``transfer`` brings into ``account``."""
        lot = LotState(
            self.new_id("ledger_lot"),
            account.id,
            transfer,
            origin,
            amount,
            amount,
            terms.earned_at,
            terms.matures_at,
            terms.expires_at,
            terms.slides_months,
            terms.expires_at,
            instead_of_id=instead_of,
            is_new=True,
        )
        self._slide(lot, self.account(account.unit_id, account.holder, "available").active_at)
        self.new_lots.append(lot)
        self.lots.setdefault((account.unit_id, account.holder), []).append(lot)

    def open_lots(self, unit_id: int, holder: int, kind: str) -> list[LotState]:
        """Lots of one state with something left, the one that expires first at the front."""
        account = self.accounts.get((unit_id, holder, kind))
        if account is None:
            return []
        found = [
            lot
            for lot in self.lots.get((unit_id, holder), ())
            if lot.account_id == account.id and lot.remaining
        ]
        return sorted(found, key=expires_first)

    def consume(self, lot: LotState, transfer: int, amount: int) -> None:
        """Plan that ``transfer`` takes ``amount`` out of a lot, or gives it back (negative)."""
        lot.remaining -= amount
        key = (lot.id, transfer)
        self.consumptions[key] = self.consumptions.get(key, 0) + amount
        if not lot.is_new:
            self.touched_lots[lot.id] = lot

    def consume_in_order(
        self, lots: Sequence[LotState], transfer: int, amount: int
    ) -> list[tuple[LotState, int]]:
        """Take ``amount`` out of ``lots`` one after another; returns what each gave."""
        taken = []
        for lot in lots:
            part = min(lot.remaining, amount)
            if part:
                self.consume(lot, transfer, part)
                taken.append((lot, part))
                amount -= part
        return taken

    def note_activity(self, unit_id: int, holder: int, at: datetime, ref: Ref) -> None:
        """Let sliding lots count from ``at``, unless something later happened already."""
        account = self.account(unit_id, holder, "available")
        if account.active_at is not None and account.active_at >= at:
            return
        account.active_at = at
        self.touched_accounts[account.id] = account
        self.activities.append(PlannedActivity(account.id, at, ref.source, ref.source_id))
        for lot in self.lots.get((unit_id, holder), ()):
            self._slide(lot, at)

    def known(self, lot: LotState) -> LotState:
        """The plan's own state of a lot that was read apart, so that both never drift."""
        account = next(a for a in self.accounts.values() if a.id == lot.account_id)
        mine = self.lots.setdefault((account.unit_id, account.holder), [])
        for known in mine:
            if known.id == lot.id:
                return known
        mine.append(lot)
        return lot

    def _slide(self, lot: LotState, active_at: datetime | None) -> None:
        if lot.slides_months is not None:
            lot.due_at = sliding_due(active_at, lot.slides_months, self.dates)


def expires_first(lot: LotState) -> tuple[bool, float, int]:
    """Sorts lots by the order in which they pay."""
    at = lot.due_at
    return (at is None, at.timestamp() if at else 0.0, lot.id)
