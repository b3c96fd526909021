"""Rules that give no amount: what is accepted, what is decided, and how it reads."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vafa.program.rules.deed_words import lost_words
from vafa.program.rules.deeds import (
    DEEDS,
    BadgeKind,
    Chances,
    GiveBadge,
    GiveVoucher,
    RaiseEvent,
    Say,
    SetAttribute,
    Words,
)
from vafa.program.rules.document import EventKind, Program
from vafa.program.rules.earning import LineFacts, PurchaseFacts, decide_purchase
from vafa.program.rules.impossible import Known, KnownAttribute, never_fires
from vafa.program.rules.limits import Budget, Limit
from vafa.program.rules.member_words import AttributeName
from vafa.program.rules.portable import Lookup, UnknownInFile, from_file, to_file
from vafa.program.rules.recipes import per_amount
from vafa.program.rules.rule import Effect, Fixed, Lines, PerStep, Rule, Text
from vafa.program.rules.rule_words import RuleNames, rule_words

N = Text(fa="ن")
BADGES = (BadgeKind(code="b0", name=N), BadgeKind(code="b1", name=N))
EVENTS = (EventKind(code="e", name=N),)
NAMES = RuleNames(
    series={1: "پاییز"},
    draws={2: "یلدا"},
    badges={"b0": "وفادار"},
    attributes={"size": AttributeName("اندازه")},
    happenings={("event", "e"): "رزرو"},
)


def rule(gives: Effect, **fields: Any) -> Rule:
    return Rule(**{"id": "r", "name": N, "gives": gives, **fields})


effects: st.SearchStrategy[Effect] = st.one_of(
    st.builds(GiveVoucher, series=st.integers(1, 2)),
    st.builds(
        Chances, draw=st.just(1), chances=st.integers(1, 9), step=st.sampled_from([0, 300_000])
    ),
    st.builds(GiveBadge, badge=st.sampled_from(["b0", "b1"])),
    st.builds(SetAttribute, key=st.just("size"), value=st.integers(1, 9)),
    st.just(Say(words=Words(fa="سلام"))),
    st.just(RaiseEvent(event="e")),
    st.builds(PerStep, points=st.integers(1, 5), step=st.just(70_000)),
    st.builds(Fixed, points=st.integers(1, 9)),
)
rules = st.lists(
    st.tuples(effects, st.sampled_from(["", "b"]), st.booleans()), min_size=1, max_size=8
)
shuts = st.sets(st.sampled_from(["voucher:1", "badge:b0", "chances:1"]))
_ONCE = Budget(code="b", name="ب", limits=(Limit(counts="times", most=2, scope="total"),))


@given(rules, shuts, st.randoms())
def test_deeds_add_nothing_and_do_not_depend_on_the_order_of_rules(
    made: list[tuple[Effect, str, bool]], shut: set[str], shuffled: Any
) -> None:
    dairy = Lines(fact="category", values=(1,))
    program = Program(
        rules=tuple(
            rule(gives, id=f"r{n}", budget=budget, conditions=(dairy,) if some else ())
            for n, (gives, budget, some) in enumerate(made)
        ),
        badges=BADGES,
        events=EVENTS,
        budgets=(_ONCE,),
    )
    facts = PurchaseFacts(
        day=date(2026, 1, 1),
        calendar="jalali",
        branch_id=1,
        lines=(LineFacts(500_000, 1), LineFacts(400_000, 2)),
        birth_date=None,
        tier=None,
        shut=frozenset(shut),
    )
    decided = decide_purchase(program, facts)
    mixed = list(program.rules)
    shuffled.shuffle(mixed)
    assert decide_purchase(program.model_copy(update={"rules": tuple(mixed)}), facts) == decided
    done = {part.rule for part in decided.deeds}
    assert all(part.points == 0 for part in decided.parts if part.kind in DEEDS)
    of_shut = {r.id for r in program.rules if getattr(r.gives, "target", None) in shut}
    assert not of_shut & {part.rule for part in decided.parts}
    badges = [part.saw["badge"] for part in decided.deeds if part.kind == "badge"]
    assert len(badges) == len(set(badges))
    limited = {r.id for r in program.rules if r.budget} & (
        done | {part.rule for part in decided.parts if part.points}
    )
    assert len(limited) <= 2, "of all rules on the budget two may be used"
    assert decided.anything == bool(decided.points or done)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"gives": GiveBadge(badge="b0"), "limits": (Limit(most=5),)}, "how often"),
        ({"gives": Chances(draw=1, chances=1, step=5), "on": "joining"}, "fixed"),
    ],
)
def test_what_a_deed_cannot_have(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        rule(**wrong)


@pytest.mark.parametrize(
    "gives", [GiveBadge(badge="gone"), RaiseEvent(event="gone")], ids=["badge", "event"]
)
def test_what_is_named_must_be_in_the_programme(gives: Effect) -> None:
    with pytest.raises(ValidationError, match="not there"):
        Program(rules=(rule(gives),), badges=BADGES, events=EVENTS)


KNOWN = Known(
    date(2026, 11, 22),
    {"series": [1], "draw": [2]},
    {
        "size": KnownAttribute("number"),
        "pet": KnownAttribute("choice", ["گربه"]),
        "vip": KnownAttribute("yes_no"),
        "since": KnownAttribute("date"),
    },
)


@pytest.mark.parametrize(
    ("gives", "said"),
    [
        (GiveVoucher(series=9), "Fresh codes"),
        (Chances(draw=9, chances=1), "Chances in this draw"),
        (SetAttribute(key="gone", value=1), "no such attribute"),
        (SetAttribute(key="size", value="x"), "does not fit"),
        (SetAttribute(key="pet", value="سگ"), "none of the choices"),
        (SetAttribute(key="vip", value="maybe"), "does not fit"),
        (SetAttribute(key="since", value="1405"), "does not fit"),
        (GiveVoucher(series=1), ""),
        (Chances(draw=2, chances=1), ""),
        (SetAttribute(key="size", value=3), ""),
        (SetAttribute(key="pet", value="گربه"), ""),
        (SetAttribute(key="vip", value="no"), ""),
        (SetAttribute(key="since", value="2026-03-21"), ""),
    ],
)
def test_a_rule_that_has_nothing_to_give_is_told(gives: Effect, said: str) -> None:
    problem = never_fires(rule(gives), KNOWN)
    if not said:
        assert problem is None
    else:
        assert problem is not None and problem.field == "gives" and said in problem.en


@pytest.mark.parametrize(
    ("gives", "more", "fa", "en"),
    [
        (
            GiveVoucher(series=1),
            {"on": "birthday"},
            "یک کد تخفیف «پاییز» هدیهٔ روز تولد",
            "a voucher “پاییز” as a birthday gift",
        ),
        (
            Chances(draw=2, chances=3, step=1_000_000),
            {},
            "۳ شانس «یلدا» برای هر ۱۰۰٬۰۰۰ تومان خرید",
            "3 chances “یلدا” for every 100,000 toman that you spend",
        ),
        (
            GiveBadge(badge="b0"),
            {"limits": (Limit(counts="times", most=1),)},
            "نشان «وفادار» برای هر خرید، حداکثر یک بار",
            "the badge “وفادار” for every purchase, at most once",
        ),
        (
            SetAttribute(key="size", value=42),
            {},
            "نوشتن «اندازه: ۴۲» برای عضو برای هر خرید",
            "“اندازه: 42” noted of the member for every purchase",
        ),
        (
            RaiseEvent(event="e"),
            {},
            "رویداد «رزرو» برای هر خرید",
            "the event “رزرو” for every purchase",
        ),
    ],
)
def test_how_it_reads(gives: Effect, more: dict[str, Any], fa: str, en: str) -> None:
    assert rule_words(rule(gives, **more), "toman", "fa", NAMES) == fa
    assert rule_words(rule(gives, **more), "toman", "en", NAMES) == en


def test_what_was_lost_reads() -> None:
    saw = {"vouchers": 1, "chances_kept": 2}
    assert lost_words(saw, "en") == (
        "its voucher was cancelled; 2 chances stay, because the list of the draw is closed"
    )
    assert lost_words({"chances": 3}, "fa") == "۳ شانس قرعه‌کشی کم شد"


def test_a_programme_travels_with_what_its_rules_give() -> None:
    program = Program(
        rules=(
            per_amount("base", N, 1, 100_000),
            rule(GiveVoucher(series=7), id="v"),
            rule(Chances(draw=8, chances=1), id="c"),
            rule(GiveBadge(badge="b0"), id="b"),
        ),
        badges=BADGES,
    )
    document = program.model_dump(mode="json")
    file = to_file(document, Lookup({"series": {7: "پاییز"}, "draw": {8: "یلدا"}}))
    assert "پاییز" in str(file) and "یلدا" in str(file)
    there = from_file(file, Lookup({"series": {"پاییز": 70}, "draw": {"یلدا": 80}}))
    gives = [one.gives for one in Program.model_validate(there).rules[1:3]]
    assert gives == [GiveVoucher(series=70), Chances(draw=80, chances=1)]
    lacking = Lookup({"series": {}, "draw": {"یلدا": 80}})
    from_file(file, lacking)
    with pytest.raises(UnknownInFile, match="the series “پاییز”"):
        lacking.check()
