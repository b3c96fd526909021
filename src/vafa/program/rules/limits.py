"""How much a rule may give: limits of a rule, and budgets that several rules share. Plain data.

A limit counts from the moment at which a revision that holds it is published; raising or lowering
it later counts on, and what a return takes back counts no more.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from vafa.program.rules.frozen import Frozen

Scope = Literal["member", "household", "branch", "total"]
Per = Literal["day", "week", "month", "year", "ever"]
Counts = Literal["points", "times"]
BudgetUnit = Literal["points", "credit"]
# Several people may draw on these at the same moment.
SHARED = ("branch", "total")


class Limit(Frozen):
    """At most ``most`` points (or smallest units of credit, as the rule gives), or times, in each
    of the club's days, weeks, months or years, or ever.

    ``scope``: each member by herself, all who share a wallet, each branch, or everybody together.
    """

    scope: Scope = "member"
    per: Per = "ever"
    counts: Counts = "points"
    most: Annotated[int, Field(gt=0, le=10**13)]


def _each_once(limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
    kinds = [(limit.scope, limit.per, limit.counts) for limit in limits]
    if len(set(kinds)) < len(kinds):
        raise ValueError("two limits count the same thing")
    return limits


Limits = Annotated[tuple[Limit, ...], Field(max_length=8), AfterValidator(_each_once)]


class Budget(Frozen):
    """Limits that rules share: each that names this budget draws on it.

    ``unit``: what its amounts are of, for whoever types and reads them: points, or credit.
    """

    code: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    name: Annotated[str, Field(min_length=1, max_length=120)]
    unit: BudgetUnit = "points"
    limits: Annotated[Limits, Field(min_length=1)]
