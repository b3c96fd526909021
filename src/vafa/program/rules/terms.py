"""Dates and worth of points, from the program's terms: pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from vafa.ledger.rules.dates import BookDates, end_of_day
from vafa.ledger.rules.state import LotTerms
from vafa.program.rules.document import PointTerms, ValueTerms
from vafa.program.rules.expiry import Activity, Expiry, Sliding, expires_at
from vafa.program.rules.place_terms import PlaceTerms

# What comes back after its own expiry, or a voucher issued again, lasts at least so long.
GRACE = timedelta(days=7)


def lot_terms(
    terms: ValueTerms,
    earned_at: datetime,
    dates: BookDates,
    *,
    waits_from: datetime | None = None,
    bought_at: datetime | None = None,
) -> LotTerms:
    """The dates of value earned at ``earned_at``, fixed from now on.

    ``waits_from`` is the present moment for value that waits for the return window (or the
    delivery) of its purchase, made at ``bought_at`` (default ``earned_at``); without it the value
    is available at once. What would have matured by now does not wait.
    """
    policy = terms.expiry
    slides = policy.months if isinstance(policy, Sliding) else None
    lot = LotTerms(earned_at, _expiry(policy, dates.day(earned_at), dates), slides_months=slides)
    if waits_from is None or not terms.waits:
        return lot
    latest = (bought_at or earned_at) + timedelta(days=terms.pending_days)
    if terms.pending_days:
        return lot._replace(matures_at=latest) if latest > waits_from else lot
    return lot._replace(waits=True)


def window_is_over(
    terms: ValueTerms, bought_at: datetime, delivered_at: datetime | None, at: datetime
) -> bool:
    """Whether value of a purchase has stopped waiting by ``at``; never where nothing waits at all."""
    if not terms.waits:
        return False
    waits_for_it = terms.pending_until == "delivery"
    if waits_for_it and delivered_at is not None and delivered_at <= at:
        return True
    return bool(terms.pending_days) and bought_at + timedelta(days=terms.pending_days) <= at


@lru_cache(maxsize=16_384)
def _expiry(policy: Expiry, earned: date, dates: BookDates) -> datetime | None:
    return expires_at(policy, earned, dates)


def grace_until(at: datetime, dates: BookDates) -> datetime:
    """Until when value is good that comes back at ``at`` and has expired meanwhile."""
    return end_of_day(dates.day(at) + GRACE, dates.zone)


def slides_with(terms: ValueTerms, activity: Activity) -> bool:
    """Whether this activity moves the expiry of sliding value."""
    return isinstance(terms.expiry, Sliding) and activity in terms.expiry.activities


def most_points_payable(terms: PointTerms, total: int, place: PlaceTerms | None = None) -> int:
    """How many points may pay on a bill of ``total`` (smallest currency units) at a place."""
    if not terms.worth:
        return 0
    own = place.points_share if place else None
    return total * (terms.max_share if own is None else own) // 100 // terms.worth


def most_credit_payable(total: int, place: PlaceTerms | None) -> int:
    """How much credit may pay on a bill of ``total`` (smallest currency units) at a place."""
    return total * place.credit_share // 100 if place else total


def takes_value(place: PlaceTerms | None, basket: int) -> bool:
    """Whether points and credit pay at a place on a basket of that sum before vouchers."""
    return place is None or (place.pays and basket >= place.least_basket)
