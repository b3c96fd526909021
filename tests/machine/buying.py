"""Buy, pay with what one has, and bring back."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.machine.base import NUMBER, Ground
from tests.machine.model import Bill, Deed, Person, Reservation, Voucher
from tests.machine.purse import Origin, Taken
from tests.machine.shop import DISCOUNT, GRACE_DAYS, STEP, WORTH, decision_of, lasts_until
from vafa.flows.entries import LineEntry, PurchaseEntry, ReturnEntry
from vafa.flows.purchases import record_purchases
from vafa.flows.returns import record_returns

_PAY = st.sampled_from([0, 0, 0, 1, 7, 30, 100])
_AMOUNTS = (1, 999, 3_000, 11_111, 20_000, 60_000, 77_777)


class Buying(Ground):
    @rule(
        who=NUMBER,
        lines=st.lists(st.sampled_from(_AMOUNTS), min_size=1, max_size=3),
        points=_PAY,
        credit=st.sampled_from([0, 0, 0, 300, 5_000]),
        voucher=st.none() | NUMBER,
        reservation=st.none() | NUMBER,
    )
    def buy(
        self,
        who: int,
        lines: list[int],
        points: int,
        credit: int,
        voucher: int | None,
        reservation: int | None,
    ) -> None:
        person = self.person(who)
        reserved = ticket = None
        if reservation is not None and self.reservations:
            reserved = self.pick(self.reservations, reservation)
            person = reserved.person if who % 4 else person
        elif voucher is not None and self.vouchers:
            ticket = self.pick(self.vouchers, voucher)
            person = ticket.person if who % 4 else person
        entry = PurchaseEntry(
            self.shop.actor,
            "main",
            sum(lines),
            person.ref,
            tuple(LineEntry(amount) for amount in lines),
            pay_points=points,
            pay_credit=credit,
            voucher=ticket.code if ticket else "",
            reservation=reserved.number if reserved else None,
            key=self.shop.key(),
        )
        if reserved and not (points or credit):
            ticket = reserved.voucher
            points, credit = (hold.amount if hold else 0 for hold in reserved.holds)
        expected = self._refusal(person, sum(lines), (points, credit), ticket, reserved)
        answer = self.tell(lambda: record_purchases(self.club, [entry])[0], expected)
        if answer is not None:
            self._bought(answer, person, lines, (points, credit), ticket, reserved)

    def _refusal(
        self,
        person: Person,
        total: int,
        pay: tuple[int, int],
        ticket: Voucher | None,
        reserved: Reservation | None,
    ) -> str | None:
        held = reserved.holds if reserved else [None, None]
        if reserved is not None:
            if reserved.person.now is not person.now:
                return "unknown_reservation"
            if not reserved.is_live(self.now):
                return "reservation_resolved"
            if any(h is not None and h.purse not in person.purses for h in held):
                return "unknown_reservation"
            if any(asked > (h.amount if h else 0) for asked, h in zip(pay, held, strict=True)):
                return "capture_too_large"
        if ticket is not None:
            if not self._serves(ticket, person, reserved):
                return "voucher_unusable"
            total -= min(DISCOUNT, total)
        if pay[0] > total // WORTH:
            return "too_many_points"
        if pay[1] > total - pay[0] * WORTH:
            return "bill_overpaid"
        for amount, hold, purse in zip(pay, held, person.purses, strict=True):
            if amount and hold is None and not self.can_spend(purse, amount):
                return "insufficient_balance"
        return None

    def _serves(self, ticket: Voucher, person: Person, reserved: Reservation | None) -> bool:
        others = [r for r in self.reservations if r.voucher is ticket and r.is_live(self.now)]
        return (
            ticket.kind == "voucher"
            and not ticket.used
            and ticket.expires > self.now
            and ticket.person.now is person.now
            and others in ([], [reserved])
            and (ticket.hold is None or ticket.hold.purse is person.purses[0])
        )

    def _bought(
        self,
        answer: dict[str, int],
        person: Person,
        lines: list[int],
        pay: tuple[int, int],
        ticket: Voucher | None,
        reserved: Reservation | None,
    ) -> None:
        number, total = answer["purchase_id"], sum(lines)
        discount = 0
        if ticket is not None:
            discount, ticket.used = min(DISCOUNT, total), True
            if ticket.hold is not None:
                person.purses[0].capture(ticket.hold, ticket.hold.amount, self.now)
        taken: list[Taken] = [[], []]
        for unit, amount in enumerate(pay):
            hold = reserved.holds[unit] if reserved else None
            if amount and hold is not None:
                taken[unit] = hold.purse.capture(hold, amount, self.now)
            elif amount:
                taken[unit] = person.purses[unit].spend(amount, self.now)
        if reserved is not None:
            self.end(reserved, "used")
        paid = total - discount - pay[0] * WORTH - pay[1]
        earned = paid // STEP
        assert (answer["points"], answer["discount"]) == (earned, discount)
        bill = Bill(
            number, person, total, len(lines), self.now, None, None, ticket, earned, pay, discount
        )
        if any(pay):
            decision = decision_of(number, "pay")
            bill.pay = Deed("spend", person, decision, list(pay), taken=taken)
            self.deeds.append(bill.pay)
        if earned:
            bill.grant = self.grant(person, 0, earned, decision_of(number, "purchase"))
        self.bills.append(bill)

    def grant(self, person: Person, unit: int, amount: int, decision: int) -> Deed:
        """Value given for a purchase (which waits for the return window)."""
        promise, origin = self.shop.promise, Origin(is_bonus=False)
        until = lasts_until(promise.points, self.now)
        person.purses[unit].earn(amount, origin, until, self.waits_until())
        deed = Deed("grant", person, decision, [0, 0], origin)
        deed.left[unit] = amount
        self.deeds.append(deed)
        return deed

    def waits_until(self) -> datetime | None:
        days = self.shop.promise.waits
        return self.now + timedelta(days=days) if days else None

    @precondition(lambda self: self.bills)
    @rule(n=NUMBER, how=st.sampled_from(["amount", "line", "all"]), part=st.integers(1, 999))
    def bring_back(self, n: int, how: str, part: int) -> None:
        bill = self.pick(self.bills, n)
        left = bill.total - bill.returned
        amount = max(bill.total * part // 700, 1) if how == "amount" else None
        line = (part % bill.lines + 1, 1000 if part % 2 else 300, None)
        entry = ReturnEntry(
            self.shop.actor,
            "main",
            bill.number,
            amount=amount,
            lines=(line,) if how == "line" else (),
            key=self.shop.key(),
        )
        expected = None if left and (amount is None or amount <= left) else "return_too_large"
        if how == "line" and left:
            # Whether so much of the line is still there, returns by amount have decided too.
            outcome = record_returns(self.club, [entry])[0]
            expected = outcome.error.code if outcome.error else None
            assert expected in (None, "return_too_large", "invalid_input")
            if expected is None:
                self._came_back(bill, outcome.answer)
            return
        answer = self.tell(lambda: record_returns(self.club, [entry])[0], expected)
        if answer is not None:
            assert answer["total"] == (left if amount is None else amount)
            self._came_back(bill, answer)

    def _came_back(self, bill: Bill, answer: dict[str, int]) -> None:
        bill.returned += answer["total"]
        assert bill.returned <= bill.total
        back = (answer["points_given_back"], answer["credit_given_back"])
        assert bill.pay is not None or back == (0, 0)
        for unit, whole in enumerate(bill.paid):
            if bill.pay is not None:
                self._put_back(bill, bill.pay, unit, whole, back[unit])
        self._money(bill, answer["money_back"], back)
        self._taken_back(bill, answer["points_taken"])
        if bill.voucher is not None and bill.returned == bill.total:
            old = bill.voucher
            until = max(old.expires, self.now + timedelta(days=GRACE_DAYS))
            self.vouchers.append(Voucher(answer["voucher_code"], old.person, old.kind, until))

    def _put_back(self, bill: Bill, pay: Deed, unit: int, whole: int, told: int) -> None:
        """The share of what paid; a correction may have given it back before. What the voucher paid
        is shared by lines, which may make a difference of one."""
        share = whole * bill.returned // bill.total
        near = 1 if bill.discount and bill.returned < bill.total else 0
        left = pay.left[unit]
        assert (
            max(share - near - (whole - left), 0) <= told <= max(share + near - (whole - left), 0)
        )
        if told:
            purse = bill.person.purses[unit]
            purse.put_back(pay.taken[unit], told, self.now, self.grace)
            purse.settle()
            pay.left[unit] -= told

    def _money(self, bill: Bill, money: int, back: tuple[int, int]) -> None:
        """Money, points and credit of a return together are what came back, but for the voucher's
        share and the fraction of a point; in the end, to the last rial. Never more."""
        assert money >= 0
        bill.money_returned += money
        points, credit = (a + b for a, b in zip(bill.paid_returned, back, strict=True))
        bill.paid_returned = (points, credit)
        given = bill.money_returned + points * WORTH + credit
        discount = bill.discount * bill.returned / bill.total
        lacking = bill.returned - discount - given
        if bill.returned == bill.total:
            assert lacking == 0
        else:
            assert -bill.lines <= lacking <= WORTH + 1 + bill.lines

    def _taken_back(self, bill: Bill, taken: int) -> None:
        """The share of the grant, rounded by lines; all of it when everything is back."""
        grant = bill.grant
        if grant is None:
            assert taken == 0
            return
        undone = bill.granted - grant.left[0]
        share = bill.granted * bill.returned / bill.total
        if not grant.is_reversed:
            assert abs(undone + taken - share) <= bill.lines + 1
        assert 0 <= taken <= grant.left[0]
        if bill.returned == bill.total:
            assert taken == grant.left[0]
        grant.left[0] -= taken
        if taken:
            assert grant.origin is not None
            bill.person.purses[0].claw_back(taken, grant.origin)
