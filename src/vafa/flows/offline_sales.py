"""The line is back: what a till rang up without it is recorded, once, in the order of its queue.

The goods are gone. So each sale is recorded, and what cannot be as the till had it (points that
were spent elsewhere meanwhile, a member who was blocked, a receipt number that is used) is left out
of it and stays open for a person to settle. A try that was refused is given up under its key before
the next is made under another: whatever is sent again, and by whomever, one of them is recorded.
(docs/adr/0027)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from vafa.club.actor import Actor
from vafa.club.errors import InactiveMember, UnknownMember
from vafa.club.reads.context import ClubContext
from vafa.commerce.errors import ReceiptReused
from vafa.commerce.models import Purchase
from vafa.core.clock import now
from vafa.core.errors import DomainError, StoredRefusal
from vafa.core.idempotency import (
    KeyInFlight,
    KeyReused,
    NewAnswer,
    find_answers,
    retry_lost_race,
    store_answers,
)
from vafa.flows.entries import OLDEST, Outcome, PurchaseEntry, entry_key, refused
from vafa.flows.purchases import record_purchases
from vafa.ledger.errors import CaptureTooLarge, InsufficientBalance
from vafa.program.actions.offline_sales import close_sale, write_down
from vafa.program.errors import (
    ReservationResolved,
    UnknownReservation,
    VoucherBasketTooSmall,
    VoucherNotForThis,
    VoucherUnusable,
)
from vafa.program.models import OfflineSale
from vafa.program.offline_errors import NotConfirmed
from vafa.program.reads.offline_sales import spent_by_snapshot

_NO_SUCH_RESERVATION = frozenset(
    error.code for error in (ReservationResolved, UnknownReservation, CaptureTooLarge)
)
_NOT_HERS = frozenset(error.code for error in (InactiveMember, UnknownMember))
_ABOUT_PAYMENT = frozenset({"balance", "terms", "allowance", "snapshot", "stale", "confirm"})
_NO_VOUCHER = frozenset(
    error.code for error in (VoucherUnusable, VoucherBasketTooSmall, VoucherNotForThis)
)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a signed list let a member spend: ``member_id`` whose, of ``snapshot``. ``trouble``: why
    it counts for nothing ("snapshot": not signed by us; "stale": sold after its time)."""

    snapshot: str = ""
    member_id: int | None = None
    points: int = 0
    credit: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class OfflineEntry:
    """A sale as the till kept it.

    ``sale``: its ``actor`` rang it up, its ``key`` is the till's own. ``sold_at`` by our clock, None
    for a bill that was begun with a line and cut while it was being recorded (``begun`` then);
    ``till_at`` by the till's. ``customer``: how she was named, masked. ``raw`` is what was sent.
    """

    number: UUID
    sale: PurchaseEntry
    sent_by: Actor
    till_at: datetime
    sold_at: datetime
    asked_hash: str
    allowance: Allowance = Allowance()
    customer: str = ""
    begun: bool = False
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OfflineOutcome:
    """``status``: "recorded" (``purchase_id`` then, unless it could not be made at all), "later" (try
    again) or "invalid" (another sale was sent under its number). ``why``: what is open of it."""

    number: UUID
    status: str
    purchase_id: int | None = None
    why: str = ""


@dataclass(slots=True)
class _Try:
    """What is to be recorded, and what was left out of it so far."""

    entry: PurchaseEntry
    key: str
    why: str = ""
    times: int = 0

    def number_on(self) -> None:
        """The next try goes under a key of its own."""
        self.times += 1
        self.entry = replace(self.entry, key=f"{self.key[:120]}/{self.times}")

    def without(self, why: str, **changed: Any) -> None:
        self.why = self.why or why
        self.entry = replace(self.entry, **changed)

    def spend_nothing(self, why: str) -> None:
        self.without(why, pay_points=0, pay_credit=0, voucher="", vouchers=(), reservation=None)

    @property
    def spends(self) -> bool:
        entry = self.entry
        pays = entry.pay_points or entry.pay_credit or entry.codes
        return bool(pays) or entry.reservation is not None


