"""What the panel says about the programme: happenings, kinds of rules, and what a draft changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from vafa.club.reads.context import ClubContext
from vafa.core.money import format_number
from vafa.program.reads.promise import gift_series
from vafa.program.reads.tier_segments import names_of_segments
from vafa.program.rules.budget_units import budget_unit
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.expiry import Never
from vafa.program.rules.index import canonical
from vafa.program.rules.limit_words import limits_words
from vafa.program.rules.limits import Budget
from vafa.program.rules.promise import terms_words, waiting_words
from vafa.program.rules.promise_parts import part_words
from vafa.program.rules.rule import Group, Rule
from vafa.program.rules.rule_words import RuleNames, rule_words
from vafa.program.rules.tier_terms import TierTerms
from vafa.program.rules.tier_words import threshold_words, tier_words
from vafa.web.panel.happening_words import happening_differences
from vafa.web.panel.place_words import place_differences
from vafa.web.shared.context import current_lang


class Names(NamedTuple):
    """Names of branches, categories and tiers by number or code, and ``others`` of all that the
    programmes at hand name, for the conditions of rules."""

    branches: Mapping[int, str]
    categories: Mapping[int, str]
    tiers: Mapping[str, str]
    others: RuleNames = RuleNames()

    @property
    def of_rules(self) -> RuleNames:
        """The same for the sentences of rules."""
        return self.others._replace(
            branches={**self.others.branches, **self.branches},
            categories={**self.others.categories, **self.categories},
            tiers={**self.others.tiers, **self.tiers},
        )


class Difference(NamedTuple):
    """One thing that a draft changes: ``kind`` added, removed or changed; what was and will be."""

    kind: str
    what: str
    was: str = ""
    will: str = ""


def trigger_words(trigger: str) -> str:
    """What made points move, as the staff call it."""
    return {
        "purchase": _("Purchase"),
        "join": _("Joining"),
        "happening": _("Occasion or event"),
        "redeem": _("Reward"),
        "pay": _("Paid with points"),
        "return": _("Return"),
        "give_back": _("Given back"),
        "unredeem": _("Reward given up"),
        "revive": _("Given back"),
        "expire": _("Expired"),
        "adjust": _("Correction by hand"),
        "opening": _("Balance of before"),
        "offline": _("Paid offline"),
        "reverse": _("Undone"),
        "gift": _("Gift to a member"),
        "gift_in": _("Gift from a member"),
        "gift_in_back": _("Gift taken back"),
        "merge": _("Merged"),
        "leave": _("Left the club by choice"),
    }.get(trigger, trigger)


def transfer_words(kind: str) -> str:
    """What a movement of the ledger was."""
    return {
        "earn": _("Earning"),
        "spend": _("Spending"),
        "reserve": _("Set aside"),
        "capture": _("Spending"),
        "release": _("No longer set aside"),
        "mature": _("Became available"),
        "take": _("Taken by correction"),
        "gift": _("Gift"),
        "gift_back": _("Gift taken back"),
        "pour": _("Moved to another account"),
        "revive": _("Given back"),
        "restore": _("Given back"),
        "claw_back": _("Taken back"),
        "owe": _("Taken back"),
        "repay": _("Repaid"),
        "expire": _("Expired"),
        "forfeit": _("Given up by leaving"),
    }.get(kind, kind)


def kind_words(kind: str) -> str:
    """What a kind of rule is called."""
    return {
        "per_amount": _("Points for purchases"),
        "multiplier": _("Multiplied points"),
        "welcome": _("Welcome gift"),
        "birthday": _("Birthday"),
        "rule": _("Rule"),
    }[kind]


def say_rule(club: ClubContext, rule: Rule, names: Names) -> str:
    """What a rule gives, in a sentence."""
    return rule_words(rule, club.display_unit, current_lang(), names.of_rules)


def say_group(group: Group) -> str:
    """How the rules of a group stand to each other."""
    how = {
        "all": _("all of them count"),
        "best": _("only the best for the member counts"),
        "first": _("only the first in order counts"),
    }[group.mode]
    return f"{group.name.said(current_lang())}: {how}"


def say_tier(club: ClubContext, tier: Tier, terms: TierTerms) -> str:
    """From where a tier is reached, and what it gives."""
    lang = current_lang()
    segments = names_of_segments(club.id, [tier], lang)
    reached = threshold_words(terms, tier, club.display_unit, lang, segments)
    series = gift_series(club, [tier])
    gives = tier_words(tier, club.display_unit, current_lang(), series)
    return f"{reached}: {gives}" if gives else reached


def differences(
    club: ClubContext, live: Program | None, draft: Program, names: Names
) -> list[Difference]:
    """What publishing ``draft`` would change, rule by rule, tier by tier, term by term."""
    old = live or Program()
    return [
        *_rule_differences(club, old, draft, names),
        *_tier_differences(club, old, draft),
        *_budget_differences(club, old, draft),
        *_term_differences(club, old, draft),
        *_part_differences(club, old, draft),
        *(Difference(*one) for one in happening_differences(old, draft)),
        *(Difference(*one) for one in place_differences(club, old, draft)),
    ]


def _rule_differences(
    club: ClubContext, old: Program, new: Program, names: Names
) -> list[Difference]:
    found: list[Difference] = []
    lang = current_lang()
    for rule in new.rules:
        before = old.rule(rule.id)
        will = _rule_line(club, rule, names)
        if before is None:
            found.append(Difference("added", rule.name.said(lang), will=will))
        elif differs(before, rule):
            was = _rule_line(club, before, names)
            if was == will:
                was, will = _all_names(before), _all_names(rule)
            if was == will:
                was, will = _place(old, before), _place(new, rule)
            found.append(Difference("changed", rule.name.said(lang), was, will))
    for rule in old.rules:
        if new.rule(rule.id) is None:
            was = _rule_line(club, rule, names)
            found.append(Difference("removed", rule.name.said(lang), was=was))
    if _in_order(old, new) != _in_order(new, old):
        found.append(Difference("changed", _("The order of the rules")))
    return found


def differs(before: Rule, rule: Rule) -> bool:
    """Whether a rule says anything else than before; its place among the others is not its own."""
    return before != rule.model_copy(update={"order": before.order})


def _in_order(program: Program, other: Program) -> list[str]:
    """The rules that both have, in the order of ``program``."""
    rules = sorted(program.rules, key=canonical)
    return [rule.id for rule in rules if other.rule(rule.id) is not None]


def _place(program: Program, rule: Rule) -> str:
    """With which rules it competes, and on which budget it draws."""
    group, budget = program.group(rule.group), program.budget(rule.budget)
    alone = _("It adds to what the other rules give")
    return ". ".join([say_group(group) if group else alone, *([budget.name] if budget else [])])


def _rule_line(club: ClubContext, rule: Rule, names: Names) -> str:
    said = say_rule(club, rule, names)
    return said if rule.is_active else _("%(rule)s (switched off)") % {"rule": said}


def _all_names(rule: Rule | Tier) -> str:
    return " / ".join(name for name in (rule.name.fa, rule.name.en) if name)


def say_budget(club: ClubContext, program: Program, budget: Budget) -> str:
    """What a budget of ``program`` allows, credit in the club's unit of money."""
    unit = budget_unit(program, budget)
    return limits_words(budget.limits, unit, club.display_unit, current_lang())


