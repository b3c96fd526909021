"""Which rules hold at a place, and what it may still give: made once for a programme. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from vafa.program.rules.allowances import Allowance, OfRules, tier_key
from vafa.program.rules.deeds import Deed
from vafa.program.rules.document import Program
from vafa.program.rules.place_terms import PlaceTerms
from vafa.program.rules.rule import Given, Rule


class AtPlace(NamedTuple):
    """The bits of the rules that hold there, and every rule's allowances there."""

    holds: int
    allowances: OfRules


class Places(NamedTuple):
    """Places with terms of their own; a branch's come before its merchant's."""

    branches: Mapping[int, AtPlace]
    merchants: Mapping[int, AtPlace]

    def at(self, branch_id: int, merchant_id: int) -> AtPlace | None:
        """What differs at a branch of a merchant; None where nothing does."""
        found = self.branches.get(branch_id)
        return self.merchants.get(merchant_id) if found is None else found

    def limited(self) -> Iterator[OfRules]:
        """The allowances at each of these places."""
        for places in (self.branches, self.merchants):
            for there in places.values():
                yield there.allowances


def places_of(program: Program, rules: Sequence[Rule], own: OfRules) -> Places | None:
    """What differs where, for ``rules`` (by their bits), which have allowances of their ``own``
    everywhere; None where no place has terms."""
    if not program.places:
        return None
    found: dict[str, dict[int, AtPlace]] = {"branch": {}, "merchant": {}}
    for place in program.places:
        there = AtPlace(_holds(place, rules), _allowances(program, place, rules, own))
        found[place.kind][place.number] = there
    return Places(found["branch"], found["merchant"])


def _holds(place: PlaceTerms, rules: Sequence[Rule]) -> int:
    if not place.earns:
        return 0
    excluded = set(place.excluded)
    return sum(1 << n for n, rule in enumerate(rules) if rule.id not in excluded)


def _allowances(
    program: Program, place: PlaceTerms, rules: Sequence[Rule], own: OfRules
) -> OfRules:
    budgets = _budgets(place)
    if not budgets:
        return own
    there: dict[str, tuple[Allowance, ...]] = {key: tuple(each) for key, each in own.items()}
    for rule in rules:
        budget = budgets.get(rule.gives.unit)
        if budget is not None and not isinstance(rule.gives, Deed):
            there[rule.id] = (*there.get(rule.id, ()), budget)
    if "points" in budgets:
        there |= {tier_key(tier.code): (budgets["points"],) for tier in program.tiers}
    return there


def _budgets(place: PlaceTerms) -> dict[Given, Allowance]:
    # One counter for the whole place: a merchant's is shared by its branches.
    name = f"{place.kind[0]}:{place.number}"
    amounts: list[tuple[Given, str, int]] = [
        ("points", f"p:{name}", place.points_a_month),
        ("credit", f"c:{name}", place.credit_a_month),
    ]
    return {
        unit: Allowance(what, "total", "month", "points", most)
        for unit, what, most in amounts
        if most
    }
