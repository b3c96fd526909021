"""Corrections, gifts, and people who become one or share a purse."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.machine.base import NUMBER, Ground
from tests.machine.model import Deed, Household, Person
from tests.machine.purse import Origin, Purse, hand_on, take
from tests.machine.shop import first_transfer, lasts_until
from vafa.core.db import fetch
from vafa.flows.adjustments import request_adjustment
from vafa.flows.gifts import give_points
from vafa.flows.households import add_to_household, make_household, remove_from_household
from vafa.flows.merging import merge_members
from vafa.flows.reversals import reverse_transfer

# Who has much to lose first makes the better story of purses that become one.
LATER = 18


class Correcting(Ground):
    @rule(
        who=NUMBER,
        unit=st.sampled_from([0, 0, 1]),
        amount=st.sampled_from([-500, -60, -3, 0, 1, 40, 40, 90, 90, 6_000]),
    )
    def adjust(self, who: int, unit: int, amount: int) -> None:
        person, key = self.person(who), self.shop.key()
        purse, expected = person.purses[unit], None
        if not amount:
            expected = "invalid_input"
        elif amount < 0 and not self.can_spend(purse, -amount):
            expected = "insufficient_balance"
        answer = self.tell(
            lambda: request_adjustment(
                self.club,
                member_id=person.number,
                amount=amount,
                unit=("points", "credit")[unit],
                reason="why",
                actor=self.shop.actor,
                key=key,
            ),
            expected,
        )
        if answer is None:
            return
        deed = Deed("grant", person, answer["decision_id"], [0, 0], Origin(is_bonus=True))
        deed.left[unit] = abs(amount)
        if amount > 0:
            life = (self.shop.promise.points, self.shop.promise.credit)[unit]
            assert deed.origin is not None
            purse.earn(amount, deed.origin, lasts_until(life, self.now))
        else:
            deed.kind = "spend"
            deed.taken[unit] = purse.spend(-amount, self.now)
        self.deeds.append(deed)

    @precondition(lambda self: self.deeds)
    @rule(n=NUMBER)
    def reverse(self, n: int) -> None:
        deed, key = self.pick(self.deeds, n), self.shop.key()
        transfer = first_transfer(deed.number)
        answer = self.tell(
            lambda: reverse_transfer(
                self.club, transfer_id=transfer, reason="why", actor=self.shop.actor, key=key
            ),
            self._cannot_reverse(deed),
        )
        if answer is None:
            return
        deed.is_reversed = True
        if deed.kind == "gift":
            self._gift_back(deed)
        for unit, left in enumerate(deed.left):
            purse, deed.left[unit] = deed.person.purses[unit], 0
            if left and deed.kind == "grant":
                assert deed.origin is not None
                purse.claw_back(left, deed.origin)
            elif left:
                purse.put_back(deed.taken[unit], left, self.now, self.grace)
                purse.settle()

    def _cannot_reverse(self, deed: Deed) -> str | None:
        if deed.is_reversed:
            return "already_reversed"
        if not any(deed.left):
            return "nothing_to_reverse"
        if deed.taker is not None and deed.taker.purses[0] is deed.person.purses[0]:
            return "nothing_to_reverse"  # they have one purse now
        return None

    def _gift_back(self, deed: Deed) -> None:
        assert deed.taker is not None
        giver, taker = deed.person.purses[0], deed.taker.purses[0]
        amount, deed.left[0] = deed.left[0], 0
        lots = sorted(taker.open("available"), key=lambda lot: lot.gift is not deed)
        there = min(amount, sum(lot.left for lot in lots))
        take(lots, there)
        giver.put_back(deed.taken[0], there, self.now, self.grace)
        taker.debt += amount - there
        giver.put_back(deed.taken[0], amount - there, self.now, self.grace)
        giver.settle()

    @rule(giver=NUMBER, taker=NUMBER, points=st.sampled_from([1, 10, 60, 300]))
    def give(self, giver: int, taker: int, points: int) -> None:
        hers, his = self.person(giver), self.person(taker)
        source, target, key = hers.purses[0], his.purses[0], self.shop.key()
        may = [lot for lot in source.open("available") if lot.pays(self.now)]
        if not self._has_bought(hers):
            may = [lot for lot in may if not lot.origin.is_bonus]
        expected = None
        if source is target:
            expected = "gift_to_oneself"
        elif source.debt or sum(lot.left for lot in may) < points:
            expected = "insufficient_balance"
        answer = self.tell(
            lambda: give_points(
                self.club,
                giver=hers.ref,
                taker=his.ref,
                points=points,
                actor=self.shop.actor,
                key=key,
            ),
            expected,
        )
        if answer is None:
            return
        deed = Deed("gift", hers, answer["decision_id"], [points, 0], taker=his)
        deed.taken[0] = hand_on(may, points, target, deed)
        target.settle()
        self.deeds.append(deed)

    def _has_bought(self, person: Person) -> bool:
        before = self.now - timedelta(days=self.shop.promise.waits)
        return any(
            bill.person.now is person.now and bill.at <= before and bill.returned < bill.total
            for bill in self.bills
        )

    @precondition(lambda self: len(self.said) > LATER)
    @rule(keep=NUMBER, gone=NUMBER)
    def merge(self, keep: int, gone: int) -> None:
        her, other = self.person(keep), self.person(gone)
        key, expected = self.shop.key(), None
        if her.became or other.became or her is other:
            expected = "cannot_merge"
        elif other.household:
            expected = "already_in_household"
        answer = self.tell(
            lambda: merge_members(
                self.club,
                keep_id=her.number,
                gone_id=other.number,
                reason="the same",
                actor=self.shop.actor,
                key=key,
            ),
            expected,
        )
        if answer is not None:
            self.pour(other.own, her.purses)
            other.became = her

    def pour(self, source: tuple[Purse, Purse], target: tuple[Purse, Purse]) -> None:
        for giving, taking in zip(source, target, strict=True):
            giving.pour_into(taking, self.now)

    @precondition(lambda self: len(self.said) > LATER and len(self.households) < 2)
    @rule(who=NUMBER)
    def found_household(self, who: int) -> None:
        head, key = self.person(who).now, self.shop.key()
        answer = self.tell(
            lambda: make_household(self.club, head_id=head.number, actor=self.shop.actor, key=key),
            "already_in_household" if head.household else None,
        )
        if answer is None:
            return
        number = answer["household_id"]
        rows = fetch("SELECT holder FROM club_household WHERE id = %s", [number])
        household = Household(number, self.new_purses(rows[0][0]), [head])
        self.pour(head.own, household.purses)
        head.household = household
        self.households.append(household)

    @precondition(lambda self: self.households)
    @rule(who=NUMBER, n=NUMBER)
    def join_household(self, who: int, n: int) -> None:
        person, household = self.person(who).now, self.pick(self.households, n)
        key, expected = self.shop.key(), None
        if person.household:
            expected = "already_in_household"
        elif not household.members:
            return
        answer = self.tell(
            lambda: add_to_household(
                self.club,
                household_id=household.number,
                member_id=person.number,
                actor=self.shop.actor,
                key=key,
            ),
            expected,
        )
        if answer is not None:
            self.pour(person.own, household.purses)
            household.members.append(person)
            person.household = household

    @precondition(lambda self: self.households)
    @rule(who=NUMBER, n=NUMBER)
    def leave_household(self, who: int, n: int) -> None:
        person, household = self.person(who).now, self.pick(self.households, n)
        key, expected = self.shop.key(), None
        if person not in household.members:
            expected = "unknown_member"
        elif person is household.members[0] and len(household.members) > 1:
            expected = "invalid_input"
        answer = self.tell(
            lambda: remove_from_household(
                self.club,
                household_id=household.number,
                member_id=person.number,
                actor=self.shop.actor,
                key=key,
            ),
            expected,
        )
        if answer is None:
            return
        household.members.remove(person)
        person.household = None
        if not household.members:
            self.pour(household.purses, person.own)