def _budget_differences(club: ClubContext, old: Program, new: Program) -> list[Difference]:
    found: list[Difference] = []
    for budget in new.budgets:
        before = old.budget(budget.code)
        will = say_budget(club, new, budget)
        if before is None:
            found.append(Difference("added", budget.name, will=will))
        elif before != budget:
            was = say_budget(club, old, before)
            if before.name != budget.name:
                was, will = f"{before.name}: {was}", f"{budget.name}: {will}"
            found.append(Difference("changed", budget.name, was, will))
    gone = [b for b in old.budgets if new.budget(b.code) is None]
    return found + [Difference("removed", b.name, was=say_budget(club, old, b)) for b in gone]


def _tier_differences(club: ClubContext, old: Program, new: Program) -> list[Difference]:
    found: list[Difference] = []
    lang = current_lang()
    for tier in new.tiers:
        name = _("Tier %(name)s") % {"name": tier.name.said(lang)}
        before = old.tier(tier.code)
        will = say_tier(club, tier, new.tier_terms)
        if before is None:
            found.append(Difference("added", name, will=will))
        elif before != tier:
            was = say_tier(club, before, old.tier_terms)
            if was == will:
                was, will = _all_names(before), _all_names(tier)
            found.append(Difference("changed", name, was, will))
    for tier in old.tiers:
        if new.tier(tier.code) is None:
            name = _("Tier %(name)s") % {"name": tier.name.said(lang)}
            found.append(Difference("removed", name, was=say_tier(club, tier, old.tier_terms)))
    return found


def _term_differences(club: ClubContext, old: Program, new: Program) -> list[Difference]:
    if old.terms == new.terms:
        return []
    was = say_terms(club, old)
    will = say_terms(club, new)
    gone = [text for text in was if text not in will]
    come = [text for text in will if text not in was]
    return [Difference("changed", _("Terms of the points"), ". ".join(gone), ". ".join(come))]


def part_names() -> dict[str, str]:
    """The smaller parts of a programme and what they are called."""
    return {
        "earning": _("What earns"),
        "tier_terms": _("How tiers are reached and lost"),
        "credit": _("Credit"),
        "adjustments": _("Corrections by hand"),
        "gifts": _("Gifts between members"),
        "households": _("Households"),
        "holds": _("Setting aside"),
        "till": _("The till"),
        "profile": _("Complete profiles"),
        "managers": _("Managers of branches"),
        "referral": _("Invitations"),
    }


def say_part(club: ClubContext, part: str, program: Program) -> list[str]:
    """A smaller part of a programme in sentences."""
    return part_words(part, program, club.display_unit, current_lang())


def _part_differences(club: ClubContext, old: Program, new: Program) -> list[Difference]:
    return [
        Difference(
            "changed",
            name,
            ". ".join(say_part(club, part, old)),
            ". ".join(say_part(club, part, new)),
        )
        for part, name in part_names().items()
        if getattr(old, part) != getattr(new, part)
    ]


def say_terms(club: ClubContext, program: Program) -> list[str]:
    """The terms of the points in sentences, with those that the members' page leaves unsaid."""
    said = terms_words(program.terms, club.display_unit, current_lang())
    if not program.terms.worth:
        said.append(_("Points do not pay for purchases"))
    if isinstance(program.terms.expiry, Never):
        said.append(_("Points do not expire"))
    if not waiting_words(program.terms, current_lang()):
        said.append(_("Points can be spent at once"))
    if program.terms.revive_days and not isinstance(program.terms.expiry, Never):
        days = format_number(program.terms.revive_days, current_lang())
        said.append(_("Expired points may be given back for %(days)s days") % {"days": days})
    if program.terms.judges == "then":
        said.append(_("A purchase dated earlier is counted by the rules of its date"))
    return said
