"""A club's live promise in words, for whoever wants to know what she gets."""

from __future__ import annotations

from dataclasses import dataclass

from vafa.club.models import Branch
from vafa.club.reads.context import ClubContext
from vafa.commerce.models import Category
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import AnyRule, Multiplier, Program, Tier
from vafa.program.rules.promise import rule_words, terms_words, tier_words


@dataclass(frozen=True, slots=True)
class Promise:
    """``rules`` are the active ones with their sentences, ``tiers`` all of them from the lowest
    with what each gives ("" for nothing more), ``terms`` sentences about the points."""

    program: Program
    rules: list[tuple[AnyRule, str]]
    tiers: list[tuple[Tier, str]]
    terms: list[str]


def promise(club: ClubContext, lang: str) -> Promise:
    """What the club promises today, in ``lang``. Raises NoLiveProgram."""
    program = live_program(club.id).program
    active = [rule for rule in program.rules if rule.is_active]
    multipliers = [rule for rule in active if isinstance(rule, Multiplier)]
    branch_ids = {i for rule in multipliers for i in rule.branch_ids}
    category_ids = {i for rule in multipliers for i in rule.category_ids}
    branches = _names(Branch, club, branch_ids)
    categories = _names(Category, club, category_ids)
    unit = club.display_unit
    return Promise(
        program=program,
        rules=[
            (rule, rule_words(rule, unit, lang, branches=branches, categories=categories))
            for rule in active
        ],
        tiers=[(tier, tier_words(tier, lang)) for tier in program.tiers],
        terms=terms_words(program.terms, unit, lang),
    )


def _names(
    model: type[Branch] | type[Category], club: ClubContext, ids: set[int]
) -> dict[int, str]:
    if not ids:
        return {}
    return dict(model.objects.filter(club_id=club.id, pk__in=ids).values_list("id", "name"))
