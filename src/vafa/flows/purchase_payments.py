"""What pays a bill beside money: vouchers, points, credit, or what was reserved of them.

Everything is checked before anything is planned, so that a refused bill leaves no trace.
"""

from __future__ import annotations

from typing import Any

from vafa.club.errors import MayNotSpend
from vafa.club.spending import refuse_frozen
from vafa.core.errors import InvalidInput
from vafa.core.ids import next_id
from vafa.core.money import format_amount
from vafa.flows.purchase_vouchers import check_vouchers, use_vouchers
from vafa.flows.purchase_work import Item, PurchaseWork
from vafa.ledger.errors import CaptureTooLarge
from vafa.ledger.rules.holds import capture, release
from vafa.ledger.rules.planning import Plan
from vafa.ledger.rules.state import HoldState, Ref
from vafa.program.actions.decisions import NewDecision
from vafa.program.errors import (
    BillOverpaid,
    PointsDoNotPay,
    ReservationResolved,
    TooManyPoints,
    UnknownReservation,
    VoucherUnusable,
)
from vafa.program.place_errors import (
    BasketTooSmallHere,
    PlaceTakesNoPoints,
    TooManyPointsHere,
    TooMuchCreditHere,
)
from vafa.program.rules.earning import Part
from vafa.program.rules.place_terms import PlaceTerms
from vafa.program.rules.terms import most_credit_payable, most_points_payable, takes_value


def take_payment(work: PurchaseWork, item: Item) -> NewDecision | None:
    """Plan what pays for the entry; returns the decision that stands behind points and credit.

    Raises UnknownReservation, ReservationResolved, CaptureTooLarge, VoucherUnusable,
    VoucherBasketTooSmall, VoucherNotForThis, PointsDoNotPay, TooManyPoints, BillOverpaid,
    MayNotSpend, SpendingFrozen, InsufficientBalance, and at a place with terms of its own PlaceTakesNoPoints,
    BasketTooSmallHere, TooManyPointsHere, TooMuchCreditHere; then nothing was planned.
    """
    entry = item.entry
    if not (item.vouchers or item.pay_points or item.pay_credit or entry.reservation is not None):
        return None
    if item.member is not None and entry.reservation is None:
        # What was set aside before her number changed is still hers to spend.
        refuse_frozen(work.club, item.member, work.now)
    _check_reservation(work, item)
    check_vouchers(work, item)
    _check_value(work, item)
    # From here on nothing refuses.
    use_vouchers(work, item)
    decision = _spend(work, item)
    _end_reservation(work, item)
    return decision


def _check_reservation(work: PurchaseWork, item: Item) -> None:
    if item.entry.reservation is None:
        return
    reserved = item.reservation
    if reserved is None or item.member is None or reserved.member_id != item.member.id:
        raise UnknownReservation
    if not item.entry.actor.may_use_branch(reserved.branch_id):
        raise UnknownReservation
    if reserved.status != "open" or reserved.expires_at <= work.now:
        raise ReservationResolved
    if any(
        hold.status == "open" and hold.holder != item.holder
        for hold in work.reserved_holds.get(reserved.id, ())
    ):
        raise UnknownReservation  # she has left the household whose points these are
    if not _names_what_is_reserved(work, item):
        raise VoucherUnusable
    for asked, held in (
        (item.pay_points, reserved.points),
        (item.pay_credit, reserved.credit),
    ):
        if asked > held:
            raise CaptureTooLarge(held=held, needed=asked)


def _names_what_is_reserved(work: PurchaseWork, item: Item) -> bool:
    """Whether the vouchers that the bill names are those that are set aside for it; one that
    serves many bills is set aside for none, and may be named beside them."""
    reserved = item.reservation.voucher_code if item.reservation else None
    if reserved is not None and item.vouchers and reserved not in item.vouchers:
        return False
    others = [work.vouchers.get(code) for code in item.vouchers if code != reserved]
    return reserved is not None or not any(v is None or v.is_exclusive for v in others)


