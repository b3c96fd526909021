"""What a movement does to accounts and lots, in memory: pure, no database.

A ``Plan`` starts from locked standings, takes movements one after another, and holds the rows to
write. Every rule of the ledger about which lot pays, what happens to a debt, and where clawed
back value comes from is here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from vafa.ledger.errors import InsufficientBalance, NothingToReverse

HOLDER_KINDS = ("pending", "available", "held", "debt")
POOL_KINDS = ("issuance", "spent", "expired")


class Ref(NamedTuple):
    """What made a movement (in the rooms above) and when it counts."""

    source: str
    source_id: int
    effective_at: datetime


class LotTerms(NamedTuple):
    """Dates of value when it is earned; ``matures_at`` set means that it waits as pending."""

    earned_at: datetime
    expires_at: datetime | None
    matures_at: datetime | None = None


@dataclass(slots=True)
class AccountState:
    """An account as locked, then as planned. ``balance`` is None for pools."""

    id: int
    unit_id: int
    holder: int
    kind: str
    balance: int | None
    version: int
    is_new: bool = False


@dataclass(slots=True)
class LotState:
    """A lot as read, then as planned."""

    id: int
    account_id: int
    transfer_id: int
    origin_id: int
    amount: int
    remaining: int
    earned_at: datetime
    matures_at: datetime | None
    expires_at: datetime | None
    is_new: bool = False


class PlannedTransfer(NamedTuple):
    id: int
    unit_id: int
    debit_id: int
    credit_id: int
    amount: int
    kind: str
    ref: Ref
    reverses_id: int | None
    debit_version: int | None
    debit_balance: int | None
    credit_version: int | None
    credit_balance: int | None


class Taken(NamedTuple):
    """What an earlier spend still holds of a lot (its consumptions less what was given back)."""

    lot: LotState
    amount: int


@dataclass(slots=True)
class Plan:
    """Movements on locked standings. ``new_id(table)`` gives row numbers.

    Lots are known only for the wallets that were loaded with them; spending from, clawing back
    or expiring in any other wallet is a programming error.
    """

    new_id: Callable[[str], int]
    pool: Callable[[int, str], int]
    accounts: dict[tuple[int, int, str], AccountState]
    lots: dict[tuple[int, int], list[LotState]] = field(default_factory=dict)
    transfers: list[PlannedTransfer] = field(default_factory=list)
    new_lots: list[LotState] = field(default_factory=list)
    consumptions: dict[tuple[int, int], int] = field(default_factory=dict)
    touched_accounts: dict[int, AccountState] = field(default_factory=dict)
    touched_lots: dict[int, LotState] = field(default_factory=dict)

    # -- what is there ------------------------------------------------------------------

    def balance(self, unit_id: int, holder: int, kind: str) -> int:
        """The planned balance of one state; 0 where there is no account yet."""
        account = self.accounts.get((unit_id, holder, kind))
        return account.balance or 0 if account else 0

    # -- movements ----------------------------------------------------------------------

    def earn(self, unit_id: int, holder: int, amount: int, terms: LotTerms, ref: Ref) -> int:
        """Grant ``amount`` (positive); returns the earning transfer's number.

        Pending value becomes a pending lot. Otherwise a debt is repaid first and the rest
        becomes an available lot.
        """
        if terms.matures_at is not None:
            return self._earn_into("pending", unit_id, holder, amount, terms, ref)
        repaid = self._repay(self.pool(unit_id, "issuance"), unit_id, holder, amount, ref)
        if repaid == amount:
            return self.transfers[-1].id
        return self._earn_into("available", unit_id, holder, amount - repaid, terms, ref)

    def mature(self, unit_id: int, holder: int, lot: LotState, ref: Ref) -> None:
        """Move what remains of a pending lot to available, repaying a debt first."""
        amount = lot.remaining
        pending = self._account(unit_id, holder, "pending")
        repaid = self._repay(pending.id, unit_id, holder, amount, ref, debit=pending)
        if repaid:
            self._consume(lot, self.transfers[-1].id, repaid)
        if amount > repaid:
            available = self._account(unit_id, holder, "available")
            transfer = self._move(pending, available, amount - repaid, "mature", ref)
            self._consume(lot, transfer, amount - repaid)
            self._open_lot(
                available,
                transfer,
                lot.origin_id,
                amount - repaid,
                LotTerms(lot.earned_at, lot.expires_at),
            )

    def spend(self, unit_id: int, holder: int, amount: int, ref: Ref, *, at: datetime) -> int:
        """Spend from the lots that expire first; returns the spending transfer's number.

        Lots that have expired by ``at`` pay nothing, even before the expiry job has met them.
        A holder in debt has nothing to spend. Raises InsufficientBalance.
        """
        open_lots = [
            lot
            for lot in self._open_lots(unit_id, holder, "available")
            if lot.expires_at is None or lot.expires_at > at
        ]
        spendable = sum(lot.remaining for lot in open_lots)
        if self.balance(unit_id, holder, "debt") < 0 or spendable < amount:
            usable = 0 if self.balance(unit_id, holder, "debt") < 0 else spendable
            raise InsufficientBalance(available=usable, needed=amount)
        available = self._account(unit_id, holder, "available")
        pool = self._pool_state(unit_id, "spent")
        transfer = self._move(available, pool, amount, "spend", ref)
        self._consume_in_order(open_lots, transfer, amount)
        return transfer

    def restore(
        self,
        unit_id: int,
        holder: int,
        spend_id: int,
        taken: Sequence[Taken],
        amount: int,
        ref: Ref,
    ) -> int:
        """Give ``amount`` of a spend back into the lots that it took, those that last longest first.

        ``taken`` is what the spend still holds. Raises NothingToReverse when that is less.
        """
        if amount > sum(t.amount for t in taken):
            raise NothingToReverse
        available = self._account(unit_id, holder, "available")
        transfer = self._move(
            self._pool_state(unit_id, "spent"), available, amount, "restore", ref, spend_id
        )
        for lot, held in sorted(taken, key=_lasts_longest):
            part = min(held, amount)
            if part:
                self._consume(self._known(lot), transfer, -part)
                amount -= part
        return transfer

    def left_of(self, taken: Sequence[Taken], restored: int) -> list[Taken]:
        """What a spend still holds after ``restore`` gave ``restored`` of it back."""
        left = []
        for lot, held in sorted(taken, key=_lasts_longest):
            part = min(held, restored)
            restored -= part
            if held > part:
                left.append(Taken(lot, held - part))
        return left

    def claw_back(
        self, unit_id: int, holder: int, amount: int, origins: Iterable[int], ref: Ref
    ) -> None:
        """Take ``amount`` of a grant back: what is pending of it, then what is available, then debt.

        ``origins`` are the earning transfers of the grant; their own lots pay before others.
        """
        mine = set(origins)
        first = min(mine, default=None)
        for kind in ("pending", "available"):
            amount -= self._claw_from(kind, unit_id, holder, amount, mine, first, ref)
        if amount:
            debt = self._account(unit_id, holder, "debt")
            self._move(debt, self._pool_state(unit_id, "issuance"), amount, "owe", ref, first)

    def expire(self, unit_id: int, holder: int, lot: LotState, ref: Ref) -> None:
        """Move what remains of an available lot to the expired pool."""
        available = self._account(unit_id, holder, "available")
        amount = lot.remaining
        pool = self._pool_state(unit_id, "expired")
        transfer = self._move(available, pool, amount, "expire", ref)
        self._consume(lot, transfer, amount)

    # -- inside -------------------------------------------------------------------------

    def _earn_into(
        self, kind: str, unit_id: int, holder: int, amount: int, terms: LotTerms, ref: Ref
    ) -> int:
        account = self._account(unit_id, holder, kind)
        transfer = self._move(self._pool_state(unit_id, "issuance"), account, amount, "earn", ref)
        self._open_lot(account, transfer, transfer, amount, terms)
        return transfer

    def _repay(
        self,
        from_id: int,
        unit_id: int,
        holder: int,
        amount: int,
        ref: Ref,
        debit: AccountState | None = None,
    ) -> int:
        owed = -self.balance(unit_id, holder, "debt")
        part = min(owed, amount)
        if part > 0:
            payer = debit or AccountState(from_id, unit_id, 0, "issuance", None, 0)
            self._move(payer, self._account(unit_id, holder, "debt"), part, "repay", ref)
        return max(part, 0)

    def _claw_from(
        self,
        kind: str,
        unit_id: int,
        holder: int,
        amount: int,
        mine: set[int],
        first: int | None,
        ref: Ref,
    ) -> int:
        open_lots = self._open_lots(unit_id, holder, kind)
        own = [lot for lot in open_lots if lot.origin_id in mine]
        # Pending value of other purchases is not yet the member's to lose.
        others = (
            [] if kind == "pending" else [lot for lot in open_lots if lot.origin_id not in mine]
        )
        part = min(amount, sum(lot.remaining for lot in own + others))
        if part:
            account = self._account(unit_id, holder, kind)
            pool = self._pool_state(unit_id, "issuance")
            transfer = self._move(account, pool, part, "claw_back", ref, first)
            self._consume_in_order(own + others, transfer, part)
        return part

    def _account(self, unit_id: int, holder: int, kind: str) -> AccountState:
        key = (unit_id, holder, kind)
        account = self.accounts.get(key)
        if account is None:
            account = AccountState(
                self.new_id("ledger_account"), unit_id, holder, kind, 0, 0, is_new=True
            )
            self.accounts[key] = account
        return account

    def _pool_state(self, unit_id: int, kind: str) -> AccountState:
        return AccountState(self.pool(unit_id, kind), unit_id, 0, kind, None, 0)

    def _move(
        self,
        debit: AccountState,
        credit: AccountState,
        amount: int,
        kind: str,
        ref: Ref,
        reverses: int | None = None,
    ) -> int:
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

    def _open_lot(
        self, account: AccountState, transfer: int, origin: int, amount: int, terms: LotTerms
    ) -> None:
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
            is_new=True,
        )
        self.new_lots.append(lot)
        self.lots.setdefault((account.unit_id, account.holder), []).append(lot)

    def _open_lots(self, unit_id: int, holder: int, kind: str) -> list[LotState]:
        account = self.accounts.get((unit_id, holder, kind))
        if account is None:
            return []
        found = [
            lot
            for lot in self.lots.get((unit_id, holder), ())
            if lot.account_id == account.id and lot.remaining
        ]
        return sorted(found, key=_expires_first)

    def _known(self, lot: LotState) -> LotState:
        """The plan's own state of a lot that was read apart, so that both never drift."""
        account = next(a for a in self.accounts.values() if a.id == lot.account_id)
        mine = self.lots.setdefault((account.unit_id, account.holder), [])
        for known in mine:
            if known.id == lot.id:
                return known
        mine.append(lot)
        return lot

    def _consume_in_order(self, lots: Sequence[LotState], transfer: int, amount: int) -> None:
        for lot in lots:
            part = min(lot.remaining, amount)
            if part:
                self._consume(lot, transfer, part)
                amount -= part

    def _consume(self, lot: LotState, transfer: int, amount: int) -> None:
        lot.remaining -= amount
        key = (lot.id, transfer)
        self.consumptions[key] = self.consumptions.get(key, 0) + amount
        if not lot.is_new:
            self.touched_lots[lot.id] = lot


def _expires_first(lot: LotState) -> tuple[bool, float, int]:
    at = lot.expires_at
    return (at is None, at.timestamp() if at else 0.0, lot.id)


def _lasts_longest(taken: Taken) -> tuple[bool, float, int]:
    at = taken.lot.expires_at
    return (at is not None, -at.timestamp() if at else 0.0, -taken.lot.id)
