"""Properties of limits that hold for every bill."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from vafa.program.rules.allowances import Allowance, drawn, given_back
from vafa.program.rules.document import Program
from vafa.program.rules.earning import decide_purchase
from vafa.program.rules.facts import LineFacts, PurchaseFacts
from vafa.program.rules.index import index_of
from vafa.program.rules.limits import Budget, Limit
from vafa.program.rules.recipes import multiplier, per_amount
from vafa.program.rules.rule import Rule, Text
from vafa.program.rules.what_earns import EarningTerms

N = Text(fa="ن")
limits = st.builds(
    Limit,
    scope=st.sampled_from(["member", "household", "branch", "total"]),
    per=st.sampled_from(["day", "week", "month", "year", "ever"]),
    most=st.integers(1, 3_000),
)


def some(least: int) -> st.SearchStrategy[tuple[Limit, ...]]:
    return st.lists(
        limits, min_size=least, max_size=2, unique_by=lambda one: (one.scope, one.per)
    ).map(tuple)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    rules: list[Rule] = []
    for n in range(draw(st.integers(1, 3))):
        own = {"limits": draw(some(0)), "budget": draw(st.sampled_from(["", "b"]))}
        rules.append(per_amount(f"base{n}", N, draw(st.integers(1, 9)), 10_000, **own))
    for n in range(draw(st.integers(0, 3))):
        own = {"limits": draw(some(0)), "budget": draw(st.sampled_from(["", "b"]))}
        rules.append(multiplier(f"more{n}", N, draw(st.integers(101, 400)), **own))
    shared = draw(some(1))
    ceiling = draw(st.sampled_from([0, 0, 500]))
    budgets = (Budget(code="b", name="b", limits=shared),)
    return Program(rules=tuple(rules), budgets=budgets, earning=EarningTerms(ceiling=ceiling))


def bill(*paid: int, left: dict[Allowance, int] | None = None) -> PurchaseFacts:
    lines = [LineFacts(amount, None) for amount in paid]
    return PurchaseFacts(date(2026, 11, 22), "jalali", 1, lines, None, "", left=left or {})


def after(program: Program, facts: PurchaseFacts) -> dict[Allowance, int]:
    """What is left of every allowance when the bill is recorded."""
    of_rules = index_of(program, "purchase").allowances
    used = drawn(of_rules, decide_purchase(program, facts).parts)
    left = {one: facts.left.get(one, one.most) for own in of_rules.values() for one in own}
    return {one: n - used.get(one, (0, 0))[0] for one, n in left.items()}


@given(programs(), st.lists(st.integers(0, 10**8), min_size=1, max_size=5))
def test_nothing_goes_beyond_its_limit(program: Program, paid: list[int]) -> None:
    left: dict[Allowance, int] = {}
    for amount in paid:
        facts = bill(amount, left=left)
        decided = decide_purchase(program, facts)
        assert decided.points == sum(decided.shares) == sum(part.points for part in decided.parts)
        assert not program.earning.ceiling or decided.points <= program.earning.ceiling
        left = after(program, facts)
        assert min(left.values(), default=0) >= 0


@given(programs(), st.integers(0, 10**8), st.integers(0, 10**8))
def test_a_bill_in_two_pieces_earns_no_more(program: Program, one: int, two: int) -> None:
    program = program.model_copy(update={"earning": EarningTerms()})
    whole = decide_purchase(program, bill(one + two)).points
    first = bill(one)
    second = bill(two, left=after(program, first))
    in_pieces = decide_purchase(program, first).points + decide_purchase(program, second).points
    assert in_pieces <= whole


@given(programs(), st.integers(0, 10**8), st.randoms())
def test_the_order_of_rules_in_the_document_changes_nothing(
    program: Program, paid: int, chance: object
) -> None:
    rules = list(program.rules)
    chance.shuffle(rules)  # type: ignore[attr-defined]  # random.Random, which hypothesis draws
    shuffled = program.model_copy(update={"rules": tuple(rules)})
    assert decide_purchase(program, bill(paid)) == decide_purchase(shuffled, bill(paid))


@given(
    st.lists(st.integers(0, 500), min_size=1, max_size=4),
    st.lists(st.integers(1, 400), max_size=6),
)
def test_what_is_undone_in_steps_goes_back_whole(parts: list[int], steps: list[int]) -> None:
    points = sum(parts) or 1
    counted = [(n, part, 1) for n, part in enumerate(parts)]
    undone, back, times = 0, [0] * len(parts), [0] * len(parts)
    for step in [*steps, points]:
        now = min(undone + step, points)
        for counter, amount, whole in given_back(counted, points, undone, now):
            assert amount <= 0
            back[counter] -= amount
            times[counter] -= whole
        undone = now
    assert back == parts
    assert times == [1] * len(parts)
