"""The state of one batch of purchases while it is recorded, and how its entries are resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from vafa.club.errors import InactiveMember, UnknownBranch, UnknownMember
from vafa.club.reads.branches import FoundBranch, branches_query
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import FoundMember, MemberRef, members_query
from vafa.commerce.errors import ReceiptReused
from vafa.commerce.reads.purchases import (
    FoundProduct,
    KnownReceipt,
    Receipt,
    products_query,
)
from vafa.core.db import ask_together, by_index
from vafa.core.errors import DomainError
from vafa.core.idempotency import Key, Name, NewAnswer, answers_query, hash_input
from vafa.core.ids import next_ids
from vafa.flows.deeds import Closed
from vafa.flows.earlier_revisions import judging_program
from vafa.flows.entries import (
    OLDEST,
    LineEntry,
    Outcome,
    PurchaseEntry,
    check_purchase,
    entry_key,
    refused,
)
from vafa.flows.member_facts import Asking, MemberFacts
from vafa.flows.repeats import answer_to_keep, same_again, stored_outcomes
from vafa.ledger.actions.writing import Wallets
from vafa.ledger.rules.state import HoldState, Taken
from vafa.program.actions.counters import Counters, Place
from vafa.program.actions.decisions import NewDecision
from vafa.program.actions.happenings import NewHappening
from vafa.program.actions.reservations import OpenReservation
from vafa.program.actions.vouchers import LockedVoucher, NewUse
from vafa.program.reads.revisions import LiveProgram, live_query
from vafa.program.reads.tier_facts import TierAsk
from vafa.program.reads.tier_segments import closed_in
from vafa.program.rules.best_total import Applied
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.facts import PurchaseFacts
from vafa.program.rules.tiers import TierFact, tier_at

_OPEN = Outcome("open")
NO_PROGRAM = LiveProgram(0, Program())  # until the entries are resolved


@dataclass(slots=True)
class Item:
    """One entry on its way: resolved references first, then what was decided.

    ``pay_points``, ``pay_credit`` and ``vouchers`` are what the entry named, or all of its
    reservation where it named none of them. ``tier`` is the code of what she has just before,
    ``facts`` are what the rules saw.
    """

    entry: PurchaseEntry
    outcome: Outcome = field(default_factory=lambda: _OPEN)
    key: Key | None = None
    same_as: Item | None = None
    branch_id: int = 0
    merchant_id: int = 0
    channel: str = ""
    member: FoundMember | None = None
    lines: Sequence[LineEntry] = ()
    products: Sequence[FoundProduct | None] = ()
    receipt_no: str = ""
    content_hash: str = ""
    purchased_at: datetime = OLDEST
    day: date = date.min
    tier_facts: Sequence[TierFact] = ()
    tier: str | None = None
    facts: PurchaseFacts | None = None
    purchase_id: int = 0
    line_ids: Sequence[int] = ()
    paid_by_points: int = 0
    paid_by_credit: int = 0
    discount: int = 0
    pay_points: int = 0
    pay_credit: int = 0
    vouchers: Sequence[str] = ()
    applied: Sequence[Applied] = ()
    discount_shares: Sequence[int] = ()  # by line
    reservation: OpenReservation | None = None
    voucher_uses: list[NewUse] = field(default_factory=list)

    @property
    def recorded(self) -> bool:
        return self.outcome.status == "recorded"

    @property
    def member_id(self) -> int:
        assert self.member is not None
        return self.member.id

    @property
    def holder(self) -> int:
        """The ledger's number of the wallet that the member uses."""
        assert self.member is not None
        return self.member.holder

    def refuse(self, error: DomainError) -> None:
        self.outcome = refused(error)

    def pay_with(self, reservation: OpenReservation | None) -> None:
        """Settle what pays, now that the reservation is known."""
        entry, self.reservation = self.entry, reservation
        self.pay_points, self.pay_credit = entry.pay_points, entry.pay_credit
        self.vouchers = entry.codes
        if reservation and not (self.pay_points or self.pay_credit or self.vouchers):
            self.pay_points, self.pay_credit = reservation.points, reservation.credit
            self.vouchers = (reservation.voucher_code,) if reservation.voucher_code else ()


