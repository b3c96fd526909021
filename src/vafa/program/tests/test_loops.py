"""Rules that set each other off: found exactly where there is a circle."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vafa.program.actions.revisions import parse_program
from vafa.program.errors import RulesInCircle
from vafa.program.rules.deeds import RaiseEvent
from vafa.program.rules.document import EventKind, Program
from vafa.program.rules.loops import circle
from vafa.program.rules.rule import Fixed, Rule, Text

EVENTS = [f"e{n}" for n in range(6)]
N = Text(fa="ن")


def _rule(number: int, on: str, raised: str, is_active: bool) -> Rule:
    about = {"on": "event", "what": on} if on else {"on": "purchase"}
    gives = RaiseEvent(event=raised) if raised else Fixed(points=1)
    return Rule(id=f"r{number}", name=N, gives=gives, is_active=is_active, **about)  # type: ignore[arg-type]  # of two shapes


programs = st.lists(
    st.tuples(
        st.sampled_from(["", *EVENTS]),
        st.sampled_from(["", *EVENTS]),
        st.sampled_from([True] * 4 + [False]),
    ),
    max_size=14,
).map(
    lambda rows: Program(
        rules=tuple(_rule(n, *row) for n, row in enumerate(rows)),
        events=tuple(EventKind(code=code, name=N) for code in EVENTS),
    )
)


def _leads(a: Rule, b: Rule) -> bool:
    return isinstance(a.gives, RaiseEvent) and b.on == "event" and b.what == a.gives.event


def _goes_round(program: Program) -> bool:
    """Whether some active rule leads to itself: every way is followed, step by step."""
    rules = [rule for rule in program.rules if rule.is_active]
    for start in rules:
        reached = [rule for rule in rules if _leads(start, rule)]
        for _ in rules:
            reached += [b for a in reached for b in rules if _leads(a, b) and b not in reached]
        if start in reached:
            return True
    return False


@given(programs)
def test_a_circle_is_found_exactly_where_there_is_one(program: Program) -> None:
    found = circle(program)
    assert bool(found) == _goes_round(program)
    if found:
        assert len({rule.id for rule in found}) == len(found)
        assert all(rule.is_active for rule in found)
        assert all(_leads(a, b) for a, b in pairwise([*found, found[0]]))


@given(programs)
def test_what_goes_round_is_not_accepted(program: Program) -> None:
    document = program.model_dump(mode="json")
    if _goes_round(program):
        with pytest.raises(RulesInCircle):
            parse_program(document)
    else:
        assert parse_program(document) == program


def test_a_long_chain_has_an_end() -> None:
    codes = [f"e{n}" for n in range(201)]
    rules = [_rule(n, codes[n], codes[n + 1], True) for n in range(199)]
    events = tuple(EventKind(code=code, name=N) for code in codes[:200])
    assert circle(Program(rules=tuple(rules), events=events)) == []
    back = _rule(200, codes[199], codes[0], True)
    assert len(circle(Program(rules=(*rules, back), events=events))) == 200
