"""Whether a club suits a business, what it costs and what it may bring. Pure.

    given       what a rule-abiding member gets back of a bill, in basis points of it (g)
    redeemed    the part of that which is ever spent: 60 % to 90 % (assumed; the club's own
                figure takes its place once a year has passed)
    cost        sales of members x g x redeemed, a year, at the worth of points, not at their price
    uplift      how much more members buy because of the club: 2 % to 8 % (assumed). Where effects
                were measured against who would have joined anyway they were positive and small:
                Leenheer, van Heerde, Bijmolt and Smidts, "Do loyalty programs really enhance
                behavioral loyalty?", International Journal of Research in Marketing 24 (2007), 31-47
    gain        sales of members x uplift x gross margin (m), a year
    break-even  the uplift u at which both are equal, when what is bought more earns too:
                u m = (1 + u) g r, so u = g r / (m - g r); none where m <= g r

Limits by which a history is judged are rules of thumb and stand here by name.
"""

from __future__ import annotations

from typing import NamedTuple

from vafa.insight.reads.readiness import History

SUITS, WITH_CARE, UNSUITED, UNKNOWN = "suits", "with_care", "unsuited", "unknown"
REDEEMED = (6_000, 9_000)
UPLIFT = (200, 800)
_WHOLE = 10_000
LEAST_DAYS, LEAST_BILLS, LEAST_BUYERS = 120, 200, 50
# Under these, of a hundred buyers, too few come again; over those days they come too seldom.
FEW_REPEAT, SOME_REPEAT = 10, 25
LONG_GAP, VERY_LONG_GAP = 90, 180
MOSTLY_NAMELESS = 50
CONCENTRATED, FLAT = 90, 30
CLOCKWORK, BY_CHANCE = 500, 1_000


class Money(NamedTuple):
    """A range of sums in the smallest unit, a year."""

    low: int
    high: int


class Readiness(NamedTuple):
    """``verdict`` with its ``findings`` by name, the gravest first; ``break_even`` in basis points
    of sales at the middle of what is assumed, None where the club can never pay."""

    verdict: str
    findings: tuple[str, ...]
    cost: Money
    gain: Money
    break_even: int | None


def judge(history: History, given: int, margin: int) -> Readiness:
    """``given`` and ``margin`` (gross) in basis points of a bill."""
    cost, gain = yearly_cost(history, given), yearly_gain(history, margin)
    middle = given * sum(REDEEMED) // (2 * _WHOLE)
    break_even = middle * _WHOLE // (margin - middle) if margin > middle else None
    findings = (*_grave(history, break_even), *_of_care(history, break_even), *_good(history))
    if _too_little(history):
        verdict = UNKNOWN
        findings = ("too_little", *findings)
    elif _grave(history, break_even):
        verdict = UNSUITED
    elif _of_care(history, break_even):
        verdict = WITH_CARE
    else:
        verdict = SUITS
    return Readiness(verdict, findings, cost, gain, break_even)


def yearly_cost(history: History, given: int) -> Money:
    """What members will have spent of what they get, at the least and at the most."""
    sales = history.yearly_named_sales
    low, high = (sales * given * part // (_WHOLE * _WHOLE) for part in REDEEMED)
    return Money(low, high)


def yearly_gain(history: History, margin: int) -> Money:
    """What is left of what members buy more, before the cost of the club."""
    sales = history.yearly_named_sales
    low, high = (sales * part * margin // (_WHOLE * _WHOLE) for part in UPLIFT)
    return Money(low, high)


def _too_little(history: History) -> bool:
    return (
        history.days < LEAST_DAYS
        or history.named_bills < LEAST_BILLS
        or history.buyers < LEAST_BUYERS
    )


def _grave(history: History, break_even: int | None) -> list[str]:
    found = []
    if break_even is None:
        found.append("never_pays")
    if history.buyers and history.repeat_percent < FEW_REPEAT:
        found.append("one_offs")
    if history.median_gap is not None and history.median_gap > VERY_LONG_GAP:
        found.append("very_seldom")
    return found


def _of_care(history: History, break_even: int | None) -> list[str]:
    found = []
    if break_even is not None and break_even > UPLIFT[1]:
        found.append("dear")
    if FEW_REPEAT <= history.repeat_percent < SOME_REPEAT:
        found.append("few_repeat")
    if history.median_gap is not None and LONG_GAP < history.median_gap <= VERY_LONG_GAP:
        found.append("seldom")
    if history.bills and history.named_percent < MOSTLY_NAMELESS:
        found.append("nameless")
    if history.best_fifth_percent > CONCENTRATED:
        found.append("concentrated")
    return found


def _good(history: History) -> list[str]:
    """What is worth knowing and speaks against nothing."""
    found = []
    if history.buyers and history.best_fifth_percent < FLAT:
        found.append("flat")
    if history.regularity is not None and history.regularity < CLOCKWORK:
        found.append("clockwork")
    if history.regularity is not None and history.regularity > BY_CHANCE:
        found.append("bursts")
    return found