@dataclass(slots=True)
class PurchaseWork:
    """A batch: its club, time, program, locks, and everything that will be written."""

    club: ClubContext
    items: Sequence[Item]
    now: datetime
    source: str
    grant_points: bool = True
    live: LiveProgram = NO_PROGRAM
    wallets: Wallets | None = None
    counters: Counters | None = None  # where the rules have limits
    member_facts: MemberFacts | None = None  # where the rules ask for them
    closed: Closed | None = None  # where the rules give what may be gone
    vouchers: dict[str, LockedVoucher] = field(default_factory=dict)
    holds: dict[int, HoldState] = field(default_factory=dict)  # by the decision of the reward
    reserved_holds: dict[int, list[HoldState]] = field(default_factory=dict)
    taken: dict[int, list[Taken]] = field(default_factory=dict)  # by the reserving transfer
    decisions: list[NewDecision] = field(default_factory=list)
    happenings: list[NewHappening] = field(default_factory=list)
    tier_facts: dict[int, list[TierFact]] = field(default_factory=dict)  # of this batch

    def open_items(self) -> list[Item]:
        """Entries that nothing speaks against so far."""
        return [item for item in self.items if item.outcome is _OPEN and item.same_as is None]

    def tier_asks(self, items: Sequence[Item]) -> list[TierAsk]:
        """Whose tier is needed, and when."""
        return [TierAsk(item.member_id, item.purchased_at) for item in items]

    def tier_of(self, item: Item) -> Tier | None:
        """The tier of the entry's member at its moment, with what this batch did before it."""
        facts = [*item.tier_facts, *self.tier_facts.get(item.member_id, ())]
        program, known = self.live.program, self.member_facts
        closed = closed_in(program, known.segments_of(item.member_id) if known else ())
        return tier_at(program, facts, item.purchased_at, self.club.dates, closed)

    def count_for_tier(self, item: Item, points: int) -> None:
        """The entry is recorded and gave so many tier points: what follows sees it."""
        amounts = {"points": points, "spend": item.entry.total, "visits": 1, "attribute": 0}
        fact = TierFact(item.purchased_at, amounts[self.live.program.tier_terms.basis])
        self.tier_facts.setdefault(item.member_id, []).append(fact)

    def asking(self, item: Item) -> Asking:
        """Of whom and as of when the rules ask."""
        return Asking(item.member_id, item.purchased_at)

    def shut_for(self, item: Item) -> frozenset[str]:
        """What the rules cannot give to the entry's member (any more)."""
        return self.closed.of(item.member_id, item.day) if self.closed else frozenset()

    def place_of(self, item: Item) -> Place:
        """For whom, where and when the entry counts for limits."""
        club = self.club
        merchant = item.merchant_id
        return Place(item.member_id, item.holder, item.branch_id, item.day, club.calendar, merchant)

    def answers(self) -> list[NewAnswer]:
        """Keys to store: what was recorded, and refusals that are final."""
        out: list[NewAnswer] = []
        for item in self.items:
            if item.key is None or item.same_as is not None:
                continue
            kept = answer_to_keep(item.key, item.outcome, {"purchase_id": item.purchase_id})
            if kept is not None:
                out.append(kept)
        return out


def resolve(work: PurchaseWork, *, look_for_repeats: bool = True, for_judging: bool = True) -> None:
    """Check each entry, answer repeated keys, and find what the rest refers to.

    Everything that does not depend on another answer is asked together. Raises NoLiveProgram, and
    MixedRevisions where entries of the batch are judged by different ones.
    """
    for item in work.items:
        item.purchased_at = item.entry.purchased_at or work.now
        item.day = work.club.local_date(item.purchased_at)
        item.lines = item.entry.lines or (LineEntry(item.entry.total),)
        _check(work, item)
    first = _first_of_each_key(work) if look_for_repeats else {}
    items, club_id = work.open_items(), work.club.id
    _, work.live, stored, branches, members, products = ask_together(
        by_index(len(work.items)),
        live_query(club_id),
        answers_query(club_id, [i.key for i in first.values() if i.key is not None]),
        branches_query(club_id, [item.entry.branch for item in items]),
        members_query(club_id, [i.entry.member for i in items if i.entry.member is not None]),
        products_query(club_id, {line.sku for i in items for line in i.lines if line.sku}),
    )
    if for_judging:
        moments = [item.purchased_at for item in work.items]
        work.live = judging_program(club_id, work.live, moments)
    keys = [item.key for item in first.values() if item.key is not None]
    for name, outcome in stored_outcomes(club_id, keys, stored).items():
        first[name].outcome = outcome
    for item in work.open_items():
        _place(item, branches)
        _recognise(item, members)
        item.products = [products.get(line.sku) for line in item.lines]
    _number(work)


