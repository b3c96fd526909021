"""What a rule comes to on an ordinary bill, for who writes it. Pure.

The bill is made so that the rule's conditions on the moment, the place, the tier and the goods
hold, and then decided like any other; of what only a real member can have (her birthday, what she
bought before) the example takes for granted that it is so.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from vafa.core.jalali import WEEKDAYS_FA, Calendar
from vafa.core.money import format_amount
from vafa.program.rules.conditions import Between, Condition, Lines, OneOf
from vafa.program.rules.deeds import Deed
from vafa.program.rules.document import Program
from vafa.program.rules.earning import Decided, decide_purchase
from vafa.program.rules.facts import LineFacts, PurchaseFacts
from vafa.program.rules.limit_words import given_words
from vafa.program.rules.rule import PerStep, Rule

USUAL_TOTAL = 5_000_000
_STEPS = 50
_STAGED = frozenset({"weekday", "branch", "merchant", "channel", "tier", "gender", "payment"})
_WEEK = range(7)
_WEEKDAYS_EN = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)


class Example(NamedTuple):
    """A bill of ``total`` (smallest units) on ``day`` earns ``given``, and ``without`` the rule that.

    ``asks_day``: the day matters to the rule; ``tier``: that of the buyer, where it matters.
    """

    total: int
    day: date
    given: Decided
    without: Decided
    asks_day: bool = False
    tier: str = ""


def example_of(
    program: Program, rule: Rule, today: date, calendar: Calendar, total: int = 0
) -> Example | None:
    """What ``rule``, put into ``program``, gives on a bill of ``total`` (0: a usual one), on the
    next day that fits; None for a rule that is not about bills, or that gives no amount."""
    if rule.on != "purchase" or isinstance(rule.gives, Deed):
        return None
    chosen = {c.fact: c for c in rule.conditions if isinstance(c, OneOf) and c.fact in _STAGED}
    total = _total(program, rule, total)
    minutes = _between(rule, "minute")
    day = _day(rule, chosen.get("weekday"), today)
    tier = str(_first(chosen.get("tier")) or "")
    facts = PurchaseFacts(
        day,
        calendar,
        int(_first(chosen.get("branch")) or 0),
        [_line(rule, total)],
        None,
        tier or _lowest(program),
        minute=(minutes.least or 0) if minutes else 12 * 60,
        merchant_id=int(_first(chosen.get("merchant")) or 0),
        channel=str(_first(chosen.get("channel")) or "store"),
        gender=str(_first(chosen.get("gender")) or ""),
        payment=str(_first(chosen.get("payment")) or ""),
    )
    staged = rule.model_copy(
        update={"is_active": True, "conditions": tuple(c for c in rule.conditions if _is_staged(c))}
    )
    others = tuple(other for other in program.rules if other.id != rule.id)
    without = decide_purchase(program.model_copy(update={"rules": others}), facts)
    with_it = decide_purchase(program.model_copy(update={"rules": (*others, staged)}), facts)
    return Example(total, day, with_it, without, "weekday" in chosen, tier)


def example_words(example: Example, program: Program, unit: str, lang: str) -> str:
    """The example as a sentence; ``unit`` is the display unit of money."""
    fa = lang == "fa"
    bill = format_amount(example.total, unit, lang)
    given = decided_words(example.given, unit, lang)
    less = decided_words(example.without, unit, lang)
    tier = program.tier(example.tier) if example.tier else None
    weekday = (WEEKDAYS_FA if fa else _WEEKDAYS_EN)[example.day.weekday()]
    said = f"خرید {bill}" if fa else f"A bill of {bill}"
    if example.asks_day:
        said += f" در {weekday}" if fa else f" on a {weekday}"
    if tier is not None:
        name = tier.name.said(lang)
        said += f" از عضوی در سطح {name}" if fa else f" of a member of the {name} tier"
    without = "بدون این قانون" if fa else "without this rule"
    return f"{said}: {given}{'؛' if fa else ';'} {without} {less}"


def decided_words(decided: Decided, unit: str, lang: str) -> str:
    """«۱۲ امتیاز و ۵٬۰۰۰ تومان اعتبار», “12 points and 5,000 toman of credit”; «هیچ» for nothing."""
    amounts = {"points": decided.points, "credit": decided.credit, "tier": decided.tier}
    said = [given_words(n, given, unit, lang) for given, n in amounts.items() if n]
    return (" و " if lang == "fa" else " and ").join(said) or ("هیچ" if lang == "fa" else "nothing")


def _total(program: Program, rule: Rule, wanted: int) -> int:
    gives = [rule.gives, *(r.gives for r in program.rules if r.is_active)]
    steps = [gift.step for gift in gives if isinstance(gift, PerStep)]
    total = wanted or (steps[0] * _STEPS if steps else USUAL_TOTAL)
    asked = _between(rule, "total")
    if asked is None or wanted:
        return total
    total = max(total, asked.least or 0)
    return total if asked.most is None else min(total, asked.most)


def _day(rule: Rule, weekday: OneOf | None, today: date) -> date:
    first = max(today, rule.starts) if rule.starts else today
    for away in _WEEK:
        day = first + timedelta(days=away)
        if weekday is None or ((day.weekday() + 2) % 7 in weekday.values) != weekday.but:
            return day
    return first


def _line(rule: Rule, total: int) -> LineFacts:
    named: dict[str, Any] = {
        c.fact: c.values[0] for c in rule.conditions if isinstance(c, Lines) and not c.but
    }
    return LineFacts(
        total, named.get("category"), named.get("product"), brand=named.get("brand", "")
    )


def _first(condition: OneOf | None) -> int | str | None:
    return condition.values[0] if condition is not None and not condition.but else None


def _lowest(program: Program) -> str | None:
    return next((tier.code for tier in program.tiers if tier.least == 0), None)


def _between(rule: Rule, fact: str) -> Between | None:
    found = (c for c in rule.conditions if isinstance(c, Between) and c.fact == fact)
    return next(found, None)


def _is_staged(condition: Condition) -> bool:
    if isinstance(condition, Lines):
        return True
    if isinstance(condition, OneOf):
        return condition.fact in _STAGED and not (condition.but and condition.fact != "weekday")
    return isinstance(condition, Between) and condition.fact in ("total", "minute")