def _check_value(work: PurchaseWork, item: Item) -> None:
    if not (item.pay_points or item.pay_credit):
        return
    terms = work.live.program.terms
    if item.member is None:
        raise InvalidInput(field="member")
    if work.wallets is None or (item.pay_points and not terms.worth):
        raise PointsDoNotPay
    if not item.member.may_spend:
        raise MayNotSpend
    left = item.entry.total - item.discount
    place = work.live.program.terms_at(item.branch_id, item.merchant_id)
    if place is not None:
        _check_place(work, item, place, left)
    if item.pay_points:
        limit = most_points_payable(terms, left, place)
        if item.pay_points > limit:
            own = place is not None and place.points_share is not None
            raise (TooManyPointsHere if own else TooManyPoints)(limit=limit)
        item.paid_by_points = item.pay_points * terms.worth
    if item.pay_credit > left - item.paid_by_points:
        raise BillOverpaid(left=left - item.paid_by_points)
    item.paid_by_credit = item.pay_credit
    for unit, amount in _amounts(work, item):
        if amount and _held(work, item, unit) is None:
            work.wallets.plan.spendable(unit, item.holder, amount, at=work.now)


def _check_place(work: PurchaseWork, item: Item, place: PlaceTerms, left: int) -> None:
    """What the branch or its merchant takes; how many points, is checked with the club's share."""
    unit, credit = work.club.display_unit, most_credit_payable(left, place)
    if not place.pays:
        raise PlaceTakesNoPoints
    if not takes_value(place, item.entry.total):
        least = place.least_basket
        said = {f"least_{lang}": format_amount(least, unit, lang) for lang in ("fa", "en")}
        raise BasketTooSmallHere(least=least, **said)
    if item.pay_credit > credit:
        said = {f"limit_{lang}": format_amount(credit, unit, lang) for lang in ("fa", "en")}
        raise TooMuchCreditHere(limit=credit, share=place.credit_share, **said)


def _spend(work: PurchaseWork, item: Item) -> NewDecision | None:
    if not (item.pay_points or item.pay_credit) or work.wallets is None:
        return None
    number = next_id("program_decision")
    ref = Ref("decision", number, item.purchased_at)
    for unit, amount in _amounts(work, item):
        if amount:
            _pay(work, work.wallets.plan, _held(work, item, unit), (unit, item.holder), amount, ref)
    saw: dict[str, Any] = {"worth": work.live.program.terms.worth}
    if item.pay_credit:
        saw["credit"] = item.pay_credit
    return NewDecision(
        id=number,
        club_id=work.club.id,
        member_id=item.member_id,
        revision_id=work.live.revision_id,
        trigger="pay",
        points=-item.pay_points,
        credit=-item.pay_credit,
        parts=[Part("", "pay", -item.pay_points, saw)],
        effective_at=item.purchased_at,
        tier_at=item.purchased_at,
        purchase_id=item.purchase_id,
    )


def _pay(
    work: PurchaseWork,
    plan: Plan,
    hold: HoldState | None,
    wallet: tuple[int, int],
    amount: int,
    ref: Ref,
) -> None:
    if hold is None:
        plan.spend(*wallet, amount, ref, at=work.now)
    else:
        taken = work.taken.get(hold.transfer_id, ())  # of what is spent whole nothing goes back
        capture(plan, hold, amount, taken, ref, at=work.now)


def _end_reservation(work: PurchaseWork, item: Item) -> None:
    """What was reserved and not needed goes back."""
    if item.reservation is None or work.wallets is None:
        return
    for hold in work.reserved_holds.get(item.reservation.id, ()):
        if hold.status == "open":
            ref = Ref("reservation", item.reservation.id, item.purchased_at)
            taken = work.taken[hold.transfer_id]
            release(work.wallets.plan, hold, taken, ref, at=work.now)
    item.reservation.status = "used"


def _amounts(work: PurchaseWork, item: Item) -> list[tuple[int, int]]:
    club = work.club
    return [(club.points_unit_id, item.pay_points), (club.credit_unit_id, item.pay_credit)]


def _held(work: PurchaseWork, item: Item, unit: int) -> HoldState | None:
    """The open hold of the entry's reservation in a unit."""
    if item.reservation is None:
        return None
    holds = work.reserved_holds.get(item.reservation.id, ())
    return next((h for h in holds if h.unit_id == unit and h.status == "open"), None)
