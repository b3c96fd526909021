"""The ledger's arithmetic against a plain model, without a database."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from vafa.ledger.errors import InsufficientBalance
from vafa.ledger.rules.planning import Plan
from vafa.ledger.rules.state import AccountState, LotState, LotTerms, Ref, Taken

UNIT, HOLDER = 1, 5
START = datetime(2026, 1, 1, tzinfo=UTC)
POOLS = {"issuance": -1, "spent": -2, "expired": -3}


class OneWallet(RuleBasedStateMachine):
    """Earn, mature, spend, give back, claw back, expire, as time passes."""

    def __init__(self) -> None:
        super().__init__()
        numbers = count(1)
        available = AccountState(1000, UNIT, HOLDER, "available", 0, 0)
        self.plan = Plan(
            lambda table: next(numbers),
            lambda unit, kind: POOLS[kind],
            {(UNIT, HOLDER, "available"): available},
        )
        self.now = START
        self.net = 0  # what the holder gained and lost, by the plain rules of a purse
        self.grants: list[tuple[int, int]] = []
        self.spends: list[tuple[int, list[Taken], int]] = []

    def ref(self) -> Ref:
        return Ref("test", 1, self.now)

    @rule(amount=st.integers(1, 500), days=st.integers(0, 5), life=st.none() | st.integers(6, 30))
    def earn(self, amount: int, days: int, life: int | None) -> None:
        terms = LotTerms(
            self.now,
            self.now + timedelta(days=life) if life else None,
            self.now + timedelta(days=days) if days else None,
        )
        self.grants.append((self.plan.earn(UNIT, HOLDER, amount, terms, self.ref()), amount))
        self.net += amount

    @rule(days=st.integers(1, 4))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        for lot in list(self.plan.lots.get((UNIT, HOLDER), [])):
            if lot.remaining and lot.matures_at and lot.matures_at <= self.now:
                self.plan.mature(UNIT, HOLDER, lot, self.ref())

    @rule(amount=st.integers(1, 700))
    def spend(self, amount: int) -> None:
        before = Counter({lot.id: lot.remaining for lot in self._lots("available")})
        balance, debt = self._balance("available"), self._balance("debt")
        # What has expired buys nothing, even before the expiry job (in SQL) has taken it.
        fresh = sum(n for lot in self._lots("available") if (n := self._fresh(lot)))
        try:
            transfer = self.plan.spend(UNIT, HOLDER, amount, self.ref(), at=self.now)
        except InsufficientBalance:
            assert debt < 0 or fresh < amount
            assert self._balance("available") == balance, "a refusal moves nothing"
            return
        assert debt == 0 and fresh >= amount
        self.net -= amount
        lots = {lot.id: lot for lot in self.plan.lots[(UNIT, HOLDER)]}
        taken = [
            Taken(lots[i], n - lots[i].remaining)
            for i, n in before.items()
            if n > lots[i].remaining
        ]
        latest_used = max((self._expiry(t.lot) for t in taken), default=None)
        for lot in self._lots("available"):
            if self._fresh(lot) and lot.id not in {t.lot.id for t in taken}:
                assert latest_used is not None and self._expiry(lot) >= latest_used
        self.spends.append((transfer, taken, amount))

    @precondition(lambda self: self.spends)
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        n = data.draw(st.integers(0, len(self.spends) - 1))
        transfer, taken, left = self.spends.pop(n)
        amount = data.draw(st.integers(1, left))
        self.plan.restore(UNIT, HOLDER, transfer, taken, amount, self.ref(), at=self.now)
        self.net += amount
        if amount < left:
            self.spends.append((transfer, self.plan.left_of(taken, amount), left - amount))

    @precondition(lambda self: self.grants)
    @rule(data=st.data())
    def claw_back(self, data: st.DataObject) -> None:
        n = data.draw(st.integers(0, len(self.grants) - 1))
        transfer, left = self.grants.pop(n)
        amount = data.draw(st.integers(1, left))
        self.plan.claw_back(UNIT, HOLDER, amount, [transfer], self.ref())
        self.net -= amount
        if amount < left:
            self.grants.append((transfer, left - amount))

    @invariant()
    def the_accounts_say_what_the_purse_says(self) -> None:
        states = [self._balance(kind) for kind in ("pending", "available", "held", "debt")]
        assert sum(states) == self.net
        assert min(states[:3]) >= 0 and states[3] <= 0
        assert not (states[1] and states[3]), "never something available and a debt at once"

    @invariant()
    def lots_are_the_balance(self) -> None:
        for kind in ("pending", "available"):
            assert sum(lot.remaining for lot in self._lots(kind)) == self._balance(kind)
        for lot in self.plan.lots.get((UNIT, HOLDER), []):
            assert 0 <= lot.remaining <= lot.amount

    @invariant()
    def transfers_are_positive_and_numbered_without_gap(self) -> None:
        seen: Counter[int] = Counter()
        for t in self.plan.transfers:
            assert t.amount > 0 and t.debit_id != t.credit_id
            for account, version in (
                (t.debit_id, t.debit_version),
                (t.credit_id, t.credit_version),
            ):
                if version is not None:
                    seen[account] += 1
                    assert version == seen[account]

    def _balance(self, kind: str) -> int:
        return self.plan.balance(UNIT, HOLDER, kind)

    def _lots(self, kind: str) -> list[LotState]:
        account = self.plan.accounts.get((UNIT, HOLDER, kind))
        lots = self.plan.lots.get((UNIT, HOLDER), [])
        return [lot for lot in lots if account is not None and lot.account_id == account.id]

    def _fresh(self, lot: LotState) -> int:
        return lot.remaining if self._expiry(lot) > self.now else 0

    @staticmethod
    def _expiry(lot: LotState) -> datetime:
        return lot.expires_at or datetime.max.replace(tzinfo=UTC)


OneWallet.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestOneWallet = OneWallet.TestCase