def copy_repeats(work: PurchaseWork) -> None:
    """Entries that repeat another of the same batch get its answer."""
    for item in work.items:
        if item.same_as is not None:
            by_key = item.key is not None and item.key == item.same_as.key
            item.outcome = same_again(item.same_as.outcome, by_key=by_key)


def _check(work: PurchaseWork, item: Item) -> None:
    try:
        check_purchase(item.entry, work.now)
    except DomainError as error:
        item.refuse(error)


def _first_of_each_key(work: PurchaseWork) -> dict[Name, Item]:
    """The first entry of each key; later ones of the batch repeat it or misuse its key."""
    first: dict[Name, Item] = {}
    for item in work.open_items():
        key = item.key = entry_key(item.entry, "purchase")
        if key is None:
            continue
        earlier = first.setdefault(key.name, item)
        if earlier is item:
            continue
        assert earlier.key is not None
        reused = key.reused(earlier.key.asked_hash, earlier.key.asked_marks)
        if reused is None:
            item.same_as = earlier
        else:
            item.refuse(reused)
    return first


def _place(item: Item, branches: dict[int | str, FoundBranch]) -> None:
    branch = branches.get(item.entry.branch)
    if branch is None or not branch.is_active or not item.entry.actor.may_use_branch(branch.id):
        item.refuse(UnknownBranch())
        return
    item.branch_id, item.merchant_id = branch.id, branch.merchant_id
    item.channel = item.entry.channel or ("online" if branch.kind == "online" else "store")


def _recognise(item: Item, members: dict[MemberRef, FoundMember]) -> None:
    if item.entry.member is None or item.outcome is not _OPEN:
        return
    member = members.get(item.entry.member)
    if member is None:
        item.refuse(UnknownMember())
    elif not member.is_active:
        item.refuse(InactiveMember())
    else:
        item.member = member


def _number(work: PurchaseWork) -> None:
    items = work.open_items()
    ids = next_ids("commerce_purchase", len(items))
    line_ids = iter(next_ids("commerce_purchaseline", sum(len(i.lines) for i in items)))
    for item, number in zip(items, ids, strict=True):
        entry = item.entry
        item.purchase_id = number
        item.line_ids = [next(line_ids) for _ in item.lines]
        item.receipt_no = entry.receipt_no or f"V{number}"
        item.content_hash = hash_input(
            [
                item.member.id if item.member else None,
                entry.total,
                [_content(line) for line in item.lines],
                entry.purchased_at,
                entry.pay_points,
                entry.voucher,
                *(("vouchers", *entry.vouchers) if entry.vouchers else ()),
                *(("credit", entry.pay_credit) if entry.pay_credit else ()),
                *(("reservation", entry.reservation) if entry.reservation is not None else ()),
            ]
        )


def _content(line: LineEntry) -> list[int | str]:
    said: list[int | str] = [line.amount, line.sku, line.quantity]
    return [*said, line.kind] if line.kind else said


def first_of_each_receipt(work: PurchaseWork) -> dict[Receipt, Item]:
    """The first entry of each receipt; later ones of the batch repeat it or misuse its number."""
    first: dict[Receipt, Item] = {}
    for item in work.open_items():
        if not item.entry.receipt_no:
            continue
        earlier = first.setdefault((item.branch_id, item.receipt_no), item)
        if earlier is item:
            continue
        if earlier.content_hash == item.content_hash:
            item.same_as = earlier
        else:
            item.refuse(ReceiptReused(receipt_no=item.receipt_no))
    return first


def answer_known_receipts(first: dict[Receipt, Item], known: dict[Receipt, KnownReceipt]) -> None:
    """Entries whose receipt is there already get its purchase, or are refused."""
    for receipt, found in known.items():
        item = first[receipt]
        if found.content_hash == item.content_hash:
            answer = {"purchase_id": found.purchase_id, "receipt_no": item.receipt_no}
            item.outcome = Outcome("repeated", answer)
        else:
            item.refuse(ReceiptReused(receipt_no=item.receipt_no))
