"""The birthday gifts of tiers, as rules like any other: so they come by the same clock, once a year,
and are explained, tried on history and verified in the same way. Pure."""

from __future__ import annotations

from vafa.program.rules.conditions import OneOf
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.naming import Text
from vafa.program.rules.rule import Rule

_PREFIX = "birthday:"


def tier_gifts(program: Program) -> list[Rule]:
    """A rule for each tier that has a birthday gift."""
    return [_rule(tier) for tier in program.tiers if tier.birthday is not None]


def gift_name(program: Program, rule_id: str, lang: str) -> str:
    """What the gift with that rule's id is called; "" where it is no tier's gift."""
    if not rule_id.startswith(_PREFIX):
        return ""
    tier = program.tier(rule_id.removeprefix(_PREFIX))
    return _name(tier).said(lang) if tier else ""


def _rule(tier: Tier) -> Rule:
    # Not checked like one that is typed: no rule's id looks like this one, so none has it.
    return Rule.model_construct(
        id=f"{_PREFIX}{tier.code}",
        name=_name(tier),
        on="birthday",
        conditions=(OneOf(fact="tier", values=(tier.code,)),),
        gives=tier.birthday,
    )


def _name(tier: Tier) -> Text:
    fa, en = tier.name.said("fa"), tier.name.said("en")
    return Text.model_construct(fa=f"هدیهٔ تولد سطح {fa}", en=f"birthday gift of the {en} tier")
