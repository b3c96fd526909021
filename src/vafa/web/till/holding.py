"""What the open bill takes of a member's value is set aside while the cashier works on it.

The form carries the number of its reservation; each preview brings the reservation in line with
the bill, so that no other till takes the same points, credit or voucher meanwhile.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from vafa.core.clock import now
from vafa.core.errors import StoredRefusal
from vafa.flows.entries import Outcome, PurchaseEntry
from vafa.flows.previews import preview_purchase
from vafa.flows.reservations import release_reservation, reservation_made, reserve_for_bill
from vafa.program.access import access_reservation
from vafa.program.actions.vouchers import read_vouchers
from vafa.program.errors import UnknownReservation
from vafa.program.models import Reservation
from vafa.web.till.bill import new_key
from vafa.web.till.pages import TillRequest


@dataclass(frozen=True, slots=True)
class Aside:
    """``outcome`` previews the bill; ``number`` is its reservation, which lasts until ``until``,
    and holds ``points`` and ``credit`` (smallest currency units). ``notice`` says that an earlier
    one had timed out."""

    outcome: Outcome
    number: int | None = None
    until: datetime | None = None
    points: int = 0
    credit: int = 0
    notice: str = ""


def set_aside(request: TillRequest, entry: PurchaseEntry) -> Aside:
    """Preview the bill with what pays it set aside, no more and no less than it takes.

    ``entry.reservation`` is what the form knew of. A bill that is refused holds nothing.
    """
    posted = _posted(request, entry.reservation)
    earlier = _earlier(request, entry)
    code = _exclusive(request, entry)
    kept = next((held for held in (posted, earlier) if held and _serves(held, entry, code)), None)
    if posted is not None and posted is not kept:
        release(request, posted.id)
    outcome = preview_purchase(request.club, replace(entry, reservation=kept.id if kept else None))
    if outcome.error is not None and kept is not None:
        release(request, kept.id)
        kept = None
    elif outcome.error is None and kept is None and _takes(request, entry):
        made = _reserve(request, entry, new_key() if earlier else _key(entry))
        if made.error is None:
            kept = access_reservation(request.actor, made.answer["reservation_id"])
        else:
            outcome = made
    notice = _notice(kept is not None) if posted is not None and _timed_out(posted) else ""
    if kept is None:
        return Aside(outcome, notice=notice)
    return Aside(outcome, kept.id, kept.expires_at, kept.points, kept.credit, notice)


def with_reservation(request: TillRequest, entry: PurchaseEntry) -> PurchaseEntry:
    """The bill with the reservation that was made for it, even if the form never heard of it."""
    earlier = _earlier(request, entry) if entry.reservation is None else None
    return entry if earlier is None else replace(entry, reservation=earlier.id)


def release(request: TillRequest, number: int | None) -> None:
    """Give back what a bill does not need any more; what has ended already is left alone."""
    if _posted(request, number) is not None and number is not None:
        release_reservation(request.club, reservation_id=number, actor=request.actor)


def _posted(request: TillRequest, number: int | None) -> Reservation | None:
    if number is None:
        return None
    try:
        return access_reservation(request.actor, number)
    except UnknownReservation:
        # Not hers to use: the bill is as good as one without a reservation.
        return None


def _timed_out(reservation: Reservation) -> bool:
    return reservation.status == "expired" or (
        reservation.status == "open" and reservation.expires_at <= now()
    )


def _serves(reservation: Reservation, entry: PurchaseEntry, code: str) -> bool:
    """Whether it is open and holds exactly what the bill takes."""
    return (
        reservation.status == "open"
        and reservation.expires_at > now()
        and entry.member == ("id", str(reservation.member_id))
        and reservation.points == entry.pay_points
        and reservation.credit == entry.pay_credit
        and (reservation.voucher.code if reservation.voucher else "") == code
    )


def _exclusive(request: TillRequest, entry: PurchaseEntry) -> str:
    """The first of its vouchers that can be set aside: those that serve many bills are not."""
    found = read_vouchers(request.club.id, entry.codes, lock=False)
    return next((c for c in entry.codes if c in found and found[c].is_exclusive), "")


def _takes(request: TillRequest, entry: PurchaseEntry) -> bool:
    takes = entry.pay_points or entry.pay_credit or _exclusive(request, entry)
    return entry.member is not None and bool(takes)


def _key(entry: PurchaseEntry) -> str:
    """A form that did not get its answer asks again under the same key."""
    asked = [entry.reservation, entry.member, entry.pay_points, entry.pay_credit, *entry.codes]
    mark = hashlib.sha256(repr(asked).encode()).hexdigest()[:32]
    return f"{entry.key[:90]}/{mark}"


def _earlier(request: TillRequest, entry: PurchaseEntry) -> Reservation | None:
    """What was made for the same form before."""
    if not _takes(request, entry):
        return None
    return _posted(request, reservation_made(request.club, actor=request.actor, key=_key(entry)))


def _reserve(request: TillRequest, entry: PurchaseEntry, key: str) -> Outcome:
    assert entry.member is not None
    outcome = reserve_for_bill(
        request.club,
        member=entry.member,
        branch=entry.branch,
        actor=request.actor,
        points=entry.pay_points,
        credit=entry.pay_credit,
        voucher=_exclusive(request, entry),
        key=key,
    )
    if isinstance(outcome.error, StoredRefusal):  # she may have more by now
        return _reserve(request, entry, new_key())
    return outcome


def _notice(again: bool) -> str:
    if again:
        return _("What was set aside for this bill had timed out. It is set aside again.")
    return _("What was set aside for this bill had timed out.")
