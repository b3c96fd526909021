"""What differs at a branch, or at all branches of a merchant. Plain data.

A branch's own terms stand in the place of its merchant's, as a whole. Amounts are in the
currency's smallest unit, points are whole, shares are percent of a bill.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from vafa.program.rules.frozen import Frozen

PlaceKind = Literal["branch", "merchant"]
Share = Annotated[int, Field(ge=0, le=100)]
_Amount = Annotated[int, Field(ge=0, le=10**13)]
# What only the owner and the club's managers decide of a branch; the rest is its manager's too.
OF_CLUB = ("earns", "pays", "excluded")


class PlaceTerms(Frozen):
    """The terms of one place, by the number of a branch or a merchant.

    ``earns``: purchases there earn something; ``pays``: points and credit pay there, at most
    ``points_share`` and ``credit_share`` of a bill (of points without: what the club says), of
    bills from ``least_basket``. Rules in ``excluded`` (ids) do not hold there. ``points_a_month``
    and ``credit_a_month``: what the place gives at most in a month of the club; 0: no end.
    """

    kind: PlaceKind
    number: Annotated[int, Field(gt=0)]
    earns: bool = True
    pays: bool = True
    points_share: Share | None = None
    credit_share: Share = 100
    least_basket: _Amount = 0
    excluded: Annotated[tuple[str, ...], Field(max_length=2000)] = ()
    points_a_month: _Amount = 0
    credit_a_month: _Amount = 0


class BranchManagers(Frozen):
    """What managers of one branch may decide about it: their own rules, and its terms so far.

    Shares are the most and ``least_basket`` the least that they may choose; a budget for a month
    must be there and not be more than this, where it is not 0. With ``publish_alone`` they publish
    their own changes themselves.
    """

    publish_alone: bool = False
    points_share: Share = 100
    credit_share: Share = 100
    least_basket: _Amount = 0
    points_a_month: _Amount = 0
    credit_a_month: _Amount = 0


def terms_at(places: Iterable[PlaceTerms], branch_id: int, merchant_id: int) -> PlaceTerms | None:
    """The terms in force at a branch of a merchant: its own, else the merchant's, else none."""
    found = None
    for place in places:
        if place.kind == "branch" and place.number == branch_id:
            return place
        if place.kind == "merchant" and place.number == merchant_id:
            found = place
    return found


def beyond(terms: PlaceTerms, allowed: BranchManagers) -> str | None:
    """The first field of a branch's terms that goes beyond what its manager may choose."""
    for name in ("points_share", "credit_share"):
        share, most = getattr(terms, name), getattr(allowed, name)
        if most < 100 and (share is None or share > most):
            return name
    if terms.least_basket < allowed.least_basket:
        return "least_basket"
    for name in ("points_a_month", "credit_a_month"):
        budget, most = getattr(terms, name), getattr(allowed, name)
        if most and not 0 < budget <= most:
            return name
    return None


def without_rule(places: Iterable[PlaceTerms], rule_id: str) -> tuple[PlaceTerms, ...]:
    """The same terms where a rule is gone."""
    return tuple(
        place.model_copy(update={"excluded": tuple(r for r in place.excluded if r != rule_id)})
        if rule_id in place.excluded
        else place
        for place in places
    )


def check_places(places: tuple[PlaceTerms, ...], rule_ids: Iterable[str]) -> None:
    """Raise ValueError, in words, for two terms of one place, or a rule that is not there."""
    named = [(place.kind, place.number) for place in places]
    if len(set(named)) < len(named):
        raise ValueError("a branch or a merchant has terms twice")
    known = set(rule_ids)
    for place in places:
        for rule_id in place.excluded:
            if rule_id not in known:
                raise ValueError(
                    f"the {place.kind} {place.number} leaves out the rule {rule_id},"
                    " which is not there"
                )
