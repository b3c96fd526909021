"""The rules that a purchase would miss, in words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from time import monotonic
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.core.money import format_amount
from vafa.program.reads.promise import rule_names
from vafa.program.reads.revisions import published_program
from vafa.program.rules.missed import Missed
from vafa.program.rules.rule import Condition, OneOf, Rule
from vafa.program.rules.rule_words import RuleNames, condition_words

_KEPT_SECONDS = 30  # what was renamed is called by its new name after that


class MissedRule(NamedTuple):
    """A rule that did not fire: why, in a sentence, and how much money more would bring it (0:
    money alone does not)."""

    rule: str
    name: str
    text: str
    missing: int


def missed_words(
    club: ClubContext, revision_id: int, missed: Sequence[Missed], lang: str
) -> list[MissedRule]:
    """The missed rules of a preview's answer in ``lang``, in their order."""
    if not missed:
        return []
    words = _words(club, revision_id, lang, int(monotonic() // _KEPT_SECONDS))
    return [
        MissedRule(one.rule.id, one.rule.name.said(lang), words.of(one), one.missing)
        for one in missed
    ]


class _Words:
    """What is said of the rules of a revision, kept for a little while: a till asks with every
    bill, and most rules are missed because of the same as before."""

    def __init__(self, club: ClubContext, revision_id: int, lang: str) -> None:
        program = published_program(revision_id)
        rules = [rule for rule in program.rules if rule.on == "purchase"]
        self._names = rule_names(club, program, rules, lang)
        self._unit, self._lang = club.display_unit, lang
        self._said: dict[tuple[str, Condition | None], str] = {}

    def of(self, one: Missed) -> str:
        if one.missing:
            return _more(one, self._unit, self._lang)
        asked = one.rule.id, one.because
        if asked not in self._said:
            self._said[asked] = _text(*one[:2], self._unit, self._lang, self._names)
        return self._said[asked]


@lru_cache(maxsize=256)
def _words(club: ClubContext, revision_id: int, lang: str, since: int) -> _Words:
    return _Words(club, revision_id, lang)


def _more(one: Missed, unit: str, lang: str) -> str:
    more, name = format_amount(one.missing, unit, lang), one.rule.name.said(lang)
    return f"با {more} خرید بیشتر: {name}" if lang == "fa" else f"{more} more brings: {name}"


def _text(rule: Rule, because: Condition | None, unit: str, lang: str, names: RuleNames) -> str:
    fa, name = lang == "fa", rule.name.said(lang)
    if because is None:
        return f"{name}: امروز برقرار نیست" if fa else f"{name}: not in force on this day"
    if isinstance(because, OneOf) and because.fact == "branch" and _is_shut(rule, because):
        return f"{name}: در این شعبه برقرار نیست" if fa else f"{name}: not at this branch"
    only = condition_words(because, unit, lang, names)
    if not only:
        return f"{name}: این خرید شرط آن را ندارد" if fa else f"{name}: not for this purchase"
    return f"{name}: فقط {only}" if fa else f"{name}: only {only}"


def _is_shut(rule: Rule, condition: OneOf) -> bool:
    """Whether it is not the rule's own condition that was missed, but the branch's terms."""
    return condition.but and condition not in rule.conditions
