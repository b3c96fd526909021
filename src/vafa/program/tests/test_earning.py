"""Properties of earning and undoing that hold for every bill."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vafa.program.rules.birthdays import days_from_birthday
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.earning import (
    LineFacts,
    PurchaseFacts,
    decide_purchase,
)
from vafa.program.rules.happening import HappeningFacts, decide_happening
from vafa.program.rules.recipes import birthday, multiplier, per_amount, welcome
from vafa.program.rules.rule import Text
from vafa.program.rules.shares import spread
from vafa.program.rules.tiers import next_tier, tier_for
from vafa.program.rules.undoing import (
    LineProgress,
    Paid,
    cumulative_share,
    granted_to_undo,
    money_share,
)

N = Text(fa="ن")
RULES = (
    per_amount(rule_id="base", name=N, points=3, step=100_000),
    multiplier(rule_id="dairy", name=N, percent=250, category_ids=(1,)),
    multiplier(rule_id="branch", name=N, percent=150, branch_ids=(7,)),
    multiplier(rule_id="thursday", name=N, percent=200, weekdays=(5,)),
    birthday(rule_id="birthday", name=N, percent=300, days=2),
    welcome(rule_id="welcome", name=N, points=20),
)
TIERS = (
    Tier(code="base", name=N, least=0),
    Tier(code="gold", name=N, least=1000, percent=130),
)
PROGRAM = Program(rules=RULES, tiers=TIERS)

lines = st.lists(
    st.builds(LineFacts, st.integers(0, 10**9), st.sampled_from([None, 1, 2])),
    min_size=1,
    max_size=12,
)
facts = st.builds(
    PurchaseFacts,
    day=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    calendar=st.just("jalali"),
    branch_id=st.sampled_from([7, 8]),
    lines=lines,
    birth_date=st.none() | st.dates(date(1950, 1, 1), date(2010, 1, 1)),
    tier=st.sampled_from([None, "base", "gold"]),
)


@given(facts)
def test_parts_and_shares_add_up_to_the_points(purchase: PurchaseFacts) -> None:
    decided = decide_purchase(PROGRAM, purchase)
    assert decided.points == sum(p.points for p in decided.parts) == sum(decided.shares)
    assert all(p.points > 0 for p in decided.parts)
    assert all(share >= 0 for share in decided.shares)


@given(facts, st.randoms(use_true_random=False))
def test_the_order_of_rules_does_not_matter(purchase: PurchaseFacts, rnd: random.Random) -> None:
    shuffled = list(RULES)
    rnd.shuffle(shuffled)
    other = decide_purchase(Program(rules=tuple(shuffled), tiers=TIERS), purchase)
    assert other.points == decide_purchase(PROGRAM, purchase).points


@given(facts, st.integers(0, 12))
def test_splitting_a_bill_never_earns_more(purchase: PurchaseFacts, at: int) -> None:
    whole = decide_purchase(PROGRAM, purchase).points
    parts = [purchase.lines[:at], purchase.lines[at:]]
    split = sum(decide_purchase(PROGRAM, purchase._replace(lines=p)).points for p in parts if p)
    assert split <= whole


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**12), min_size=1, max_size=20))
def test_spreading_loses_nothing_and_stays_within_a_unit(amount: int, weights: list[int]) -> None:
    parts = spread(amount, weights)
    assert sum(parts) == amount
    total = sum(weights)
    if total:
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part * total - amount * weight) < total


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**9)), min_size=1, max_size=8),
    st.data(),
)
def test_any_series_of_returns_takes_back_exactly_what_was_granted(
    carried: list[tuple[int, int]], data: st.DataObject
) -> None:
    shares = [(n, points) for n, (points, _) in enumerate(carried)]
    amounts = [amount for _, amount in carried]
    returned = [0] * len(carried)
    undone = 0
    while returned != amounts:
        n = data.draw(st.sampled_from([i for i in range(len(amounts)) if returned[i] < amounts[i]]))
        left = amounts[n] - returned[n]
        returned[n] += data.draw(st.integers(max(left // 3, 1), left))
        progress = {i: LineProgress(amounts[i], returned[i]) for i in range(len(amounts))}
        taken = granted_to_undo(shares, progress, undone)
        assert taken >= 0
        undone += taken
    assert undone == sum(points for points, _ in carried)
    assert cumulative_share(undone, sum(amounts), sum(amounts)) == undone


@given(
    total=st.integers(1, 3_000),
    worth=st.integers(1, 400),
    part=st.integers(0, 1_000),
    credit=st.integers(0, 1_000),
)
def test_what_comes_back_of_a_bill_is_never_worth_more_than_what_was_brought_back(
    total: int, worth: int, part: int, credit: int
) -> None:
    points = total // worth * part // 1_000
    money = total - points * worth
    paid = Paid(points, worth, money * credit // 1_000)
    money -= paid.credit
    before = 0
    for back in range(total + 1):
        due = money_share(back, total, paid)
        came = cumulative_share(points, back, total) * worth
        came += cumulative_share(paid.credit, back, total)
        assert before <= due and due + came <= back
        assert due >= cumulative_share(money, back, total), "no less than money's own share"
        assert back - due - came <= worth + 1, "what is lacking yet is part of the next point"
        before = due
    assert before == money


def test_birthdays_are_of_the_clubs_calendar() -> None:
    leap = date(2021, 3, 20)  # 30 Esfand 1399, which 1402 does not have
    assert days_from_birthday(leap, date(2024, 3, 19), "jalali") == 0  # 29 Esfand 1402
    assert days_from_birthday(leap, date(2024, 3, 21), "jalali") == 2
    assert days_from_birthday(date(2000, 2, 29), date(2023, 2, 28), "gregorian") == 0
    new_year = date(1990, 3, 21)  # 1 Farvardin: the day before is in another year
    assert days_from_birthday(new_year, date(2026, 3, 20), "jalali") == 1


def test_a_rule_that_is_off_or_does_not_match_gives_nothing() -> None:
    saturday = date(2026, 11, 21)
    bill = PurchaseFacts(saturday, "jalali", 8, [LineFacts(1_000_000, None)], None, "base")
    assert [p.rule for p in decide_purchase(PROGRAM, bill).parts] == ["base"]
    off = Program(rules=(RULES[0].model_copy(update={"is_active": False}),))
    assert decide_purchase(off, bill).points == 0
    thursday = bill._replace(day=saturday + timedelta(days=5))
    assert [p.rule for p in decide_purchase(PROGRAM, thursday).parts] == ["base", "thursday"]


def test_joining_and_tiers() -> None:
    around = PurchaseFacts(date(2026, 11, 21), "jalali", 0, (), None, None)
    assert decide_happening(PROGRAM, HappeningFacts("joining", around)).points == 20
    assert tier_for(PROGRAM, 999) == TIERS[0] and next_tier(PROGRAM, 999) == TIERS[1]
    assert tier_for(PROGRAM, 1000) == TIERS[1] and next_tier(PROGRAM, 1000) is None
    assert tier_for(Program(tiers=TIERS[1:]), 5) is None


def _rule(**fields: object) -> dict[str, object]:
    fixed = {"kind": "fixed", "points": 1}
    return {"id": "x", "name": {"fa": "x"}, "gives": fixed, **fields}


@pytest.mark.parametrize(
    "document",
    [
        {"rules": [RULES[0].model_dump(), RULES[0].model_dump()]},
        {"tiers": [t.model_dump() for t in reversed(TIERS)]},
        {"rules": [_rule(gives={"kind": "per_step", "points": 0, "step": 1})]},
        {"rules": [_rule(name={"fa": ""})]},
        {"rules": [_rule(gives={"kind": "magic"})]},
        {"rules": [_rule(gives={"kind": "times", "percent": 100})]},
        {"rules": [_rule(on="joining", gives={"kind": "times", "percent": 200})]},
        {"rules": [_rule(starts="2026-03-21", ends="2026-03-20")]},
        {"rules": [_rule(group="nobody")]},
        {"rules": [_rule(conditions=[{"kind": "one_of", "fact": "tier", "values": ["x"]}])]},
        {"rules": [_rule(conditions=[{"kind": "one_of", "fact": "weekday", "values": [7]}])]},
        {"rules": [_rule(conditions=[{"kind": "one_of", "fact": "branch", "values": ["a"]}])]},
        {"rules": [_rule(conditions=[{"kind": "between", "fact": "total"}])]},
        {
            "rules": [
                _rule(conditions=[{"kind": "between", "fact": "total", "least": 2, "most": 1}])
            ]
        },
        {"terms": {"max_share": 101}},
        {"more": 1},
    ],
)
def test_a_document_that_contradicts_itself_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Program.model_validate(document)