def record_offline_sales(
    club: ClubContext, entries: Sequence[OfflineEntry]
) -> list[OfflineOutcome]:
    """Record what a till sends, one after the other; outcomes in the same order.

    What was sent before gets the same outcome, whoever sends it. The first that must wait (its twin
    is being recorded, or the ledger is closed) ends the batch, so that the order stays: those behind
    it are "later" too. Raises NoLiveProgram and database errors; what was done until then stays.
    """
    with transaction.atomic(durable=True):
        stored = write_down([_sale(club, entry) for entry in entries])
    outcomes: list[OfflineOutcome] = []
    for entry in entries:
        waits = bool(outcomes) and outcomes[-1].status == "later"
        sale = stored[str(entry.number)]
        outcomes.append(
            OfflineOutcome(entry.number, "later") if waits else _bring_over(club, entry, sale)
        )
    return outcomes


def _sale(club: ClubContext, entry: OfflineEntry) -> OfflineSale:
    sale = entry.sale
    return OfflineSale(
        club_id=club.id,
        branch_id=int(sale.branch),
        member_id=int(sale.member[1]) if sale.member else None,
        entry=entry.number,
        asked_hash=entry.asked_hash,
        snapshot=entry.allowance.snapshot,
        rung_by=sale.actor.label,
        sent_by=entry.sent_by.label,
        till_at=entry.till_at,
        sold_at=max(min(entry.sold_at, now()), OLDEST),
        customer=entry.customer,
        total=sale.total,
        asked_points=sale.pay_points,
        asked_credit=sale.pay_credit,
    )


def _bring_over(club: ClubContext, entry: OfflineEntry, sale: OfflineSale) -> OfflineOutcome:
    if sale.asked_hash != entry.asked_hash:
        return OfflineOutcome(entry.number, "invalid")
    if sale.state == "arrived":
        attempt = _first_try(entry, sale)
        trouble = _trouble(club, entry, sale) if attempt.spends else ""
        outcome = _spend_nothing(club, attempt, trouble, entry) if trouble else None
        outcome = outcome or _record(club, attempt, entry)
        if _is_for_later(outcome.error):
            return OfflineOutcome(entry.number, "later")
        _close(sale, entry, attempt, outcome)
    return OfflineOutcome(entry.number, "recorded", sale.purchase_id, sale.why)


def _first_try(entry: OfflineEntry, sale: OfflineSale) -> _Try:
    """As the till had it; who she is and when it was stay what they were when it first arrived."""
    kind, _, number = sale.rung_by.partition(":")
    actor = replace(entry.sale.actor, kind=kind, id=int(number))
    attempt = _Try(replace(entry.sale, actor=actor), entry.sale.key)
    if not entry.begun:
        member = ("id", str(sale.member_id)) if sale.member_id else None
        attempt.entry = replace(attempt.entry, member=member, purchased_at=sale.sold_at)
    return attempt


def _trouble(club: ClubContext, entry: OfflineEntry, sale: OfflineSale) -> str:
    """Why the till should not have let her spend that; "" where it was right."""
    allowance = entry.allowance
    if allowance.trouble or entry.begun:
        return allowance.trouble
    if sale.member_id is None or allowance.member_id != sale.member_id:
        return "snapshot"
    points, credit = spent_by_snapshot(club, allowance.snapshot, sale.member_id)
    too_much = (
        points + sale.asked_points > allowance.points
        or credit + sale.asked_credit > allowance.credit
    )
    return "allowance" if too_much else ""


def _spend_nothing(
    club: ClubContext, attempt: _Try, why: str, entry: OfflineEntry
) -> Outcome | None:
    """What of it is recorded already, or None, when it can only be recorded any more without what
    she should not have spent."""
    recorded = _give_up(club, attempt.entry, NotConfirmed(), same=entry.begun)
    if recorded is None:
        attempt.spend_nothing(why)
        attempt.number_on()
    return recorded


