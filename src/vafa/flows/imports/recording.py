"""Record one batch of bills: customers become members, sales purchases, cancellations returns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from django.db import transaction

from vafa.club.actions.attributes import add_attributes
from vafa.club.actor import Actor, import_actor
from vafa.club.reads.context import ClubContext
from vafa.club.rules.attributes import Stored
from vafa.commerce.actions.products import NewProduct, upsert_products
from vafa.commerce.errors import ReceiptReused
from vafa.commerce.reads.purchases import Receipt, find_receipts
from vafa.commerce.reads.sold_lines import returned_totals, sold_lines
from vafa.core.errors import DomainError
from vafa.core.text import search_key
from vafa.flows.entries import LineEntry, Outcome, PurchaseEntry, ReturnEntry, check_purchase
from vafa.flows.imports.bills import Deed, deed_of
from vafa.flows.imports.cancellations import SoldStock, Undone
from vafa.flows.imports.members import Members
from vafa.flows.imports.plan import Plan
from vafa.flows.imports.renumbering import renumber, undone_labels
from vafa.flows.imports.staging import Bill, Staging
from vafa.flows.imports.summary import Count, Summary
from vafa.flows.purchases import record_purchases, rehearse_purchases
from vafa.flows.returns import record_returns
from vafa.ledger.errors import LedgerFrozen
from vafa.ledger.reads.verifications import frozen_since

SOURCE = "import"


@dataclass(slots=True)
class Recorder:
    """Records the bills of one file, batch after batch, and keeps the account of it."""

    club: ClubContext
    plan: Plan
    staging: Staging
    summary: Summary
    now: datetime
    grant_points: bool
    language: str
    data_import: int = 0
    _skus: set[str] = field(default_factory=set)
    _has_lines: bool = field(init=False)
    _undone: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self._undone = undone_labels(self.club.id)
        columns = self.plan.columns
        self._has_lines = columns.by_lines or columns.has("sku") or columns.has("product")

    def record(self, bills: Sequence[Bill]) -> None:
        """Record ``bills``, which are in order of time. Each succeeds or is refused on its own."""
        deeds = renumber(self._accepted(bills), self._undone)
        known = self._known_receipts(deeds)
        members = Members(self.club, [deed.customer for deed in deeds], self.data_import)
        new = [deed for deed in deeds if deed.place not in known]
        if self.summary.dry_run:
            self._count_newcomers(new, members)
            self._rehearse(deeds, known, members)
            return
        if self.grant_points and frozen_since(self.club.book_id) is not None:
            raise LedgerFrozen
        arrivals = [(d.customer, d.bill.branch, d.bill.at) for d in new if d.customer.refs]
        joined, welcome = members.enrol(arrivals, self._actor, welcome=self.grant_points)
        self.summary.members += joined
        self.summary.points += welcome
        self._make_products(new)
        self._note_attributes(new, members)
        for sales, cancellations in rounds(deeds, members):
            self._sell(sales, members)
            self._undo([d for d in cancellations if d.place not in known], members)
        self._answer_known([d for d in deeds if d.undoes and d.place in known], known)

    @property
    def _actor(self) -> Actor:
        return import_actor(self.club.id, self.data_import)

    def _accepted(self, bills: Sequence[Bill]) -> list[Deed]:
        """The bills that are in themselves right; the others are refused."""
        deeds = []
        for bill in bills:
            count = self.summary.sales if bill.amount > 0 else self.summary.cancellations
            if bill.amount:
                count.add(abs(bill.amount))
            try:
                deed = deed_of(bill, self.plan.columns)
                if not deed.undoes:
                    check_purchase(self._purchase(deed, None), self.now)
                deeds.append(deed)
            except DomainError as error:
                self._refuse(bill, error)
        return deeds

    def _known_receipts(self, deeds: Sequence[Deed]) -> dict[tuple[bool, Receipt], int]:
        """Receipt numbers that are taken: for returns with what came back under them."""
        sales = [d.receipt for d in deeds if not d.undoes]
        known = {(False, receipt): 0 for receipt in find_receipts("purchase", sales)}
        undone = [d for d in deeds if d.undoes]
        known |= {(True, r): 0 for r in find_receipts("return", [d.receipt for d in undone])}
        totals = returned_totals(self.club.id, [(*d.receipt, d.at) for d in undone])
        return known | {(True, receipt): total for receipt, total in totals.items()}

    def _note_attributes(self, deeds: Sequence[Deed], members: Members) -> None:
        """What the rows say of the members beside; of two rows the later one counts."""
        known: dict[int, dict[str, Stored]] = {}
        for deed in deeds:
            said = [line.attributes for line in deed.bill.lines if line.attributes]
            number = members.number(deed.customer) if said else None
            if number is not None:
                for text in said:
                    known.setdefault(number, {}).update(orjson.loads(text))
        add_attributes(known)

    def _make_products(self, deeds: Sequence[Deed]) -> None:
        """Products of the sold lines, as their first sale describes them."""
        new: dict[str, NewProduct] = {}
        for deed in deeds:
            for line in deed.bill.lines:
                if not line.sku or line.sku in self._skus or line.sku in new or line.amount <= 0:
                    continue
                price = line.amount * 1000 // line.quantity
                category = line.category
                code = search_key(category)[:40]
                name = line.product or line.sku
                new[line.sku] = NewProduct(
                    line.sku, name, code, category if code else "", price, line.brand
                )
        if new:
            with transaction.atomic(durable=True):
                self.summary.products += upsert_products(
                    self.club.id, list(new.values()), data_import=self.data_import
                )
        if len(self._skus) > 100_000:
            self._skus.clear()
        self._skus.update(new)

    def _sell(self, deeds: Sequence[Deed], members: Members) -> None:
        if not deeds:
            return
        entries = [self._purchase(d, members.number(d.customer)) for d in deeds]
        outcomes = record_purchases(
            self.club, entries, source=SOURCE, grant_points=self.grant_points
        )
        for deed, outcome in zip(deeds, outcomes, strict=True):
            self._account_sale(deed, outcome)

    def _account_sale(self, deed: Deed, outcome: Outcome) -> None:
        if outcome.error is not None:
            self._refuse(deed.bill, outcome.error)
        elif outcome.status == "repeated":
            self.summary.purchases_repeated.add(deed.bill.amount)
        else:
            self.summary.purchases.add(deed.bill.amount)
            self.summary.points += outcome.answer.get("points", 0)

    def _purchase(self, deed: Deed, member: int | None) -> PurchaseEntry:
        lines: tuple[LineEntry, ...] = ()
        if self._has_lines:
            lines = tuple(
                LineEntry(line.amount, line.sku, line.product, line.quantity)
                for line in deed.bill.lines
            )
        return PurchaseEntry(
            actor=self._actor,
            branch=deed.bill.branch,
            total=deed.total,
            member=("id", str(member)) if member is not None else None,
            lines=lines,
            receipt_no=deed.receipt[1],
            purchased_at=deed.at,
            payment=next((line.payment for line in deed.bill.lines if line.payment), ""),
            payment_card=next((line.card for line in deed.bill.lines if line.card), ""),
        )

    def _undo(self, deeds: Sequence[Deed], members: Members) -> None:
        if not deeds:
            return
        numbers = [members.number(d.customer) for d in deeds]
        wanted = [
            (number, line.sku)
            for number, deed in zip(numbers, deeds, strict=True)
            if number is not None
            for line in deed.bill.lines
            if line.sku
        ]
        stock = SoldStock(sold_lines(self.club.id, wanted))
        entries: list[tuple[Deed, ReturnEntry]] = []
        for number, deed in zip(numbers, deeds, strict=True):
            undone = stock.undo(number, deed.bill.lines, deed.at)
            entries += [(deed, entry) for entry in self._returns(deed, undone, number)]
        outcomes = record_returns(self.club, [entry for _, entry in entries], source=SOURCE)
        self._account_returns(deeds, entries, outcomes)

    def _returns(self, deed: Deed, undone: Undone, member: int | None) -> list[ReturnEntry]:
        """One return for each purchase, and one for what belongs to none."""
        parts: list[tuple[int | None, dict[int, tuple[int, int]]]] = list(undone.purchases.items())
        if undone.rest:
            parts.append((None, {}))
        branch, receipt = deed.receipt
        return [
            ReturnEntry(
                actor=self._actor,
                branch=branch,
                purchase_id=purchase,
                lines=tuple((number, *taken) for number, taken in sorted(lines.items())),
                amount=undone.rest if purchase is None else None,
                stand_alone=purchase is None,
                member=("id", str(member)) if purchase is None and member is not None else None,
                receipt_no=receipt if place == 1 else f"{receipt}/{place}",
                returned_at=deed.at,
            )
            for place, (purchase, lines) in enumerate(parts, 1)
        ]

    def _account_returns(
        self,
        deeds: Sequence[Deed],
        entries: Sequence[tuple[Deed, ReturnEntry]],
        outcomes: Sequence[Outcome],
    ) -> None:
        summary = self.summary
        recorded: defaultdict[Receipt, int] = defaultdict(int)
        errors: dict[Receipt, DomainError] = {}
        for (deed, entry), outcome in zip(entries, outcomes, strict=True):
            if outcome.error is not None:
                errors[deed.receipt] = outcome.error
                continue
            total = outcome.answer["total"]
            recorded[deed.receipt] += total
            (summary.alone if entry.stand_alone else summary.linked).add(total)
            summary.points -= outcome.answer["points_taken"]
        for deed in deeds:
            done = recorded[deed.receipt]
            if done:
                summary.returns.add(done)
            if deed.receipt in errors:
                self._refuse_rows(deed.bill, errors[deed.receipt])
                summary.returns_refused.amount += -deed.bill.amount - done
                summary.returns_refused.bills += 0 if done else 1

    def _answer_known(self, deeds: Sequence[Deed], known: dict[tuple[bool, Receipt], int]) -> None:
        """Cancellations whose receipt is there already: the same, or another under its number."""
        for deed in deeds:
            if known[deed.place] == -deed.bill.amount:
                self.summary.returns_repeated.add(-deed.bill.amount)
            else:
                self._refuse(deed.bill, ReceiptReused(receipt_no=deed.receipt[1]))

    def _rehearse(
        self,
        deeds: Sequence[Deed],
        known: dict[tuple[bool, Receipt], int],
        members: Members,
    ) -> None:
        """A dry run: everything is checked as if recorded, and nothing is written."""
        sales = [d for d in deeds if not d.undoes]
        entries = [self._purchase(d, members.number(d.customer)) for d in sales]
        outcomes = rehearse_purchases(self.club, entries, at=self.now)
        for deed, outcome in zip(sales, outcomes, strict=True):
            self._account_sale(deed, outcome)
        undone = [d for d in deeds if d.undoes]
        self._answer_known([d for d in undone if d.place in known], known)
        for deed in undone:
            if deed.place not in known:
                self.summary.returns.add(-deed.bill.amount)

    def _count_newcomers(self, deeds: Sequence[Deed], members: Members) -> None:
        strangers = [d.customer for d in deeds if members.number(d.customer) is None]
        keys = [":".join(c.refs[0]) for c in strangers if c.refs]
        self.summary.members += self.staging.count_new(keys)

    def _refuse(self, bill: Bill, error: DomainError) -> None:
        count: Count = self.summary.purchases_refused
        if bill.amount < 0:
            count = self.summary.returns_refused
        if bill.amount:
            count.add(abs(bill.amount))
        self._refuse_rows(bill, error)

    def _refuse_rows(self, bill: Bill, error: DomainError) -> None:
        reason = error.message(self.language)
        self.staging.refuse((line.line, 0, "", reason) for line in bill.lines)


def rounds(deeds: Sequence[Deed], members: Members) -> list[tuple[list[Deed], list[Deed]]]:
    """The batch as rounds of sales and then cancellations, so that each member's own happenings
    keep their order with few batches: points and tiers depend on nothing else.
    """
    out: list[tuple[list[Deed], list[Deed]]] = []
    round_of: dict[int, int] = {}
    undone: set[tuple[int, int]] = set()
    for deed in deeds:
        member = members.number(deed.customer)
        place = 0
        if member is not None:
            place = round_of.get(member, 0)
            if not deed.undoes and (member, place) in undone:
                place += 1
            round_of[member] = place
            if deed.undoes:
                undone.add((member, place))
        while len(out) <= place:
            out.append(([], []))
        out[place][1 if deed.undoes else 0].append(deed)
    return out
