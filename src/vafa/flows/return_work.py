"""The state of one batch of returns while it is recorded, and how its entries are resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from vafa.club.errors import UnknownBranch, UnknownMember
from vafa.club.reads.branches import find_branches
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import FoundMember, Wallet, find_members
from vafa.commerce.errors import (
    ReceiptReused,
    ReturnedBeforeBought,
    ReturnTooLarge,
    UnknownPurchase,
)
from vafa.commerce.reads.purchases import find_receipts
from vafa.commerce.reads.returns import LineState, PurchaseState, read_purchases
from vafa.core.errors import DomainError, InvalidInput
from vafa.core.idempotency import Key, Name, NewAnswer, find_answers, hash_input
from vafa.core.ids import next_ids
from vafa.flows.entries import (
    CLOCK_SKEW,
    OLDEST,
    Outcome,
    ReturnEntry,
    check_return,
    entry_key,
    refused,
)
from vafa.flows.repeats import answer_to_keep, same_again, stored_outcomes
from vafa.ledger.actions.writing import Wallets
from vafa.ledger.rules.state import Taken
from vafa.program.actions.decisions import NewDecision
from vafa.program.actions.deeds import NewChances
from vafa.program.actions.vouchers import LockedVoucher, NewUse
from vafa.program.reads.deeds import GivenChances
from vafa.program.reads.undo import Undoable
from vafa.program.reads.voucher_uses import BillUse
from vafa.program.rules.shares import spread
from vafa.program.rules.undoing import LineProgress

_OPEN = Outcome("open")


@dataclass(slots=True)
class Back:
    """What comes back of one line now: quantity in thousandths, amount."""

    line: LineState | None
    quantity: int
    amount: int


@dataclass(slots=True)
class ReturnItem:
    """One return on its way."""

    entry: ReturnEntry
    outcome: Outcome = field(default_factory=lambda: _OPEN)
    key: Key | None = None
    same_as: ReturnItem | None = None
    branch_id: int = 0
    purchase: PurchaseState | None = None
    member: FoundMember | None = None
    return_id: int = 0
    receipt_no: str = ""
    content_hash: str = ""
    returned_at: datetime = OLDEST
    back: list[Back] = field(default_factory=list)
    progress: dict[int, LineProgress] = field(default_factory=dict)  # by line, with this return

    @property
    def recorded(self) -> bool:
        return self.outcome.status == "recorded"

    @property
    def total(self) -> int:
        return sum(b.amount for b in self.back)

    @property
    def member_id(self) -> int | None:
        if self.purchase is not None:
            return self.purchase.member_id
        return self.member.id if self.member else None

    def refuse(self, error: DomainError) -> None:
        self.outcome = refused(error)


@dataclass(slots=True)
class ReturnWork:
    """A batch of returns with its locks and everything that will be written."""

    club: ClubContext
    items: Sequence[ReturnItem]
    now: datetime
    source: str
    wallets: Wallets | None = None
    undoable: dict[int, list[Undoable]] = field(default_factory=dict)
    holders: dict[int, Wallet] = field(default_factory=dict)
    origins: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    spends: dict[tuple[int, int], int] = field(default_factory=dict)  # (decision, unit)
    taken: dict[int, list[Taken]] = field(default_factory=dict)
    decisions: list[NewDecision] = field(default_factory=list)
    bill_uses: dict[int, list[BillUse]] = field(default_factory=dict)  # by purchase
    vouchers: dict[str, LockedVoucher] = field(default_factory=dict)  # used on the bills, or given
    given_codes: dict[int, list[str]] = field(default_factory=dict)  # by decision
    given_chances: dict[int, list[GivenChances]] = field(default_factory=dict)  # by decision
    cancelled_codes: list[NewUse] = field(default_factory=list)
    chances_back: list[NewChances] = field(default_factory=list)
    going_on: dict[int, int] = field(default_factory=dict)  # counters of limits that are locked

    def open_items(self) -> list[ReturnItem]:
        """Entries that nothing speaks against so far."""
        return [item for item in self.items if item.outcome is _OPEN and item.same_as is None]

    def answers(self) -> list[NewAnswer]:
        """Keys to store: what was recorded, and refusals that are final."""
        out: list[NewAnswer] = []
        for item in self.items:
            if item.key is None or item.same_as is not None:
                continue
            kept = answer_to_keep(item.key, item.outcome, {"return_id": item.return_id})
            if kept is not None:
                out.append(kept)
        return out


def resolve_returns(work: ReturnWork, *, lock: bool = True) -> None:
    """Check each entry, answer repeats, lock the purchases, and find what the rest refers to."""
    for item in work.items:
        item.returned_at = item.entry.returned_at or work.now
        try:
            check_return(item.entry, work.now)
        except DomainError as error:
            item.refuse(error)
    if lock:
        _answer_repeated_keys(work)
    _find_branches(work)
    _find_purchases(work, lock=lock)
    _find_members(work)
    _number(work)
    if lock:
        _answer_repeated_receipts(work)


def copy_repeats(work: ReturnWork) -> None:
    """Entries that repeat another of the same batch get its answer."""
    for item in work.items:
        if item.same_as is not None:
            item.outcome = same_again(item.same_as.outcome, by_key=True)


def settle_lines(item: ReturnItem) -> None:
    """What comes back of which line.

    Raises ReturnTooLarge, ReturnedBeforeBought, InvalidInput, UnknownPurchase.
    """
    entry, purchase = item.entry, item.purchase
    if purchase is None:
        if not entry.stand_alone or entry.amount is None:
            raise UnknownPurchase
        item.back = [Back(None, 1000, entry.amount)]
        return
    if item.returned_at < purchase.purchased_at - CLOCK_SKEW:
        raise ReturnedBeforeBought
    left = purchase.total - purchase.returned
    if not left:
        raise ReturnTooLarge(left=0)
    if entry.lines:
        by_number = {line.number: line for line in purchase.lines}
        item.back = [_line_back(by_number.get(n), q, a) for n, q, a in entry.lines]
        if len({b.line.number for b in item.back if b.line}) != len(item.back):
            raise InvalidInput(field="lines")
    else:
        item.back = _amount_back(purchase, left if entry.amount is None else entry.amount, left)
    if not item.total:
        raise InvalidInput(field="lines")


def _line_back(line: LineState | None, quantity: int, amount: int | None) -> Back:
    if line is None:
        raise InvalidInput(field="lines")
    after = line.returned_quantity + quantity
    if after > line.quantity:
        raise ReturnTooLarge(left=line.amount - line.returned)
    if amount is None:
        # The last of the quantity takes what is left of the amount, so that nothing leaks.
        amount = line.amount * after // line.quantity - line.returned
        amount = line.amount - line.returned if after == line.quantity else max(amount, 0)
    if line.returned + amount > line.amount:
        raise ReturnTooLarge(left=line.amount - line.returned)
    return Back(line, quantity, amount)


def _amount_back(purchase: PurchaseState, amount: int, left: int) -> list[Back]:
    if amount > left:
        raise ReturnTooLarge(left=left)
    parts = spread(amount, [line.amount - line.returned for line in purchase.lines])
    out = []
    for line, part in zip(purchase.lines, parts, strict=True):
        if not part:
            continue
        everything = line.returned + part == line.amount
        missing = line.quantity - line.returned_quantity
        quantity = missing if everything else min(missing, part * line.quantity // line.amount)
        out.append(Back(line, quantity, part))
    return out


def _answer_repeated_keys(work: ReturnWork) -> None:
    first: dict[Name, ReturnItem] = {}
    for item in work.open_items():
        key = item.key = entry_key(item.entry, "return")
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
    keys = [item.key for item in first.values() if item.key is not None]
    stored = find_answers(work.club.id, keys)
    for name, outcome in stored_outcomes(work.club.id, keys, stored).items():
        first[name].outcome = outcome


def _find_branches(work: ReturnWork) -> None:
    items = [item for item in work.open_items() if not _takes_its_branch(item.entry)]
    branches = find_branches(work.club.id, [item.entry.branch for item in items])
    for item in items:
        branch = branches.get(item.entry.branch)
        if branch is None or not item.entry.actor.may_use_branch(branch.id):
            item.refuse(UnknownBranch())
        else:
            item.branch_id = branch.id


def _takes_its_branch(entry: ReturnEntry) -> bool:
    return entry.branch == "" and entry.purchase_id is not None


def _find_purchases(work: ReturnWork, *, lock: bool) -> None:
    items = work.open_items()
    ids = [i.entry.purchase_id for i in items if i.entry.purchase_id is not None]
    receipts = [(i.branch_id, i.entry.purchase_receipt) for i in items if i.entry.purchase_receipt]
    if not ids and not receipts:
        return
    by_id, by_receipt = read_purchases(work.club.id, ids, receipts, lock=lock)
    for item in items:
        entry = item.entry
        if entry.purchase_id is not None:
            item.purchase = by_id.get(entry.purchase_id)
        elif entry.purchase_receipt:
            item.purchase = by_receipt.get((item.branch_id, entry.purchase_receipt))
        else:
            continue
        if item.purchase is None or not entry.actor.may_use_branch(item.purchase.branch_id):
            item.refuse(UnknownPurchase())
        elif _takes_its_branch(entry):
            item.branch_id = item.purchase.branch_id


def _find_members(work: ReturnWork) -> None:
    items = [i for i in work.open_items() if i.purchase is None and i.entry.member is not None]
    members = find_members(work.club.id, [i.entry.member for i in items if i.entry.member])
    for item in items:
        assert item.entry.member is not None
        item.member = members.get(item.entry.member)
        if item.member is None:
            item.refuse(UnknownMember())


def _number(work: ReturnWork) -> None:
    items = work.open_items()
    for item, number in zip(items, next_ids("commerce_return", len(items)), strict=True):
        entry = item.entry
        item.return_id = number
        item.receipt_no = entry.receipt_no or f"R{number}"
        item.content_hash = hash_input(
            [
                item.purchase.id if item.purchase else None,
                item.member_id,
                [list(line) for line in entry.lines],
                entry.amount,
                entry.returned_at,
            ]
        )


def _answer_repeated_receipts(work: ReturnWork) -> None:
    first: dict[tuple[int, str], ReturnItem] = {}
    for item in work.open_items():
        if not item.entry.receipt_no:
            continue
        if first.setdefault((item.branch_id, item.receipt_no), item) is not item:
            item.refuse(ReceiptReused(receipt_no=item.receipt_no))
    known = find_receipts("return", list(first))
    for receipt, item in first.items():
        if receipt not in known:
            continue
        if known[receipt].content_hash == item.content_hash:
            found = {"return_id": known[receipt].purchase_id, "receipt_no": item.receipt_no}
            item.outcome = Outcome("repeated", found)
        else:
            item.refuse(ReceiptReused(receipt_no=item.receipt_no))