def _record(club: ClubContext, attempt: _Try, entry: OfflineEntry) -> Outcome:
    """Try, and try again without what was refused, each time under another key.

    Senders of the same sale may leave different things out; whichever is recorded first is it.
    """
    while True:
        [outcome] = record_purchases(club, [attempt.entry], source="till")
        error = outcome.error
        if error is None or _is_for_later(error):
            return outcome
        is_first = entry.begun and not attempt.times
        if is_first and isinstance(error, KeyReused):
            # What was begun under this key was another bill: which of them was sold, people know.
            return outcome
        recorded = _give_up(club, attempt.entry, error, same=is_first)
        if recorded is not None:
            return recorded
        if not isinstance(error, KeyReused) and not _leave_out(attempt, error, entry.number):
            return outcome
        attempt.number_on()


def _leave_out(attempt: _Try, error: DomainError, number: UUID) -> bool:
    """Take out of the sale what was refused; False where nothing is left to take out."""
    entry = attempt.entry
    if error.code in _NO_SUCH_RESERVATION and entry.reservation is not None:
        # It had timed out; what it held is hers again, and may pay all the same.
        attempt.entry = replace(entry, reservation=None)
    elif error.code == ReceiptReused.code and entry.receipt_no:
        attempt.without("receipt", receipt_no=f"OFF-{number}")
    elif error.code in _NOT_HERS and entry.member is not None:
        attempt.spend_nothing("blocked")
        attempt.without("blocked", member=None)
    elif error.code in _NO_VOUCHER and entry.codes:
        attempt.without("voucher", voucher="", vouchers=())
    elif attempt.spends:
        is_gone = error.code == InsufficientBalance.code
        attempt.spend_nothing("balance" if is_gone else "terms")
    else:
        return False
    return True


def _give_up(
    club: ClubContext, entry: PurchaseEntry, error: DomainError, *, same: bool
) -> Outcome | None:
    """Make the refusal final under the entry's key, so that nothing can be recorded under it.

    Returns what another request has recorded under it meanwhile (with ``same`` only if it asked for
    the same, else KeyReused), or KeyInFlight while another is still at it.
    """
    key = entry_key(entry, "purchase")
    assert key is not None

    def refuse() -> Outcome | None:
        with transaction.atomic(durable=True):
            stored = find_answers(club.id, [key]).get(key.name)
            if stored is None:
                said = StoredRefusal.stored_form(error)
                store_answers(club.id, [NewAnswer(key, error.status, {}, error.code, said)])
                return None
        if not stored.status:
            return refused(KeyInFlight(key))
        reused = key.reused(stored.asked_hash, stored.asked_marks)
        if same and reused is not None:
            return refused(reused)
        return Outcome("repeated", stored.made) if "purchase_id" in stored.made else None

    return retry_lost_race(refuse)


def _is_for_later(error: DomainError | None) -> bool:
    return error is not None and (isinstance(error, KeyInFlight) or error.status >= 500)


def _close(sale: OfflineSale, entry: OfflineEntry, attempt: _Try, outcome: Outcome) -> None:
    """What became of it, by the purchase that was recorded."""
    paid_points = paid_credit = 0
    if outcome.error is None:
        made = Purchase.objects.get(pk=outcome.answer["purchase_id"])
        sale.purchase_id, sale.why = made.id, attempt.why
        # A payment is left out whole.
        paid_points = sale.asked_points if made.paid_by_points else 0
        paid_credit = sale.asked_credit if made.paid_by_credit else 0
    else:
        sale.why, sale.kept = "refused", {"refusal": outcome.error.code, **entry.raw}
    sale.short_points = sale.asked_points - paid_points
    sale.short_credit = sale.asked_credit - paid_credit
    if sale.short_points or sale.short_credit:
        sale.why = sale.why or "terms"
    elif sale.why in _ABOUT_PAYMENT:
        sale.why = ""
    sale.state = "open" if sale.why else "clean"
    with transaction.atomic(durable=True):
        close_sale(sale)


def corrected(till_at: datetime, till_now: datetime, received: datetime) -> datetime:
    """The moment of a sale by our clock: the till's clock was wrong by the same then as now.

    A till whose clock was set right in between is not believed beyond a year.
    """
    skew = received - till_now
    moment = till_at + skew
    return moment if abs(received - moment) < timedelta(days=366) else received
