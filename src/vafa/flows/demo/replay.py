"""Live the history through the real flows, a few days at a time, judged as of their evening."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random

from vafa.club.actions.members import NewMember
from vafa.club.actor import Actor, system_actor
from vafa.club.reads.members import FoundMember, find_members
from vafa.commerce.reads.purchases import find_receipts
from vafa.flows.demo.heroine import keeps_vouchers, rewards_of_heroine
from vafa.flows.demo.history import Receipt, Stretch
from vafa.flows.demo.people import DEMO_MOBILE
from vafa.flows.demo.shop import Shop
from vafa.flows.demo.spending import HeldVoucher, Purse, points_to_pay, reward_wanted
from vafa.flows.demo.telling import told_by
from vafa.flows.enrolment import enrol_members
from vafa.flows.entries import LineEntry, PurchaseEntry, ReturnEntry
from vafa.flows.purchases import record_purchases
from vafa.flows.redemptions import hand_over, redeem_reward
from vafa.flows.returns import record_returns
from vafa.flows.upkeep import run_upkeep
from vafa.ledger.errors import InsufficientBalance
from vafa.ledger.reads.balances import balances
from vafa.program.models import Voucher

_REASONS = ("سایز یا مدل مناسب نبود", "کالا آسیب دیده بود", "مشتری پشیمان شد", "اشتباه در ثبت")
_SOURCE = "demo"
_EVENING = time(23, 59, 59)


class Replay:
    """The club while its days go by. What was lived before is passed over."""

    def __init__(self, shop: Shop, end: datetime) -> None:
        self.shop = shop
        self.end = end
        self._held: dict[int, list[HeldVoucher]] = {}
        unused = Voucher.objects.filter(club_id=shop.club.id, uses__isnull=True)
        for voucher in unused.order_by("id"):
            held = HeldVoucher(voucher.code, voucher.kind, voucher.min_basket, voucher.expires_at)
            self._held.setdefault(voucher.member_id or 0, []).append(held)

    def live(self, days: Stretch) -> None:
        """Everything that happens in ``days``. Each step may be repeated after an interruption."""
        club = self.shop.club
        evening = min(datetime.combine(days.last, _EVENING, club.tz), self.end)
        if days.begins_week:
            run_upkeep(club, at=club.day_start(days.first))
            self._join(days)
        members = self._visitors(days)
        purses = self._purses(members)
        if not self._was_lived(days):
            self._buy(_dice(days, 0), days, members, purses, evening)
        self._collect(days, members, purses)
        self._bring_back(days, evening)
        self._redeem(_dice(days, 1), days, members, evening)

    def _join(self, days: Stretch) -> None:
        people = [
            NewMember(
                mobile=joining.person.mobile,
                name=joining.person.name,
                gender=joining.person.gender,
                birth_date=joining.person.birth_date,
                branch_id=self.shop.branches[joining.person.home],
                joined_at=joining.at,
                **told_by(joining.person),
            )
            for joining in days.joinings
        ]
        if people:
            enrol_members(self.shop.club, people, actor=system_actor(self.shop.club.id))

    def _visitors(self, days: Stretch) -> dict[str, FoundMember]:
        mobiles = {r.visit.person.mobile for r in days.receipts if r.visit.person}
        found = find_members(self.shop.club.id, [("mobile", m) for m in mobiles])
        return {mobile: member for (_, mobile), member in found.items()}

    def _purses(self, members: dict[str, FoundMember]) -> dict[str, Purse]:
        ids = [member.id for member in members.values()]
        standing = balances(self.shop.club.points_unit_id, ids)
        return {
            mobile: Purse(
                standing[member.id].available + standing[member.id].debt,
                self._held.setdefault(member.id, []),
            )
            for mobile, member in members.items()
        }

    def _was_lived(self, days: Stretch) -> bool:
        receipts = [(self.shop.branches[r.visit.branch], r.number) for r in days.receipts[:1]]
        return bool(find_receipts("purchase", receipts))

    def _buy(
        self,
        rng: Random,
        days: Stretch,
        members: dict[str, FoundMember],
        purses: dict[str, Purse],
        evening: datetime,
    ) -> None:
        entries = []
        for receipt in days.receipts:
            person = receipt.visit.person
            purse = purses[person.mobile] if person else None
            entries.append(self._entry(rng, receipt, purse, members, evening))
        outcomes = record_purchases(self.shop.club, entries, source="demo", at=evening)
        # Points may have expired since the week's upkeep: then she pays the bill with money.
        again = [
            replace(entry, pay_points=0)
            for entry, outcome in zip(entries, outcomes, strict=True)
            if isinstance(outcome.error, InsufficientBalance)
        ]
        outcomes += (
            record_purchases(self.shop.club, again, source="demo", at=evening) if again else []
        )
        for outcome in outcomes:
            if outcome.error is not None and not isinstance(outcome.error, InsufficientBalance):
                raise outcome.error

    def _entry(
        self,
        rng: Random,
        receipt: Receipt,
        purse: Purse | None,
        members: dict[str, FoundMember],
        evening: datetime,
    ) -> PurchaseEntry:
        visit = receipt.visit
        person = visit.person
        points, code = 0, ""
        if person is not None and purse is not None:
            keeps = rng.random() < 0.3 or keeps_vouchers(person, visit.at, self.end)
            voucher = None if keeps else purse.take("voucher", visit.total, evening)
            if voucher is not None:
                code = voucher.code
            else:
                points = points_to_pay(rng, person, purse, visit.total)
                purse.available -= points
        return PurchaseEntry(
            actor=self._actor(visit.branch),
            branch=self.shop.branches[visit.branch],
            total=visit.total,
            member=("id", str(members[person.mobile].id)) if person else None,
            lines=tuple(
                LineEntry(line.amount, line.good.sku, "", line.quantity) for line in visit.lines
            ),
            receipt_no=receipt.number,
            purchased_at=visit.at,
            channel=visit.channel,
            pay_points=points,
            voucher=code,
        )

    def _collect(
        self, days: Stretch, members: dict[str, FoundMember], purses: dict[str, Purse]
    ) -> None:
        """Members who redeemed a product get it at their next visit to a store."""
        for visit in (receipt.visit for receipt in days.receipts):
            if visit.person is None or visit.branch == "online":
                continue
            held = purses[visit.person.mobile].take("product", 0, visit.at)
            if held is not None:
                member = members[visit.person.mobile]
                actor = self._actor(visit.branch)
                done = hand_over(
                    self.shop.club,
                    voucher_code=held.code,
                    member_id=member.id,
                    actor=actor,
                    at=visit.at,
                )
                if done.error is not None:
                    raise done.error

    def _bring_back(self, days: Stretch, evening: datetime) -> None:
        entries = [
            ReturnEntry(
                actor=self._actor(receipt.visit.branch),
                branch=self.shop.branches[receipt.visit.branch],
                purchase_receipt=receipt.number,
                lines=tuple(
                    (number, line.back, None)
                    for number, line in enumerate(receipt.visit.lines, 1)
                    if line.back
                ),
                returned_at=min(receipt.visit.returned_at or evening, evening),
                reason=_REASONS[int(receipt.number) % len(_REASONS)],
                key=f"demo-return-{receipt.number}",
            )
            for receipt in days.returns
        ]
        for outcome in record_returns(self.shop.club, entries, source=_SOURCE) if entries else ():
            if outcome.error is not None:
                raise outcome.error

    def _redeem(
        self, rng: Random, days: Stretch, members: dict[str, FoundMember], evening: datetime
    ) -> None:
        unit = self.shop.club.points_unit_id
        standing = balances(unit, [member.id for member in members.values()])
        for visit in (receipt.visit for receipt in days.receipts):
            if visit.person is None or visit.person.mobile not in members:
                continue
            member = members.pop(visit.person.mobile)
            now = standing[member.id]
            reward = reward_wanted(rng, visit.person, now.available + now.debt)
            if reward is not None:
                at = min(visit.at + timedelta(minutes=rng.randint(3, 300)), evening)
                self._take(member, reward.name, at)
        today = self.shop.club.local_date(self.end)
        for reward in rewards_of_heroine(days.first, days.last, today):
            found = find_members(self.shop.club.id, [("mobile", DEMO_MOBILE)])
            self._take(found[("mobile", DEMO_MOBILE)], reward.name, evening)

    def _take(self, member: FoundMember, name: str, at: datetime) -> None:
        outcome = redeem_reward(
            self.shop.club,
            member_id=member.id,
            reward_id=self.shop.rewards[name].id,
            actor=Actor("member", member.id, self.shop.club.id),
            key=f"demo-redeem-{member.id}-{at.date()}",
            at=at,
        )
        if outcome.status != "recorded":
            return
        answer = outcome.answer
        held = HeldVoucher(
            answer["voucher_code"],
            answer["kind"],
            answer["min_basket"],
            datetime.fromisoformat(answer["expires_at"]),
        )
        self._held.setdefault(member.id, []).append(held)

    def _actor(self, branch: str) -> Actor:
        return self.shop.cashiers[branch]


def _dice(days: Stretch, step: int) -> Random:
    """Chance that falls the same way when a step is repeated."""
    return Random(days.last.toordinal() * 2 + step)  # noqa: S311  # a story that repeats itself
