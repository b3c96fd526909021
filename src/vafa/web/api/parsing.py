"""From what a program sent to what the flows take."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from vafa.club.actor import Actor
from vafa.club.errors import UnknownBranch, UnknownMember
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import MemberRef, find_members
from vafa.commerce.errors import WrongCurrency
from vafa.core.errors import DomainError, InvalidInput
from vafa.core.phones import parse_mobile
from vafa.core.text import to_latin_digits
from vafa.flows.entries import LineEntry, PurchaseEntry, ReturnEntry
from vafa.flows.reservation_work import CaptureEntry, ReserveEntry
from vafa.web.api.purchase_schemas import LineIn, PurchaseIn, ReturnIn
from vafa.web.api.reward_schemas import CaptureIn, ReservationIn
from vafa.web.api.schemas import MemberRefIn

# A moment so far off has no UTC counterpart, or no place in the database.
_FIRST_YEAR, _LAST_YEAR = 1000, 9000


class MemberUnclear(DomainError):
    """None of the ways to name a member, or several."""

    code = "member_unclear"
    status = 422
    fa = "عضو را با یکی از id، mobile، card یا external_id مشخص کنید و فقط با یکی."
    en = "Name the member by exactly one of id, mobile, card and external_id."


def purchase_entry(body: PurchaseIn, actor: Actor, club: ClubContext, key: str) -> PurchaseEntry:
    """The entry of a purchase. Raises WrongCurrency, InvalidMobile, InvalidInput, ..."""
    if body.currency and body.currency.upper() != club.currency:
        raise WrongCurrency(currency=club.currency)
    check_offset(body.purchased_at, "purchased_at")
    return PurchaseEntry(
        actor=actor,
        branch=branch_ref(body.branch, actor),
        total=body.total,
        member=member_ref(body.member) if body.member else None,
        lines=tuple([_line(line) for line in body.lines]),
        receipt_no=body.receipt_no.strip(),
        purchased_at=body.purchased_at,
        channel=body.channel,
        payment=body.payment,
        payment_card=body.payment_card.strip(),
        pay_points=body.pay_points,
        pay_credit=body.pay_credit,
        voucher=body.voucher.strip().upper(),
        vouchers=tuple(code for v in body.vouchers if (code := v.strip().upper())),
        reservation=body.reservation,
        key=key,
    )


def return_entry(body: ReturnIn, actor: Actor, key: str) -> ReturnEntry:
    """The entry of a return. Raises InvalidInput, UnknownBranch."""
    if (body.purchase_id is None) == (not body.purchase_receipt):
        raise InvalidInput(field="purchase_id")
    check_offset(body.returned_at, "returned_at")
    return ReturnEntry(
        actor=actor,
        # A numbered purchase comes back where it was bought, unless another branch is named.
        branch=body.branch if body.purchase_id is not None else branch_ref(body.branch, actor),
        purchase_id=body.purchase_id,
        purchase_receipt=body.purchase_receipt.strip(),
        lines=tuple((line.line, _thousandths(line.quantity), line.amount) for line in body.lines),
        amount=body.amount,
        receipt_no=body.receipt_no.strip(),
        returned_at=body.returned_at,
        reason=body.reason,
        key=key,
    )


def reserve_entry(body: ReservationIn, actor: Actor, key: str) -> ReserveEntry:
    """What to set aside for a bill. Raises InvalidMobile, MemberUnclear, UnknownBranch."""
    return ReserveEntry(
        actor=actor,
        member=member_ref(body.member),
        branch=branch_ref(body.branch, actor),
        points=body.points,
        credit=body.credit,
        voucher=body.voucher,
        minutes=body.minutes,
        key=key,
    )


def capture_entry(body: CaptureIn, number: int, actor: Actor, key: str) -> CaptureEntry:
    """What to spend of a reservation."""
    return CaptureEntry(actor, number, body.points, body.credit, key)


def check_offset(moment: datetime | None, field: str) -> None:
    """Raise InvalidInput for a time that has no offset from UTC, or is no time of ours."""
    if moment is None:
        return
    if moment.tzinfo is None or not _FIRST_YEAR < moment.year < _LAST_YEAR:
        raise InvalidInput(field=field)


def branch_ref(branch: int | str, actor: Actor) -> int | str:
    """The branch asked for, or the key's only one. Raises UnknownBranch when that is unclear."""
    if branch != "":
        return branch
    if actor.branch_ids is None or len(actor.branch_ids) != 1:
        raise UnknownBranch
    return next(iter(actor.branch_ids))


def member_ref(ref: MemberRefIn) -> MemberRef:
    """The one reference that was given. Raises MemberUnclear for none or several."""
    if ref.id is not None and ref.mobile is ref.card is ref.external_id is None:
        return ("id", str(ref.id))
    given = {"mobile": ref.mobile, "card": ref.card, "external": ref.external_id}
    found = [(kind, value) for kind, value in given.items() if value]
    if len(found) != 1 or ref.id is not None:
        raise MemberUnclear
    kind, value = found[0]
    if kind == "mobile":
        return (kind, parse_mobile(value))
    return (kind, to_latin_digits(value).strip() if kind == "card" else value.strip())


def known_member(club: ClubContext, ref: MemberRefIn) -> int:
    """The number of the member that is named. Raises MemberUnclear, UnknownMember."""
    named = member_ref(ref)
    found = find_members(club.id, [named]).get(named)
    if found is None:
        raise UnknownMember
    return found.id


def _line(line: LineIn) -> LineEntry:
    quantity = _thousandths(line.quantity)
    return LineEntry(line.amount, line.sku.strip(), line.name.strip(), quantity, line.kind)


def _thousandths(quantity: float | int) -> int:
    if isinstance(quantity, int):
        return quantity * 1000
    exact = Decimal(str(quantity)) * 1000
    return int(exact.to_integral_value(ROUND_HALF_UP))
