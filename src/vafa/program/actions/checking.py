"""Refuse rules that could never give anything, when they are saved."""

from __future__ import annotations

from datetime import date

from vafa.audience.reads.segments import definitions
from vafa.club.reads.context import ClubContext
from vafa.program.errors import RuleNeverFires
from vafa.program.models import Revision
from vafa.program.reads.known import known_things
from vafa.program.reads.tier_segments import refuse_tiers_in_tiers
from vafa.program.rules.deeds import Deed
from vafa.program.rules.document import Program
from vafa.program.rules.impossible import never_fires
from vafa.program.rules.rule import Rule
from vafa.program.rules.tier_gifts import tier_gifts

_WHAT_COUNTS = {"on", "what", "conditions", "starts", "ends"}


def refuse_impossible(club: ClubContext, program: Program, *, may_be_over: bool = False) -> None:
    """Raise RuleNeverFires for the first rule that is new or changed in ``program`` and could never
    fire. What stands in the draft (or else live) already is let be: a rule whose time has passed
    must not stop the work on others. ``may_be_over``: the same of all that ended already. Raise
    TierOfNobody for a tier whose segment cannot be one.
    """
    refuse_tiers_in_tiers(program, definitions(club.id))
    stored = Revision.objects.filter(club_id=club.id, status__in=("draft", "live"))
    before = stored.order_by("status").values_list("document", flat=True).first()
    had = {_said(rule) for rule in _every(Program.model_validate(before))} if before else set()
    fresh = [rule for rule in _every(program) if _said(rule) not in had]
    if not fresh:
        return
    known = known_things(club, program)
    if may_be_over:
        known = known._replace(today=date.min)
    for rule in fresh:
        problem = never_fires(rule, known)
        if problem is not None:
            raise RuleNeverFires(
                rule=rule.id,
                name_fa=rule.name.said("fa"),
                name_en=rule.name.said("en"),
                place=problem.place,
                field=problem.field,
                why_fa=problem.fa,
                why_en=problem.en,
            )


def _every(program: Program) -> list[Rule]:
    return [*program.rules, *tier_gifts(program)]


def _said(rule: Rule) -> str:
    """What decides whether the rule can fire, as text to compare."""
    counts = _WHAT_COUNTS | {"gives"} if isinstance(rule.gives, Deed) else _WHAT_COUNTS
    return rule.model_dump_json(include=counts)
