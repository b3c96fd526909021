"""Set aside, and what becomes of it: reservations for bills, points for rewards."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.machine.base import NUMBER, Ground
from tests.machine.model import Deed, Person, Reservation, Voucher
from tests.machine.purse import Hold, Taken
from tests.machine.shop import COST, RESERVED, VOUCHER_DAYS, midnight_after
from vafa.core.db import fetch
from vafa.flows.captures import capture_reservation
from vafa.flows.redemptions import cancel_redemption, hand_over, redeem_reward
from vafa.flows.reservations import release_reservation, reserve_for_bill

_AMOUNT = st.sampled_from([0, 0, 1, 5, 20, 80])


class Holding(Ground):
    @rule(who=NUMBER, points=_AMOUNT, credit=_AMOUNT, voucher=st.none() | NUMBER)
    def reserve(self, who: int, points: int, credit: int, voucher: int | None) -> None:
        person, ticket = self.person(who), None
        if voucher is not None and self.vouchers:
            ticket = self.pick(self.vouchers, voucher)
            person = ticket.person if who % 4 else person
        if points or credit or ticket:
            self._end_overdue(person, ticket)
        key, until = self.shop.key(), self.now + RESERVED
        answer = self.tell(
            lambda: reserve_for_bill(
                self.club,
                member=person.ref,
                branch="main",
                actor=self.shop.actor,
                points=points,
                credit=credit,
                voucher=ticket.code if ticket else "",
                key=key,
            ),
            self._cannot_reserve(person, (points, credit), ticket),
        )
        if answer is not None:
            holds = [
                purse.hold(amount, self.now) if amount else None
                for purse, amount in zip(person.purses, (points, credit), strict=True)
            ]
            made = Reservation(answer["reservation_id"], person, until, holds, ticket)
            self.reservations.append(made)

    def _end_overdue(self, person: Person, ticket: Voucher | None) -> None:
        for reservation in self.reservations:
            mine = any(h and h.is_open and h.purse in person.purses for h in reservation.holds)
            same = ticket is not None and reservation.voucher is ticket
            overdue = reservation.status == "open" and not reservation.is_live(self.now)
            if overdue and (mine or same):
                self.end(reservation, "expired")

    def _cannot_reserve(
        self, person: Person, amounts: tuple[int, int], ticket: Voucher | None
    ) -> str | None:
        if not (any(amounts) or ticket):
            return "nothing_to_reserve"
        if ticket is not None and not self._is_free(ticket, person):
            return "voucher_unusable"
        for purse, amount in zip(person.purses, amounts, strict=True):
            if amount and not self.can_spend(purse, amount):
                return "insufficient_balance"
        return None

    def _is_free(self, ticket: Voucher, person: Person) -> bool:
        busy = any(r.voucher is ticket and r.is_live(self.now) for r in self.reservations)
        return (
            ticket.kind == "voucher"
            and not (ticket.used or busy)
            and ticket.expires > self.now
            and ticket.person.now is person.now
        )

    @precondition(lambda self: self.reservations)
    @rule(n=NUMBER, share=st.sampled_from([None, 0, 30, 100, 120]))
    def capture(self, n: int, share: int | None) -> None:
        """All of it, or a part of each unit, where no bill is kept."""
        reserved = self.pick(self.reservations, n)
        held = [hold.amount if hold else 0 for hold in reserved.holds]
        wanted = held if share is None else [-(-n * share // 100) for n in held]
        asked = [None, None] if share is None else list(wanted)
        key = self.shop.key()
        answer = self.tell(
            lambda: capture_reservation(
                self.club,
                reservation_id=reserved.number,
                actor=self.shop.actor,
                points=asked[0],
                credit=asked[1],
                key=key,
            ),
            self._cannot_capture(reserved, held, wanted),
        )
        if answer is None:
            return
        taken: list[Taken] = [[], []]
        for unit, hold in enumerate(reserved.holds):
            if hold is not None and wanted[unit]:
                taken[unit] = hold.purse.capture(hold, wanted[unit], self.now)
        self.end(reserved, "used")
        if reserved.voucher is not None:
            reserved.voucher.used = True
            if reserved.voucher.hold is not None:
                self._spend_whole(reserved.voucher.hold)
        if any(wanted):
            decision = answer["decision_id"]
            self.deeds.append(Deed("spend", reserved.person, decision, wanted, taken=taken))

    def _cannot_capture(
        self, reserved: Reservation, held: list[int], wanted: list[int]
    ) -> str | None:
        if not reserved.is_live(self.now):
            return "reservation_resolved"
        if any(want > have for want, have in zip(wanted, held, strict=True)):
            return "capture_too_large"
        if not any(wanted) and reserved.voucher is None:
            return "capture_too_large"
        if reserved.voucher is not None and reserved.voucher.used:
            return "voucher_unusable"
        return None

    def _spend_whole(self, hold: Hold) -> None:
        hold.purse.capture(hold, hold.amount, self.now)

    @precondition(lambda self: self.reservations)
    @rule(n=NUMBER)
    def release(self, n: int) -> None:
        reserved, key = self.pick(self.reservations, n), self.shop.key()
        answer = self.tell(
            lambda: release_reservation(
                self.club, reservation_id=reserved.number, actor=self.shop.actor, key=key
            ),
            None if reserved.status == "open" else "reservation_resolved",
        )
        if answer is not None:
            self.end(reserved, "released")

    @rule(who=NUMBER, kind=st.sampled_from(["voucher", "product"]))
    def redeem(self, who: int, kind: str) -> None:
        person, key = self.person(who), self.shop.key()
        reward = self.shop.voucher if kind == "voucher" else self.shop.product
        answer = self.tell(
            lambda: redeem_reward(
                self.club,
                member_id=person.number,
                reward_id=reward,
                actor=self.shop.actor,
                key=key,
            ),
            None if self.can_spend(person.purses[0], COST) else "insufficient_balance",
        )
        if answer is None:
            return
        number = answer["redemption_id"]
        rows = fetch("SELECT decision_id FROM program_redemption WHERE id = %s", [number])
        until = midnight_after(self.now, VOUCHER_DAYS)
        hold = person.purses[0].hold(COST, self.now)
        code = answer["voucher_code"]
        self.vouchers.append(Voucher(code, person, kind, until, number, rows[0][0], hold))

    @precondition(lambda self: any(v.hold for v in self.vouchers))
    @rule(n=NUMBER)
    def cancel(self, n: int) -> None:
        ticket = self.pick([v for v in self.vouchers if v.hold], n)
        busy = any(r.voucher is ticket and r.is_live(self.now) for r in self.reservations)
        expected = "redemption_final" if ticket.used or ticket.expires < self.now else None
        key = self.shop.key()
        answer = self.tell(
            lambda: cancel_redemption(
                self.club, redemption_id=ticket.redemption, actor=self.shop.actor, key=key
            ),
            expected or ("voucher_set_aside" if busy else None),
        )
        if answer is not None:
            assert ticket.hold is not None
            ticket.used = True
            ticket.hold.purse.release(ticket.hold, self.now, self.grace)

    @precondition(lambda self: self.vouchers)
    @rule(n=NUMBER)
    def collect(self, n: int) -> None:
        """The product is handed over at the counter."""
        ticket, key = self.pick(self.vouchers, n), self.shop.key()
        who = ticket.person.now.number
        good = ticket.kind == "product" and not ticket.used and ticket.expires > self.now
        answer = self.tell(
            lambda: hand_over(
                self.club,
                voucher_code=ticket.code,
                member_id=who,
                actor=self.shop.actor,
                key=key,
            ),
            None if good else "voucher_unusable",
        )
        if answer is not None:
            assert ticket.hold is not None
            ticket.used = True
            self._spend_whole(ticket.hold)
