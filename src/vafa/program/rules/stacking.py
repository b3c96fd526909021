"""Which of the rules that match are given, where a stacking group lets only one win. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction

from vafa.program.rules.deeds import Deed
from vafa.program.rules.document import Program
from vafa.program.rules.rule import Fixed, PerItem, PerStep, Rule, Times

Matched = tuple[Rule, tuple[int, ...]]  # a rule and the lines that count for it


def stack(program: Program, matched: list[Matched]) -> list[Matched]:
    """``matched`` (in the order of rules) without what a group leaves out.

    Within a group that is not ``all``, each line goes to one rule: the one that gives most for it
    (the first in order where two give as much), or simply the first. Rules that give a fixed
    number, or no amount at all (of which the first is the best), compete for the bill as a whole.
    """
    choosing = {group.code: group.mode for group in program.groups if group.mode != "all"}
    rivals: dict[str, list[Matched]] = {}
    for rule, lines in matched:
        if rule.group in choosing:
            rivals.setdefault(rule.group, []).append((rule, lines))
    kept: dict[str, tuple[int, ...]] = {}
    for code, group in rivals.items():
        kept |= _winners(group, best=choosing[code] == "best")
    return [
        (rule, kept.get(rule.id, lines))
        for rule, lines in matched
        if rule.group not in choosing or rule.id in kept
    ]


def _winners(group: list[Matched], *, best: bool) -> dict[str, tuple[int, ...]]:
    """The lines that each winning rule of a group keeps."""
    # Sorting is stable: of equals the first in order wins.
    ranked = sorted(group, key=lambda one: -_worth(one[0])) if best else group
    if isinstance(ranked[0][0].gives, Fixed | Deed):
        rule, lines = ranked[0]
        return {rule.id: lines}
    out: dict[str, tuple[int, ...]] = {}
    taken: set[int] = set()
    for rule, lines in ranked:
        left = tuple([i for i in lines if i not in taken])
        if left:
            out[rule.id] = left
            taken.update(left)
    return out


def _worth(rule: Rule) -> Fraction:
    """What a rule gives for the same thing, to be compared within one kind."""
    gives = rule.gives
    if isinstance(gives, PerStep):
        return Fraction(gives.points, gives.step)
    if isinstance(gives, Fixed | PerItem):
        return Fraction(gives.points)
    return Fraction(gives.percent) if isinstance(gives, Times) else Fraction(0)


def givable(matched: Sequence[Matched], shut: Collection[str]) -> list[Matched]:
    """``matched`` (in the order of rules) without those that have nothing to give to this member,
    and without a second rule for the same badge."""
    out: list[Matched] = []
    badges: set[str] = set()
    for one in matched:
        gives = one[0].gives
        target = gives.target if isinstance(gives, Deed) else ""
        if target in shut or target in badges:
            continue
        if target.startswith("badge:"):
            badges.add(target)
        out.append(one)
    return out
