"""The part of a programme that is one branch's alone, and so its manager's to change. Pure.

It holds the rules that hold at this branch and nowhere else and give an amount, the groups of
such rules alone, and the branch's own terms but for those of ``OF_CLUB``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from vafa.program.rules.deeds import Deed
from vafa.program.rules.document import Program
from vafa.program.rules.place_terms import OF_CLUB, PlaceTerms
from vafa.program.rules.rule import Group, OneOf, Rule


class Here(NamedTuple):
    """A branch, and the merchant to whom it belongs."""

    branch_id: int
    merchant_id: int


def only_at(rule: Rule, branch_id: int) -> Rule:
    """The rule as it holds at this branch and nowhere else; for whoever reads it to be checked."""
    here = OneOf(fact="branch", values=(branch_id,))
    if here in rule.conditions:
        return rule
    others = [c for c in rule.conditions if not isinstance(c, OneOf) or c.fact != "branch"]
    return rule.model_copy(update={"conditions": (here, *others)})


def is_of_branch(rule: Rule, branch_id: int) -> bool:
    """Whether the rule holds at this branch and nowhere else."""
    return any(
        isinstance(c, OneOf) and c.fact == "branch" and not c.but and set(c.values) == {branch_id}
        for c in rule.conditions
    )


def own_terms(program: Program, branch_id: int) -> PlaceTerms | None:
    """The branch's own terms; None where it has none."""
    own = (p for p in program.places if p.kind == "branch" and p.number == branch_id)
    return next(own, None)


def starting_terms(program: Program, here: Here) -> PlaceTerms:
    """What a branch's own terms start from: those in force there, as its own."""
    found = program.terms_at(*here)
    fields = found.model_dump(exclude={"kind", "number"}) if found else {}
    return PlaceTerms(kind="branch", number=here.branch_id, **fields)


def with_branch_part(base: Program, other: Program, here: Here) -> Program:
    """``base`` with the branch's part as it is in ``other``, to be checked; all else is as in
    ``base``, also where ``other`` changed that."""
    was = {rule.id: rule for rule in base.rules}
    will = {rule.id: rule for rule in other.rules}
    groups = _own_groups(was, will, here.branch_id)
    chosen = {
        rule_id: _chosen(was.get(rule_id), will.get(rule_id), groups, here.branch_id)
        for rule_id in dict.fromkeys([*was, *will])
    }
    return base.model_copy(
        update={
            "rules": tuple(rule for rule in chosen.values() if rule is not None),
            "groups": _groups(base, other, groups),
            "places": _places(base, other, here),
        }
    )


def same_promise(one: Program, other: Program) -> bool:
    """Whether two programmes promise the same; how their parts are stored does not count."""
    return _sorted(one) == _sorted(other)


def _sorted(program: Program) -> Program:
    return program.model_copy(
        update={
            "rules": tuple(sorted(program.rules, key=lambda rule: rule.id)),
            "groups": tuple(sorted(program.groups, key=lambda group: group.code)),
            "places": tuple(sorted(program.places, key=lambda p: (p.kind, p.number))),
        }
    )


def _chosen(
    before: Rule | None, after: Rule | None, groups: set[str], branch_id: int
) -> Rule | None:
    both = [rule for rule in (before, after) if rule is not None]
    if not all(is_of_branch(rule, branch_id) for rule in both):
        return before
    if after is not None:
        # What does something beside giving an amount reaches beyond the branch and its budget.
        if isinstance(after.gives, Deed) and (before is None or before.gives != after.gives):
            return before
        # Budgets and groups that she shares with others are not hers to draw on, or to leave.
        if after.budget != (before.budget if before else ""):
            return before
        if after.group not in {"", before.group if before else "", *groups}:
            return before
        if before is not None and before.group not in {after.group, "", *groups}:
            return before
    return after


def _own_groups(was: Mapping[str, Rule], will: Mapping[str, Rule], branch_id: int) -> set[str]:
    """The groups all of whose rules are the branch's, before and after."""
    rules = [*was.values(), *will.values()]
    shared = {rule.group for rule in rules if not is_of_branch(rule, branch_id)}
    return {rule.group for rule in rules if rule.group} - shared


def _groups(base: Program, other: Program, own: set[str]) -> tuple[Group, ...]:
    codes = dict.fromkeys([group.code for group in (*base.groups, *other.groups)])
    found = [(other if code in own else base).group(code) for code in codes]
    return tuple(group for group in found if group is not None)


def _places(base: Program, other: Program, here: Here) -> tuple[PlaceTerms, ...]:
    will = own_terms(other, here.branch_id)
    if will is None:
        return base.places
    of_club = starting_terms(base, here).model_dump(include=set(OF_CLUB))
    mine = PlaceTerms(**(will.model_dump() | of_club))
    was = own_terms(base, here.branch_id)
    if was is None:
        return (*base.places, mine)
    return tuple(mine if place == was else place for place in base.places)
