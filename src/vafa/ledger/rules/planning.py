"""What a movement does to accounts and lots, in memory: pure, no database.

A ``Plan`` starts from locked standings, takes movements one after another, and holds the rows to
write. Which lot pays, what happens to a debt, and where clawed back value comes from is decided
here; holds are in ``holds.py``, value that goes from holder to holder in ``handing.py``.

One thing is always true of a holder: she never has something available and a debt at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from vafa.ledger.errors import InsufficientBalance, NothingToReverse
from vafa.ledger.rules.standing import Standing
from vafa.ledger.rules.state import AccountState, LotState, LotTerms, Ref, Taken


@dataclass(slots=True)
class Plan(Standing):
    """Movements of one holder's value on locked standings."""

    def earn(self, unit_id: int, holder: int, amount: int, terms: LotTerms, ref: Ref) -> int:
        """Grant ``amount`` (positive); returns the earning transfer's number.

        Pending value becomes a pending lot. Otherwise a debt is repaid first and the rest
        becomes an available lot.
        """
        if terms.slides_months and self.account(unit_id, holder, "available").active_at is None:
            self.note_activity(unit_id, holder, terms.earned_at, ref)
        if terms.is_pending:
            return self._earn_into("pending", unit_id, holder, amount, terms, ref)
        repaid = self._repay(self.pool_account(unit_id, "issuance"), holder, amount, ref)
        if repaid == amount:
            return self.transfers[-1].id
        return self._earn_into("available", unit_id, holder, amount - repaid, terms, ref)

    def mature(self, unit_id: int, holder: int, lot: LotState, ref: Ref) -> None:
        """Move what remains of a pending lot to available, repaying a debt first."""
        amount = lot.remaining
        pending = self.account(unit_id, holder, "pending")
        repaid = self._repay(pending, holder, amount, ref)
        if repaid:
            self.consume(lot, self.transfers[-1].id, repaid)
        if amount > repaid:
            available = self.account(unit_id, holder, "available")
            transfer = self.move(pending, available, amount - repaid, "mature", ref)
            self.consume(lot, transfer, amount - repaid)
            terms = lot.terms._replace(matures_at=None)
            self.open_lot(available, transfer, lot.origin_id, amount - repaid, terms)

    def spendable(self, unit_id: int, holder: int, amount: int, *, at: datetime) -> list[LotState]:
        """The lots that may pay ``amount``, in the order in which they pay.

        Lots that have expired by ``at`` pay nothing, even before the expiry job has met them.
        A holder in debt has nothing to spend. Raises InsufficientBalance.
        """
        lots = [lot for lot in self.open_lots(unit_id, holder, "available") if lot.pays(at)]
        usable = 0 if self.balance(unit_id, holder, "debt") else sum(x.remaining for x in lots)
        if usable < amount:
            raise InsufficientBalance(available=usable, needed=amount)
        return lots

    def spend(self, unit_id: int, holder: int, amount: int, ref: Ref, *, at: datetime) -> int:
        """Spend from the lots that expire first; returns the spending transfer's number.

        Raises InsufficientBalance.
        """
        return self._pay("spent", "spend", unit_id, holder, amount, ref, at)

    def take(self, unit_id: int, holder: int, amount: int, ref: Ref, *, at: datetime) -> int:
        """Take value away (a correction), from the lots that expire first, never into debt.

        Returns the transfer's number. Raises InsufficientBalance.
        """
        return self._pay("issuance", "take", unit_id, holder, amount, ref, at)

    def restore(
        self,
        unit_id: int,
        holder: int,
        spend_id: int,
        taken: Sequence[Taken],
        amount: int,
        ref: Ref,
        *,
        at: datetime,
        grace_until: datetime | None = None,
        pool: str = "spent",
    ) -> int:
        """Give ``amount`` of a spend back into the lots that it took, those that last longest first.

        ``taken`` is what the spend still holds. What belongs into a lot that has expired by
        ``at`` becomes a lot until ``grace_until`` (None: it goes back and expires with the next
        expiry); what belongs to another holder (merged since) becomes a lot of ``holder`` with
        the same dates. A debt is repaid at once. Raises NothingToReverse when ``taken`` is less.
        """
        if amount > sum(t.amount for t in taken):
            raise NothingToReverse
        source = self.pool_account(unit_id, pool)
        available = self.account(unit_id, holder, "available")
        transfer = self.move(source, available, amount, "restore", ref, spend_id)
        self.give_back(available, transfer, taken, amount, at=at, grace_until=grace_until)
        self.settle(unit_id, holder, ref)
        return transfer

    def give_back(
        self,
        available: AccountState,
        transfer: int,
        taken: Sequence[Taken],
        amount: int,
        *,
        at: datetime,
        grace_until: datetime | None,
    ) -> None:
        """Put what ``transfer`` brings into ``available`` back into the lots it came from."""
        for lot, held in sorted(taken, key=_lasts_longest):
            part = min(held, amount)
            amount -= part
            if not part:
                continue
            if grace_until is not None and not lot.pays(at):
                terms = LotTerms(lot.earned_at, grace_until)
                self.open_lot(available, transfer, lot.origin_id, part, terms, lot.id)
            elif lot.account_id != available.id:
                self.open_lot(available, transfer, lot.origin_id, part, lot.terms, lot.id)
            else:
                self.consume(self.known(lot), transfer, -part)

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
            debt = self.account(unit_id, holder, "debt")
            self.move(debt, self.pool_account(unit_id, "issuance"), amount, "owe", ref, first)

    def revive(
        self,
        unit_id: int,
        holder: int,
        expiry_id: int,
        expired: Sequence[Taken],
        ref: Ref,
        *,
        until: datetime,
    ) -> int:
        """Give back what one expiry took, as lots that last ``until``; a debt is repaid at once.

        Returns the transfer's number. Raises NothingToReverse when it took nothing.
        """
        amount = sum(t.amount for t in expired)
        if not amount:
            raise NothingToReverse
        pool = self.pool_account(unit_id, "expired")
        available = self.account(unit_id, holder, "available")
        transfer = self.move(pool, available, amount, "revive", ref, expiry_id)
        for lot, part in expired:
            terms = LotTerms(lot.earned_at, until)
            self.open_lot(available, transfer, lot.origin_id, part, terms, lot.id)
        self.settle(unit_id, holder, ref)
        return transfer

    def settle(self, unit_id: int, holder: int, ref: Ref) -> None:
        """Repay a debt out of what is available, the lots that expire first at the front."""
        part = min(
            -self.balance(unit_id, holder, "debt"), self.balance(unit_id, holder, "available")
        )
        if part > 0:
            lots = self.open_lots(unit_id, holder, "available")
            self._repay(self.account(unit_id, holder, "available"), holder, part, ref)
            self.consume_in_order(lots, self.transfers[-1].id, part)

    def _earn_into(
        self, kind: str, unit_id: int, holder: int, amount: int, terms: LotTerms, ref: Ref
    ) -> int:
        account = self.account(unit_id, holder, kind)
        transfer = self.move(self.pool_account(unit_id, "issuance"), account, amount, "earn", ref)
        self.open_lot(account, transfer, transfer, amount, terms)
        return transfer

    def _pay(
        self, pool: str, kind: str, unit_id: int, holder: int, amount: int, ref: Ref, at: datetime
    ) -> int:
        lots = self.spendable(unit_id, holder, amount, at=at)
        available = self.account(unit_id, holder, "available")
        transfer = self.move(available, self.pool_account(unit_id, pool), amount, kind, ref)
        self.consume_in_order(lots, transfer, amount)
        return transfer

    def _repay(self, payer: AccountState, holder: int, amount: int, ref: Ref) -> int:
        owed = -self.balance(payer.unit_id, holder, "debt")
        part = min(owed, amount)
        if part > 0:
            self.move(payer, self.account(payer.unit_id, holder, "debt"), part, "repay", ref)
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
        open_lots = self.open_lots(unit_id, holder, kind)
        own = [lot for lot in open_lots if lot.origin_id in mine]
        # Pending value of other purchases is not yet the member's to lose.
        others = (
            [] if kind == "pending" else [lot for lot in open_lots if lot.origin_id not in mine]
        )
        part = min(amount, sum(lot.remaining for lot in own + others))
        if part:
            account = self.account(unit_id, holder, kind)
            pool = self.pool_account(unit_id, "issuance")
            transfer = self.move(account, pool, part, "claw_back", ref, first)
            self.consume_in_order(own + others, transfer, part)
        return part


def _lasts_longest(taken: Taken) -> tuple[bool, float, int]:
    at = taken.lot.due_at
    return (at is not None, -at.timestamp() if at else 0.0, -taken.lot.id)
