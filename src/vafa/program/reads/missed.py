"""The rules that a purchase would miss, in words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from time import monotonic
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from vafa.club.reads.context import ClubContext
from vafa.core.money import format_amount
from vafa.program.reads.promise import rule_names
from vafa.program.reads.revisions import published_program
from vafa.program.rules.rule import Condition, OneOf, Rule
from vafa.program.rules.rule_words import RuleNames, condition_words

_KEPT_SECONDS = 30  # what was renamed is called by its new name after that
_CONDITIONS: TypeAdapter[Condition] = TypeAdapter(Condition)


class MissedRule(NamedTuple):
    """A rule that did not fire: why, in a sentence, and how much money more would bring it (0:
    money alone does not)."""

    rule: str
    name: str
    text: str
    missing: int


def missed_words(
    club: ClubContext, revision_id: int, missed: Sequence[Sequence[Any]], lang: str
) -> list[MissedRule]:
    """The missed rules of a preview's answer in ``lang``, in their order."""
    program = published_program(revision_id)
    rules = {rule.id: rule for rule in program.rules}
    if not any(rule_id in rules for rule_id, _, _ in missed):
        return []
    names = _names(club, revision_id, lang, int(monotonic() // _KEPT_SECONDS))
    return [
        MissedRule(
            rule_id,
            rules[rule_id].name.said(lang),
            _text(club, rules[rule_id], because, missing, lang, names),
            missing,
        )
        for rule_id, because, missing in missed
        if rule_id in rules
    ]


@lru_cache(maxsize=256)
def _names(club: ClubContext, revision_id: int, lang: str, since: int) -> RuleNames:
    """What the rules of a revision name, kept for a little while: a till asks with every bill."""
    program = published_program(revision_id)
    return rule_names(club, program, [r for r in program.rules if r.on == "purchase"], lang)


def _text(
    club: ClubContext,
    rule: Rule,
    because: dict[str, Any] | None,
    missing: int,
    lang: str,
    names: RuleNames,
) -> str:
    fa, name = lang == "fa", rule.name.said(lang)
    if missing:
        more = format_amount(missing, club.display_unit, lang)
        return f"با {more} خرید بیشتر: {name}" if fa else f"{more} more brings: {name}"
    if because is None:
        return f"{name}: امروز برقرار نیست" if fa else f"{name}: not in force on this day"
    condition = _CONDITIONS.validate_python(because)
    if isinstance(condition, OneOf) and condition.fact == "branch" and _is_shut(rule, condition):
        return f"{name}: در این شعبه برقرار نیست" if fa else f"{name}: not at this branch"
    only = condition_words(condition, club.display_unit, lang, names)
    if not only:
        return f"{name}: این خرید شرط آن را ندارد" if fa else f"{name}: not for this purchase"
    return f"{name}: فقط {only}" if fa else f"{name}: only {only}"


def _is_shut(rule: Rule, condition: OneOf) -> bool:
    """Whether it is not the rule's own condition that was missed, but the branch's terms."""
    return condition.but and condition not in rule.conditions
