"""What callers hand to the flows and what they get back, and the checks that need no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from vafa.club.actor import Actor
from vafa.club.reads.members import MemberRef
from vafa.commerce.errors import InTheFuture, InvalidAmount, LinesDoNotAddUp, TooLongAgo
from vafa.commerce.rules.payment_card import card_digest, check_card
from vafa.core.errors import DomainError, InvalidInput
from vafa.core.idempotency import Key, make_key
from vafa.core.text import normalize
from vafa.program.errors import ReasonMissing, TooManyVouchers
from vafa.program.rules.best_total import MOST_CODES
from vafa.program.rules.conditions import PAYMENTS
from vafa.program.rules.what_earns import LINE_KINDS

MAX_AMOUNT = 10**13
MAX_LINES = 5000
MAX_REASON = 200
CLOCK_SKEW = timedelta(minutes=5)
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
CHANNELS = ("store", "phone", "online")


@dataclass(frozen=True, slots=True)
class LineEntry:
    """A line of a bill: ``amount`` in the smallest currency unit, ``quantity`` in thousandths;
    ``kind`` of ``LINE_KINDS`` where it is not for goods or a service."""

    amount: int
    sku: str = ""
    name: str = ""
    quantity: int = 1000
    kind: str = ""


@dataclass(frozen=True, slots=True)
class PurchaseEntry:
    """A purchase as a caller reports it.

    ``branch`` by number or code; ``member`` None is a customer who is not a member;
    ``payment`` is how the rest of it was paid (PAYMENTS of the conditions; "" where that is not
    known), ``payment_card`` what tells its bank card from others; ``purchased_at`` None means now;
    without lines the bill is one line. ``pay_points`` points, ``pay_credit`` (smallest currency
    units) and ``vouchers`` (codes; ``voucher`` is one more) pay a part of ``total``; with a
    ``reservation`` they come out of it, all of it where none of them is named. ``key`` is the
    caller's idempotency key.
    """

    actor: Actor
    branch: int | str
    total: int
    member: MemberRef | None = None
    lines: tuple[LineEntry, ...] = ()
    receipt_no: str = ""
    purchased_at: datetime | None = None
    channel: str = ""
    payment: str = ""
    payment_card: str = ""
    pay_points: int = 0
    pay_credit: int = 0
    voucher: str = ""
    vouchers: tuple[str, ...] = ()
    reservation: int | None = None
    key: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code of the bill, once."""
        named = (self.voucher, *self.vouchers) if self.voucher else self.vouchers
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True, slots=True)
class ReturnEntry:
    """A return as a caller reports it.

    The purchase by number (``branch`` may then be "": where it was bought), or by branch and receipt
    number; ``lines`` are (line number from 1,
    quantity in thousandths, amount or None for the share of the quantity); neither lines nor
    ``amount`` means everything that is left; ``amount`` alone is spread over what is left.
    A return whose purchase is unknown may stand alone with ``amount`` (imports only).
    """

    actor: Actor
    branch: int | str
    purchase_id: int | None = None
    purchase_receipt: str = ""
    lines: tuple[tuple[int, int, int | None], ...] = ()
    amount: int | None = None
    stand_alone: bool = False
    member: MemberRef | None = None
    receipt_no: str = ""
    returned_at: datetime | None = None
    reason: str = ""
    key: str = ""


@dataclass(slots=True)
class Outcome:
    """What became of one entry: ``status`` recorded, repeated or refused (then ``error``).

    ``answer`` is the JSON value that the caller gets, now and under the same key for ever.
    ``by_key``: it was repeated because its key was used before, not only its receipt number.
    """

    status: str
    answer: dict[str, Any] = field(default_factory=dict)
    error: DomainError | None = None
    by_key: bool = False


def refused(error: DomainError) -> Outcome:
    """The outcome of an entry that was not accepted."""
    return Outcome("refused", {}, error)


