"""Which rules stand open for a member, and which days bring her something by themselves."""

from __future__ import annotations

from datetime import date
from typing import Any

from vafa.program.rules.conditions import Between, Expression, NearBirthday, OneOf
from vafa.program.rules.deeds import BadgeKind, GiveBadge, Say, Words
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.facts import PurchaseFacts
from vafa.program.rules.occasions import OccasionDay
from vafa.program.rules.open_rules import coming_rules, open_rules
from vafa.program.rules.rule import Fixed, PerStep, Rule, Text, Times

TODAY = date(2026, 11, 22)
JOINED = date(2024, 12, 1)
FACTS = PurchaseFacts(TODAY, "gregorian", 0, (), date(1990, 11, 24), "gold", gender="female")


def rule(number: str, *conditions: Any, gives: Any = None, **fields: Any) -> Rule:
    gives = gives or Fixed(points=5)
    return Rule(id=number, name=Text(fa=number), conditions=conditions, gives=gives, **fields)


def opened(*rules: Rule, facts: PurchaseFacts = FACTS) -> list[str]:
    badges = (BadgeKind(code="star", name=Text(fa="ستاره")),)
    tiers = tuple(Tier(code=c, name=Text(fa=c), least=n) for n, c in enumerate(("silver", "gold")))
    program = Program(rules=rules, badges=badges, tiers=tiers)
    return [one.rule.id for one in open_rules(program, facts)]


def test_she_is_asked_and_her_bill_is_not() -> None:
    gold = OneOf(fact="tier", values=("gold",))
    rules = [
        rule("base", gives=PerStep(points=1, step=100_000)),
        rule("thursday", OneOf(fact="weekday", values=(5,)), gives=Times(percent=200)),
        rule("gold", gold, Between(fact="total", least=9_000_000), order=200),
        rule("silver", OneOf(fact="tier", values=("silver",))),
        rule("men", OneOf(fact="gender", values=("male",))),
        rule("returning", Between(fact="days_since", least=30)),
        rule("cel", Expression(text="bill.total > 5")),
    ]
    assert opened(*rules) == ["gold", "thursday"]
    back = FACTS._replace(counters={("days_since", None): 40})
    assert opened(*rules, facts=back) == ["returning", "gold", "thursday"]


def test_days_and_what_is_gone() -> None:
    rules = [
        rule("until", ends=date(2026, 12, 1)),
        rule("over", ends=date(2026, 11, 21)),
        rule("later", starts=date(2026, 11, 23)),
        rule("badge", gives=GiveBadge(badge="star")),
        rule("words", gives=Say(words=Words(fa="سلام"))),
        rule("birthday", NearBirthday(days=3), gives=Times(percent=200)),
    ]
    assert opened(*rules) == ["birthday", "until", "badge"]
    assert opened(*rules, facts=FACTS._replace(shut={"badge:star"})) == ["birthday", "until"]
    near = open_rules(Program(rules=tuple(rules)[-1:]), FACTS)[0]
    assert near.is_hers and near.ends == date(2026, 11, 27)
    assert near.said.conditions == (NearBirthday(days=3),)


def test_days_that_come() -> None:
    rules = (
        rule("born", on="birthday"),
        rule("second", on="anniversary", years=(2,)),
        rule("fifth", on="anniversary", years=(5,)),
        rule("yalda", on="occasion", what="yalda"),
        rule("nowruz", on="occasion", what="nowruz"),
        rule("wedding", on="member_date", what="wedding_date", shift=-3),
    )
    occasions = {"yalda": OccasionDay("jalali", 9, 30), "nowruz": OccasionDay("jalali", 1, 1)}
    dates = {"wedding_date": date(2015, 12, 10)}
    found = coming_rules(Program(rules=rules), FACTS, JOINED, occasions, dates)
    assert [(one.rule.id, one.day, one.years) for one in found] == [
        ("born", date(2026, 11, 24), 0),
        ("second", date(2026, 12, 1), 2),
        ("wedding", date(2026, 12, 7), 0),
        ("yalda", date(2026, 12, 21), 0),
    ]
    nobody = FACTS._replace(birth_date=None)
    assert [one.rule.id for one in coming_rules(Program(rules=rules), nobody, TODAY, {})] == []
