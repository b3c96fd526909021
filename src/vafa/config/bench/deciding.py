"""What the rules themselves cost: decisions in memory, without a database."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from time import perf_counter

from vafa.config.bench.figures import Bar, Figure, Row
from vafa.config.bench.stages import Bench
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.earning import LineFacts, PurchaseFacts, decide_purchase
from vafa.program.rules.recipes import per_amount
from vafa.program.rules.rule import (
    Between,
    Condition,
    Fixed,
    Lines,
    OneOf,
    PerItem,
    Rule,
    Text,
    Times,
)

_FEW, _MANY = 50, 2_000
_BAR = Bar(at_most=150)
_MANY_BAR = Bar(at_most=3)
_LINES, _BILLS = 10, 500
_BRANCHES, _CATEGORIES = 200, 200
_EVERYBODYS = 10  # rules that are about no place; the others are some branch's own
_NAME = Text(fa="ن")


def deciding(bench: Bench) -> list[Row]:
    """(l) Points of a bill of ten lines, under fifty rules and under two thousand."""
    rounds = bench.options.rounds
    bench.progress.start(2 * rounds, "Decisions")
    few, many = [], []
    for _ in range(rounds):
        few.append(_microseconds(made_up_program(_FEW)))
        bench.progress.advance()
        many.append(_microseconds(made_up_program(_MANY)))
        bench.progress.advance()
    bench.progress.finish()
    under_few, under_many = Figure(tuple(few)), Figure(tuple(many))
    return [
        Row("l", f"Decision, {_LINES} lines, {_FEW} rules", under_few, "µs", bar=_BAR),
        Row(
            "l",
            f"Decision, {_LINES} lines, {_MANY:,} rules",
            under_many,
            "µs",
            under_many.over(under_few),
            f"{_FEW} rules",
            _MANY_BAR,
        ),
    ]


def _microseconds(program: Program) -> float:
    bills = _bills()
    decide_purchase(program, bills[0])  # the index is made once for a revision
    began = perf_counter()
    for bill in bills:
        decide_purchase(program, bill)
    return (perf_counter() - began) / len(bills) * 1e6


def made_up_program(count: int, branches: Sequence[int] = range(1, _BRANCHES)) -> Program:
    """A programme of so many rules, most of them of one branch."""
    draw = random.Random(count)  # noqa: S311  (made-up rules)
    rules = [per_amount("base", _NAME, 1, 100_000)]
    for n in range(1, count):
        conditions = [_about(draw, n)]
        if n >= _EVERYBODYS:
            where = draw.choice(branches)
            conditions.append(OneOf(fact="branch", values=(where,)))
        gives = (Times(percent=150), PerItem(points=1), Fixed(points=3))[n % 3]
        rules.append(Rule(id=f"r{n}", name=_NAME, conditions=tuple(conditions), gives=gives))
    tiers = (
        Tier(code="base", name=_NAME, least=0),
        Tier(code="gold", name=_NAME, least=1_000, percent=120),
    )
    return Program(rules=tuple(rules), tiers=tiers)


def _about(draw: random.Random, n: int) -> Condition:
    if n % 4 == 0:
        return OneOf(fact="weekday", values=(draw.randrange(7), 5))
    if n % 4 == 1:
        return Lines(fact="category", values=tuple(draw.sample(range(1, _CATEGORIES), 20)))
    if n % 4 == 2:
        return Between(fact="total", least=draw.randrange(10**8))
    return OneOf(fact="tier", values=("gold",))


def _bills() -> list[PurchaseFacts]:
    draw = random.Random("bills")  # noqa: S311  (made-up shoppers)
    return [
        PurchaseFacts(
            day=date(2026, 1, 1) + timedelta(days=draw.randrange(365)),
            calendar="jalali",
            branch_id=draw.randrange(1, _BRANCHES),
            lines=[
                LineFacts(
                    paid=draw.randrange(100, 10_000) * 1000,
                    category_id=draw.randrange(1, _CATEGORIES),
                    product_id=draw.randrange(1, 5_000),
                )
                for _ in range(_LINES)
            ],
            birth_date=date(1990, 5, 5),
            tier="gold" if draw.randrange(3) else "base",
            minute=draw.randrange(1440),
        )
        for _ in range(_BILLS)
    ]