def check_purchase(entry: PurchaseEntry, now: datetime) -> None:
    """Raise the DomainError of the first thing that is wrong in itself with an entry."""
    if not 0 < entry.total <= MAX_AMOUNT:
        raise InvalidAmount(limit=MAX_AMOUNT)
    if entry.channel and entry.channel not in CHANNELS:
        raise InvalidInput(field="channel")
    if entry.payment and entry.payment not in PAYMENTS:
        raise InvalidInput(field="payment")
    check_card(entry.payment_card)
    if not 0 <= entry.pay_points <= MAX_AMOUNT:
        raise InvalidInput(field="pay_points")
    if not 0 <= entry.pay_credit <= MAX_AMOUNT:
        raise InvalidInput(field="pay_credit")
    if len(entry.codes) > MOST_CODES:
        raise TooManyVouchers(limit=MOST_CODES)
    if len(entry.lines) > MAX_LINES:
        raise InvalidInput(field="lines")
    for line in entry.lines:
        if not 0 <= line.amount <= MAX_AMOUNT:
            raise InvalidAmount(limit=MAX_AMOUNT)
        if not 0 < line.quantity <= 10**9:
            raise InvalidInput(field="quantity")
        if line.kind and line.kind not in LINE_KINDS:
            raise InvalidInput(field="lines")
    if entry.lines and (lines := sum(line.amount for line in entry.lines)) != entry.total:
        raise LinesDoNotAddUp(lines=lines, total=entry.total)
    check_moment(entry.purchased_at, now)
    _check_texts(receipt_no=(entry.receipt_no, 64), key=(entry.key, 128))


def check_return(entry: ReturnEntry, now: datetime) -> None:
    """Raise the DomainError of the first thing that is wrong in itself with an entry."""
    if entry.amount is not None and not 0 < entry.amount <= MAX_AMOUNT:
        raise InvalidAmount(limit=MAX_AMOUNT)
    for _, quantity, amount in entry.lines:
        if not 0 < quantity <= 10**9:
            raise InvalidInput(field="quantity")
        if amount is not None and not 0 <= amount <= MAX_AMOUNT:
            raise InvalidAmount(limit=MAX_AMOUNT)
    check_moment(entry.returned_at, now)
    _check_texts(
        receipt_no=(entry.receipt_no, 64), key=(entry.key, 128), reason=(entry.reason, 200)
    )


def checked_reason(text: str) -> str:
    """A correction's reason in the one stored form. Raises ReasonMissing, InvalidInput."""
    why = normalize(text)
    if not why:
        raise ReasonMissing
    _check_texts(reason=(why, MAX_REASON))
    return why


def check_moment(moment: datetime | None, now: datetime) -> None:
    """Raise InTheFuture or TooLongAgo."""
    if moment is None:
        return
    if moment > now + CLOCK_SKEW:
        raise InTheFuture
    if moment < OLDEST:
        raise TooLongAgo


def entry_key(entry: PurchaseEntry | ReturnEntry, operation: str) -> Key | None:
    """The entry's idempotency key with marks of everything asked, or None without one."""
    if not entry.key:
        return None
    asked = {n: getattr(entry, n) for n in entry.__slots__ if n not in ("actor", "key", "lines")}
    if isinstance(entry, PurchaseEntry):
        # Nothing is kept by which a card could be found by trying.
        asked["payment_card"] = card_digest(0, entry.payment_card)
    asked["lines"] = [
        _line_asked(line) if isinstance(line, LineEntry) else line for line in entry.lines
    ]
    return make_key(entry.actor.label, operation, entry.key, asked)


def _line_asked(line: LineEntry) -> list[int | str]:
    asked: list[int | str] = [line.amount, line.sku, line.name, line.quantity]
    return [*asked, line.kind] if line.kind else asked


def _check_texts(**texts: tuple[str, int]) -> None:
    for name, (value, limit) in texts.items():
        if len(value) > limit or "\x00" in value:
            raise InvalidInput(field=name)
