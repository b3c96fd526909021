"""The index against conditions read one by one, and stacking against its own words."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from vafa.program.rules.birthdays import days_from_birthday
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.earning import Decided, LineFacts, PurchaseFacts, decide_purchase
from vafa.program.rules.missed import missed_rules
from vafa.program.rules.recipes import per_amount
from vafa.program.rules.rule import (
    Between,
    Condition,
    Fixed,
    Group,
    Lines,
    NearBirthday,
    OneOf,
    PerItem,
    PerStep,
    Rule,
    Text,
    Times,
)

N = Text(fa="ن")
TIERS = (Tier(code="base", name=N, least=0), Tier(code="gold", name=N, least=1000))
BASE = per_amount("base", N, 3, 100_000)
DAYS = st.dates(date(2024, 1, 1), date(2027, 1, 1))

_numbers = st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True).map(tuple)
_ends = st.tuples(st.none() | st.integers(0, 1439), st.none() | st.integers(0, 1439)).filter(any)
conditions: st.SearchStrategy[Condition] = st.one_of(
    st.builds(
        OneOf, fact=st.sampled_from(["branch", "merchant"]), values=_numbers, but=st.booleans()
    ),
    st.builds(
        OneOf,
        fact=st.just("weekday"),
        values=st.lists(st.integers(0, 6), min_size=1, max_size=6, unique=True).map(tuple),
        but=st.booleans(),
    ),
    st.builds(
        OneOf,
        fact=st.just("tier"),
        values=st.lists(st.sampled_from(["base", "gold"]), min_size=1, unique=True).map(tuple),
        but=st.booleans(),
    ),
    st.builds(OneOf, fact=st.just("channel"), values=st.just(("online",)), but=st.booleans()),
    st.builds(OneOf, fact=st.just("gender"), values=st.just(("female",)), but=st.booleans()),
    st.builds(
        Lines, fact=st.sampled_from(["product", "category"]), values=_numbers, but=st.booleans()
    ),
    _ends.map(lambda ends: Between(fact="minute", least=ends[0], most=ends[1])),
    st.integers(0, 3_000_000).map(lambda n: Between(fact="total", least=n)),
    st.integers(0, 3_000_000).map(lambda n: Between(fact="total", most=n)),
    st.builds(NearBirthday, days=st.integers(0, 30)),
)
effects = st.one_of(
    st.builds(PerStep, points=st.integers(1, 5), step=st.sampled_from([10_000, 70_000])),
    st.builds(Times, percent=st.integers(101, 500)),
    st.builds(PerItem, points=st.integers(1, 5)),
    st.builds(Fixed, points=st.integers(1, 50)),
)


@st.composite
def programs(
    draw: st.DrawFn, groups: tuple[Group, ...] = (), grouped: type[Any] = Times
) -> Program:
    """Rules of all kinds; those that give what is ``grouped`` may be in one of the groups."""
    rules = [
        Rule(
            id=f"r{n}",
            name=N,
            is_active=draw(st.integers(0, 9)) > 0,
            conditions=tuple(draw(st.lists(conditions, max_size=3))),
            gives=(gives := draw(effects)),
            group=draw(st.sampled_from(["", *(g.code for g in groups)]))
            if isinstance(gives, grouped)
            else "",
            order=draw(st.integers(0, 3)),
            starts=draw(st.none() | st.just(date(2025, 3, 1))),
            ends=draw(st.none() | st.just(date(2026, 3, 1))),
        )
        for n in range(draw(st.integers(0, 12)))
    ]
    return Program(rules=(BASE, *rules), tiers=TIERS, groups=groups)


lines = st.lists(
    st.builds(
        LineFacts,
        st.integers(0, 2_000_000),
        st.none() | st.integers(1, 5),
        st.none() | st.integers(1, 5),
        st.sampled_from([500, 1000, 3000]),
    ),
    min_size=1,
    max_size=6,
)
facts = st.builds(
    PurchaseFacts,
    day=DAYS,
    calendar=st.just("jalali"),
    branch_id=st.integers(1, 5),
    lines=lines,
    birth_date=st.none() | st.dates(date(1980, 1, 1), date(1981, 1, 1)),
    tier=st.sampled_from([None, "base", "gold"]),
    minute=st.integers(0, 1439),
    merchant_id=st.integers(1, 5),
    channel=st.sampled_from(["store", "online"]),
    gender=st.sampled_from(["", "female", "male"]),
)


def _holds(condition: Condition, f: PurchaseFacts, tier: str | None) -> bool:
    """A condition on the bill as its docstring says it."""
    if isinstance(condition, NearBirthday):
        born = f.birth_date
        return born is not None and days_from_birthday(born, f.day, "jalali") <= condition.days
    if isinstance(condition, Lines):
        return any(_counts(condition, line) for line in f.lines)
    if isinstance(condition, OneOf):
        seen: int | str | None = {
            "branch": f.branch_id,
            "merchant": f.merchant_id,
            "channel": f.channel,
            "weekday": (f.day.weekday() + 2) % 7,
            "tier": tier,
            "gender": f.gender,
        }[condition.fact]
        return (seen in condition.values) != condition.but
    value = f.minute if condition.fact == "minute" else sum(line.paid for line in f.lines)
    least, most = condition.least, condition.most
    if least is not None and most is not None and least > most:
        return value >= least or value <= most
    return (least is None or value >= least) and (most is None or value <= most)


def _counts(condition: Lines, line: LineFacts) -> bool:
    seen = line.product_id if condition.fact == "product" else line.category_id
    return (seen in condition.values) != condition.but


def _fires(rule: Rule, f: PurchaseFacts) -> list[int]:
    """The lines that count for a rule that fires; none where it does not."""
    inside = (not rule.starts or f.day >= rule.starts) and (not rule.ends or f.day <= rule.ends)
    if not rule.is_active or not inside:
        return []
    if not all(_holds(c, f, f.tier) for c in rule.conditions if not isinstance(c, Lines)):
        return []
    about = [c for c in rule.conditions if isinstance(c, Lines)]
    return [i for i, line in enumerate(f.lines) if all(_counts(c, line) for c in about)]


@given(programs(), facts)
def test_the_index_finds_what_the_conditions_say(program: Program, f: PurchaseFacts) -> None:
    decided = decide_purchase(program, f)
    fired = {rule.id: _fires(rule, f) for rule in program.rules}
    expected: dict[str, int] = {}
    bases = [rule for rule in program.rules if isinstance(rule.gives, PerStep) and fired[rule.id]]
    for rule in program.rules:
        on, gives = fired[rule.id], rule.gives
        if not on:
            continue
        paid = sum(f.lines[i].paid for i in on)
        if isinstance(gives, PerStep):
            expected[rule.id] = paid * gives.points // gives.step
        elif isinstance(gives, PerItem):
            expected[rule.id] = gives.points * sum(f.lines[i].quantity // 1000 for i in on)
        elif isinstance(gives, Fixed):
            expected[rule.id] = gives.points
        else:
            for base in bases:
                assert isinstance(base.gives, PerStep)
                both = sum(f.lines[i].paid for i in on if i in fired[base.id])
                more = both * base.gives.points * (gives.percent - 100) // (base.gives.step * 100)
                expected[rule.id] = expected.get(rule.id, 0) + more
    assert _by_rule(decided) == {rule: points for rule, points in expected.items() if points}
    assert decided.points == sum(decided.shares) == sum(expected.values())


@given(programs(), facts, st.randoms(use_true_random=False))
def test_how_rules_are_stored_does_not_matter(
    program: Program, f: PurchaseFacts, rnd: random.Random
) -> None:
    shuffled = list(program.rules)
    rnd.shuffle(shuffled)
    other = program.model_copy(update={"rules": tuple(shuffled)})
    assert decide_purchase(other, f) == decide_purchase(program, f)


BEST = (Group(code="best", name=N, mode="best"),)
FIRST = (Group(code="first", name=N, mode="first"),)


@given(programs(groups=BEST), facts)
def test_each_line_gets_the_best_of_its_group(program: Program, f: PurchaseFacts) -> None:
    """What the group gives is at least what any one of its rules would give alone."""
    decided = _by_rule(decide_purchase(program, f))
    group = [rule for rule in program.rules if rule.group == "best"]
    for rule in group:
        others = [r for r in program.rules if isinstance(r.gives, PerStep)]
        alone = Program(rules=(*others, rule.model_copy(update={"group": ""})), tiers=TIERS)
        would = _by_rule(decide_purchase(alone, f)).get(rule.id, 0)
        given_by_group = sum(decided.get(r.id, 0) for r in group)
        assert given_by_group + len(group) * len(others) > would, "rounding loses less than a point"
    best = [
        max((r.gives.percent for r in group if i in _fires(r, f)), default=100)  # type: ignore[union-attr]
        for i in range(len(f.lines))
    ]
    top = sum(
        f.lines[i].paid * base.gives.points * (best[i] - 100) // (base.gives.step * 100) + 1  # type: ignore[union-attr]
        for base in program.rules
        if isinstance(base.gives, PerStep)
        for i in _fires(base, f)
    )
    assert sum(decided.get(r.id, 0) for r in group) <= top


@given(programs(groups=BEST), facts, st.integers(0, 6))
def test_splitting_a_bill_gains_nothing_under_a_group(
    program: Program, f: PurchaseFacts, at: int
) -> None:
    """Where nothing depends on the bill as a whole: no fixed points, no limits of its total."""
    kept = tuple(
        rule
        for rule in program.rules
        if not isinstance(rule.gives, Fixed)
        and not any(isinstance(c, Between) and c.fact == "total" for c in rule.conditions)
    )
    program = program.model_copy(update={"rules": kept})
    whole = decide_purchase(program, f).points
    halves = [f.lines[:at], f.lines[at:]]
    split = sum(decide_purchase(program, f._replace(lines=h)).points for h in halves if h)
    assert split <= whole


@given(programs(groups=FIRST, grouped=Fixed), facts)
def test_only_the_first_in_order_is_given(program: Program, f: PurchaseFacts) -> None:
    decided = _by_rule(decide_purchase(program, f))
    firing = sorted(
        (rule.order, rule.id) for rule in program.rules if rule.group == "first" and _fires(rule, f)
    )
    given_of_group = [rule for rule in decided if program.rule(rule).group == "first"]  # type: ignore[union-attr]
    assert given_of_group == [rule for _, rule in firing[:1]]


def test_a_rule_runs_from_its_first_day_to_its_last() -> None:
    first, last = date(2026, 3, 21), date(2026, 4, 2)
    rule = Rule(id="nowruz", name=N, gives=Fixed(points=5), starts=first, ends=last)
    program = Program(rules=(rule,))
    bill = PurchaseFacts(first, "jalali", 1, [LineFacts(1, None)], None, "base")
    day = timedelta(days=1)
    given_on = [decide_purchase(program, bill._replace(day=d)).points
                for d in (first - day, first, last, last + day)]  # fmt: skip
    assert given_on == [0, 5, 5, 0]


def _by_rule(decided: Decided) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in decided.parts:
        if part.kind != "tier":
            found[part.rule] = found.get(part.rule, 0) + part.points
    return found


@given(programs(), facts)
def test_a_rule_fires_or_is_missed_for_a_reason(program: Program, f: PurchaseFacts) -> None:
    missed = {one.rule.id: one for one in missed_rules(program, f)}
    for rule in program.rules:
        assert (rule.id in missed) == (rule.is_active and not _fires(rule, f))
    for one in missed.values():
        if one.missing:
            more = f.lines[0]._replace(paid=f.lines[0].paid + one.missing)
            assert _fires(one.rule, f._replace(lines=[more, *f.lines[1:]]))
            less = f.lines[0]._replace(paid=f.lines[0].paid + one.missing - 1)
            assert not _fires(one.rule, f._replace(lines=[less, *f.lines[1:]]))
