"""The state of one batch of purchases while it is recorded, and how its entries are resolved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

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
from vafa.core.db import ask_together
from vafa.core.errors import DomainError, StoredRefusal
from vafa.core.idempotency import Key, KeyReused, StoredAnswer, answers_query, hash_input
from vafa.core.ids import next_ids
from vafa.flows.entries import (
    OLDEST,
    LineEntry,
    Outcome,
    PurchaseEntry,
    check_purchase,
    entry_key,
    refused,
)
from vafa.ledger.actions.wallets import Wallets
from vafa.program.actions.decisions import NewDecision
from vafa.program.actions.vouchers import LockedVoucher, NewUse
from vafa.program.reads.facts import TierWindow
from vafa.program.reads.revisions import LiveProgram, live_query
from vafa.program.rules.document import Program
from vafa.program.rules.terms import tier_window_start

_OPEN = Outcome("open")
NO_PROGRAM = LiveProgram(0, Program())  # until the entries are resolved


@dataclass(slots=True)
class Item:
    """One entry on its way: resolved references first, then what was decided."""

    entry: PurchaseEntry
    outcome: Outcome = field(default_factory=lambda: _OPEN)
    key: Key | None = None
    same_as: Item | None = None
    branch_id: int = 0
    channel: str = ""
    member: FoundMember | None = None
    lines: Sequence[LineEntry] = ()
    products: Sequence[FoundProduct | None] = ()
    receipt_no: str = ""
    content_hash: str = ""
    purchased_at: datetime = OLDEST
    day: date = date.min
    tier_points: int = 0
    purchase_id: int = 0
    line_ids: Sequence[int] = ()
    paid_by_points: int = 0
    discount: int = 0
    voucher_use: NewUse | None = None

    @property
    def recorded(self) -> bool:
        return self.outcome.status == "recorded"

    @property
    def member_id(self) -> int:
        assert self.member is not None
        return self.member.id

    def refuse(self, error: DomainError) -> None:
        self.outcome = refused(error)


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
    vouchers: dict[str, LockedVoucher] = field(default_factory=dict)
    decisions: list[NewDecision] = field(default_factory=list)
    granted: dict[int, list[tuple[datetime, int]]] = field(default_factory=dict)

    def open_items(self) -> list[Item]:
        """Entries that nothing speaks against so far."""
        return [item for item in self.items if item.outcome is _OPEN and item.same_as is None]

    def read_tier_points(
        self, items: Sequence[Item], read: Callable[[Sequence[TierWindow]], list[int]]
    ) -> None:
        """Fill in what each entry's member had earned in her tier window at that time."""
        windows = []
        for item in items:
            since = tier_window_start(item.day, self.club.calendar, self.club.zone)
            windows.append(TierWindow(item.member_id, since, item.purchased_at))
        for item, points in zip(items, read(windows), strict=True):
            item.tier_points = points

    def tier_points_of(self, item: Item) -> int:
        """Tier points of the entry's member, with what this batch granted her before it."""
        earlier = self.granted.get(item.member_id)
        if not earlier:
            return item.tier_points
        since = tier_window_start(item.day, self.club.calendar, self.club.zone)
        return item.tier_points + sum(n for at, n in earlier if since <= at <= item.purchased_at)

    def answers(self) -> list[tuple[Key, int, Any]]:
        """Keys to store: what was recorded, and refusals that are final."""
        out: list[tuple[Key, int, Any]] = []
        for item in self.items:
            if item.key is None or item.same_as is not None:
                continue
            error = item.outcome.error
            if item.recorded:
                out.append((item.key, 201, item.outcome.answer))
            elif error is not None and error.final and not isinstance(error, StoredRefusal):
                out.append((item.key, error.status, StoredRefusal.stored_form(error)))
        return out


def resolve(work: PurchaseWork, *, look_for_repeats: bool = True) -> None:
    """Check each entry, answer repeated keys, and find what the rest refers to.

    Everything that does not depend on another answer is asked together. Raises NoLiveProgram.
    """
    for item in work.items:
        item.purchased_at = item.entry.purchased_at or work.now
        item.day = work.club.local_date(item.purchased_at)
        item.lines = item.entry.lines or (LineEntry(item.entry.total),)
        _check(work, item)
    first = _first_of_each_key(work) if look_for_repeats else {}
    items, club_id = work.open_items(), work.club.id
    work.live, stored, branches, members, products = ask_together(
        live_query(club_id),
        answers_query(club_id, [i.key for i in first.values() if i.key is not None]),
        branches_query(club_id, [item.entry.branch for item in items]),
        members_query(club_id, [i.entry.member for i in items if i.entry.member is not None]),
        products_query(club_id, {line.sku for i in items for line in i.lines if line.sku}),
    )
    _answer_stored_keys(first, stored)
    for item in work.open_items():
        _place(item, branches)
        _recognise(item, members)
        item.products = [products.get(line.sku) for line in item.lines]
    _number(work)


def copy_repeats(work: PurchaseWork) -> None:
    """Entries that repeat another of the same batch get its answer."""
    for item in work.items:
        if item.same_as is not None:
            item.outcome = _again(item.same_as.outcome)


def stored_outcome(key: Key, stored: StoredAnswer) -> Outcome:
    """The outcome of a key that was answered before."""
    if stored.input_hash != key.input_hash:
        return refused(KeyReused())
    if stored.status >= 400:
        return refused(StoredRefusal(**stored.answer))
    return Outcome("repeated", stored.answer)


def _again(outcome: Outcome) -> Outcome:
    return Outcome("repeated", outcome.answer) if outcome.status == "recorded" else outcome


def _check(work: PurchaseWork, item: Item) -> None:
    try:
        check_purchase(item.entry, work.now)
    except DomainError as error:
        item.refuse(error)


def _first_of_each_key(work: PurchaseWork) -> dict[tuple[str, str, str], Item]:
    """The first entry of each key; later ones of the batch repeat it or misuse its key."""
    first: dict[tuple[str, str, str], Item] = {}
    for item in work.open_items():
        key = item.key = entry_key(item.entry, "purchase")
        if key is None:
            continue
        earlier = first.setdefault((key.client, key.operation, key.key), item)
        if earlier is item:
            continue
        if earlier.key is not None and earlier.key.input_hash == key.input_hash:
            item.same_as = earlier
        else:
            item.refuse(KeyReused())
    return first


def _answer_stored_keys(
    first: dict[tuple[str, str, str], Item], stored: dict[tuple[str, str, str], StoredAnswer]
) -> None:
    for name, answer in stored.items():
        item = first[name]
        if item.key is not None:
            item.outcome = stored_outcome(item.key, answer)


def _place(item: Item, branches: dict[int | str, FoundBranch]) -> None:
    branch = branches.get(item.entry.branch)
    if branch is None or not branch.is_active or not item.entry.actor.may_use_branch(branch.id):
        item.refuse(UnknownBranch())
        return
    item.branch_id = branch.id
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
                [[line.amount, line.sku, line.quantity] for line in item.lines],
                entry.purchased_at,
                entry.pay_points,
                entry.voucher,
            ]
        )


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
