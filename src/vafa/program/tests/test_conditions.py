"""Conditions on members, counts, brands and expressions: the index against reading them one by one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vafa.core.jalali import ymd
from vafa.program.rules.conditions import Between, Condition, Expression, Lines, OneOf
from vafa.program.rules.document import Program
from vafa.program.rules.earning import decide_purchase
from vafa.program.rules.expressions import check_expression, is_always_false, sight_of
from vafa.program.rules.facts import LineFacts, PurchaseFacts
from vafa.program.rules.missed import missed_rules
from vafa.program.rules.needs import needs_of
from vafa.program.rules.rule import Fixed, Rule, Text

N = Text(fa="ن")
SEGMENTS = ("vip", "new", "asleep")
BRANDS = ("گلستان", "چین‌چین")
COUNTERS = [("visits", 30), ("visits", None), ("spend", 30), ("days_since", None), ("nth", None)]
EXPRESSIONS = (
    "total >= 1000000 && 'vip' in segments",
    "visits_30 + nth > 3 || days_since == -1",
    "lines.exists(l, l.brand == 'گلستان' && l.quantity >= 2000)",
    "attributes['size'] == 'l'",
)


def _some(values: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(tuple)


def _ends(most: int) -> st.SearchStrategy[dict[str, int | None]]:
    one = st.none() | st.integers(0, most)
    pairs = st.tuples(one, one).filter(lambda e: e != (None, None))
    return pairs.map(lambda e: sorted(e) if None not in e else e).map(
        lambda e: {"least": e[0], "most": e[1]}
    )


def _between(fact: str, most: int, window: int | None = None) -> st.SearchStrategy[Condition]:
    return _ends(most).map(lambda e: Between(fact=fact, window_days=window, **e))


conditions: st.SearchStrategy[Condition] = st.one_of(
    st.builds(OneOf, fact=st.just("segment"), values=_some(SEGMENTS), but=st.booleans()),
    st.builds(OneOf, fact=st.just("payment"), values=_some(("cash", "card")), but=st.booleans()),
    st.builds(OneOf, fact=st.just("birth_month"), values=_some(range(1, 13)), but=st.booleans()),
    st.builds(
        OneOf, fact=st.just("attribute:size"), values=_some(("s", "l", "")), but=st.booleans()
    ),
    st.builds(Lines, fact=st.just("brand"), values=_some(BRANDS), but=st.booleans()),
    st.builds(Lines, fact=st.just("category"), values=_some((1, 2)), but=st.booleans()),
    _between("quantity", 6000),
    _between("kinds", 3),
    _between("attribute:children", 4),
    _between("visits", 4, 30),
    _between("visits", 9),
    _between("spend", 900_000, 30),
    _between("days_since", 60),
    _between("nth", 5),
    st.sampled_from(EXPRESSIONS).map(lambda text: Expression(text=text)),
)
programs = st.lists(st.lists(conditions, max_size=4), max_size=8).map(
    lambda all_of: Program(
        rules=tuple(
            Rule(id=f"r{n}", name=N, gives=Fixed(points=1 << n), conditions=tuple(own))
            for n, own in enumerate(all_of)
        )
    )
)
lines = st.lists(
    st.builds(
        LineFacts,
        st.integers(0, 2_000_000),
        st.none() | st.integers(1, 3),
        st.none() | st.integers(1, 3),
        st.sampled_from([500, 1000, 3000]),
        st.sampled_from(["", *BRANDS]),
    ),
    min_size=1,
    max_size=4,
)
facts = st.builds(
    PurchaseFacts,
    day=st.just(date(2026, 3, 21)),
    calendar=st.just("jalali"),
    branch_id=st.just(1),
    lines=lines,
    birth_date=st.none() | st.dates(date(1980, 1, 1), date(1981, 12, 1)),
    tier=st.none(),
    payment=st.sampled_from(["", "cash", "card", "online"]),
    segments=st.frozensets(st.sampled_from(SEGMENTS)),
    attributes=st.fixed_dictionaries(
        {}, optional={"size": st.sampled_from(["s", "l"]), "children": st.integers(0, 5)}
    ),
    counters=st.fixed_dictionaries(
        {}, optional={c: st.integers(0, 1_000_000 if c[0] == "spend" else 9) for c in COUNTERS}
    ),
)


def _number(condition: Between, f: PurchaseFacts, counting: list[LineFacts]) -> int | None:
    if condition.fact == "quantity":
        return sum(line.quantity for line in counting)
    if condition.fact == "kinds":
        return len({line.product_id for line in counting if line.product_id})
    if condition.fact == "attribute:children":
        found = f.attributes.get("children")
        return None if found is None else int(found)
    return f.counters.get((condition.fact, condition.window_days))


def _true(text: str, f: PurchaseFacts) -> bool:
    """What each of EXPRESSIONS says, in Python."""
    nth, since = f.counters.get(("nth", None), 0), f.counters.get(("days_since", None))
    return {
        EXPRESSIONS[0]: sum(line.paid for line in f.lines) >= 1_000_000 and "vip" in f.segments,
        EXPRESSIONS[1]: (f.counters.get(("visits", 30)) or 0) + (nth or 0) > 3 or since is None,
        EXPRESSIONS[2]: any(x.brand == "گلستان" and x.quantity >= 2000 for x in f.lines),
        EXPRESSIONS[3]: f.attributes.get("size") == "l",
    }[text]


def _holds(condition: Condition, f: PurchaseFacts, counting: list[LineFacts]) -> bool:
    if isinstance(condition, Expression):
        return _true(condition.text, f)
    if isinstance(condition, Lines):
        return bool(counting)
    if isinstance(condition, Between):
        number = _number(condition, f, counting)
        least = -1 if condition.least is None else condition.least
        most = 10**15 if condition.most is None else condition.most
        return number is not None and least <= number <= most
    assert isinstance(condition, OneOf)
    if condition.fact == "segment":
        return any(code in f.segments for code in condition.values) != condition.but
    month = f.birth_date and ymd(f.birth_date, "jalali")[1]
    seen = {"payment": f.payment, "birth_month": month}
    value = f.attributes.get("size", "") if ":" in condition.fact else seen[condition.fact]
    return (value in condition.values) != condition.but


def _fires(rule: Rule, f: PurchaseFacts) -> bool:
    about = [c for c in rule.conditions if isinstance(c, Lines)]
    counting = [
        line
        for line in f.lines
        if all(
            ((line.brand if c.fact == "brand" else line.category_id) in c.values) != c.but
            for c in about
        )
    ]
    return all(_holds(c, f, counting) for c in rule.conditions)


@given(programs, facts)
def test_the_index_finds_what_the_conditions_say(program: Program, f: PurchaseFacts) -> None:
    fired = {part.rule for part in decide_purchase(program, f).parts}
    assert fired == {rule.id for rule in program.rules if _fires(rule, f)}
    assert {one.rule.id for one in missed_rules(program, f)} == {
        rule.id for rule in program.rules
    } - fired


@given(programs, facts)
def test_nothing_is_asked_that_no_rule_needs(program: Program, f: PurchaseFacts) -> None:
    needs = needs_of(program.rules)
    less = f._replace(
        segments=needs.segments & set(f.segments),
        attributes=f.attributes if needs.attributes else {},
        counters={c: n for c, n in f.counters.items() if c in needs.counters},
    )
    assert decide_purchase(program, less) == decide_purchase(program, f)


def test_a_part_keeps_what_its_rule_was_told() -> None:
    rules = (
        Rule(id="plain", name=N, gives=Fixed(points=1)),
        Rule(
            id="often",
            name=N,
            gives=Fixed(points=1),
            conditions=(
                Between(fact="visits", least=1, window_days=30),
                OneOf(fact="segment", values=("vip", "new")),
                Expression(text="attributes.size == 'l' && nth > 1"),
            ),
        ),
    )
    bill = PurchaseFacts(
        date(2026, 1, 1),
        "jalali",
        1,
        [LineFacts(1, None)],
        None,
        None,
        segments={"vip", "asleep"},
        attributes={"size": "l"},
        counters={("visits", 30): 2, ("nth", None): 3},
    )
    saw = {part.rule: part.saw for part in decide_purchase(Program(rules=rules), bill).parts}
    assert saw["plain"] == {}
    assert saw["often"] == {
        "asked:visits:30": 2,
        "asked:nth": 3,
        "asked:segment": "vip",
        "asked:attribute:size": "l",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("total > ", "not sound at character"),
        ("totl > 5", "“totl” is not known"),
        ("total > 'a'", "At character 7: “>” makes no sense with int, string"),
        ("total + 1", "true or false"),
        ("lines.exists(l, l.colour == 'red')", "“colour” is not known"),
        ("attributes.shoe == 3", "“shoe” is not known"),
        ("size(segments) > 1", "Segments can only be asked for"),
        ("total > 1" + " && total > 1" * 50, "at most 500"),
    ],
)
def test_what_is_wrong_with_an_expression_is_said_in_words(text: str, said: str) -> None:
    wrong = check_expression(text, ["size"])
    assert wrong is not None
    assert said in wrong.en
    assert wrong.fa


def test_sound_expressions_say_what_they_need() -> None:
    for text in EXPRESSIONS:
        assert check_expression(text, ["size"]) is None
    sight = sight_of("visits_30 > 2 && spend > 5 && 'visits_90' != tier && \"vip\" in segments")
    assert sight == ({("visits", 30), ("spend", None)}, {"vip"}, False)
    assert is_always_false("1 > 2")
    assert not is_always_false("total > 2")


def test_an_expression_that_fails_or_runs_long_does_not_hold() -> None:
    texts = (
        "10 / nth == 1",
        "lines.all(a, lines.all(b, lines.all(c, a.amount + b.amount + c.amount >= 0)))",
        "attributes['nothing'] == 1",
    )
    rules = [
        Rule(id=f"r{n}", name=N, gives=Fixed(points=1), conditions=(Expression(text=text),))
        for n, text in enumerate(texts)
    ]
    bill = PurchaseFacts(date(2026, 1, 1), "jalali", 1, [LineFacts(1, None)] * 5000, None, None)
    assert decide_purchase(Program(rules=tuple(rules)), bill).points == 0


@pytest.mark.parametrize(
    "made",
    [
        lambda: OneOf(fact="birth_month", values=(13,)),
        lambda: OneOf(fact="payment", values=("gold",)),
        lambda: OneOf(fact="segment", values=(1,)),
        lambda: OneOf(fact="attribute:Shoe Size", values=("x",)),
        lambda: Between(fact="nth", least=1, window_days=30),
        lambda: Between(fact="visits", least=3, most=2),
        lambda: Lines(fact="brand", values=(3,)),
    ],
)
def test_what_makes_no_sense_is_refused(made: Any) -> None:
    with pytest.raises(ValidationError):
        made()
