"""Days of the year in three calendars, and rules about what happens."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vafa.core.jalali import from_jalali
from vafa.program.rules.calendar_days import is_due
from vafa.program.rules.document import Challenge, EventKind, Program, ReferralTerms
from vafa.program.rules.facts import PurchaseFacts
from vafa.program.rules.happening import HappeningFacts, decide_happening
from vafa.program.rules.happening_words import happening_words
from vafa.program.rules.hijri import from_hijri, hijri_year
from vafa.program.rules.moments import Schedule
from vafa.program.rules.occasion_seeds import SEEDS
from vafa.program.rules.occasions import OccasionDay, is_day, next_occasion, occasion_year
from vafa.program.rules.rule import Fixed, Rule, Text

N = Text(fa="ن", en="n")
DAYS = st.dates(date(1950, 1, 1), date(2100, 1, 1))


@given(DAYS)
def test_every_day_lies_in_its_hijri_year(day: date) -> None:
    year = hijri_year(day)
    assert from_hijri(year, 1, 1) <= day < from_hijri(year + 1, 1, 1)


def test_lunar_days_are_near_those_that_were_announced() -> None:
    # Iran's official days: Eid al-Fitr 1446 and 1447, Father's Day 1448.
    for hijri, official in (
        ((1446, 10, 1), date(2025, 3, 31)),
        ((1447, 10, 1), date(2026, 3, 21)),
        ((1448, 7, 13), date(2026, 12, 23)),
    ):
        assert abs(from_hijri(*hijri) - official) <= timedelta(days=2)


@given(DAYS, st.sampled_from(SEEDS))
def test_an_occasion_comes_once_in_its_year(day: date, seed: Any) -> None:
    occasion = OccasionDay(seed.calendar, seed.month, seed.day, tuple(seed.official))
    comes = next_occasion(occasion, day)
    assert day <= comes.day <= day + timedelta(days=370)
    assert occasion_year(occasion, comes.day) == comes.year
    between = [day + timedelta(days=n) for n in range((comes.day - day).days)]
    assert all(occasion_year(occasion, d) is None for d in between)


def test_an_announced_day_takes_the_place_of_the_computed_one() -> None:
    computed = from_hijri(1450, 6, 20)
    announced = computed + timedelta(days=1)
    mothers = OccasionDay("hijri", 6, 20, (announced,))
    assert occasion_year(mothers, computed) is None
    assert occasion_year(mothers, announced) == 1450
    assert next_occasion(mothers, computed).is_sure
    assert not next_occasion(mothers, announced + timedelta(days=1)).is_sure


def test_the_last_of_esfand_and_february_is_kept_in_every_year() -> None:
    last = OccasionDay("jalali", 12, 30)
    assert occasion_year(last, from_jalali(1404, 12, 29)) == 1404
    assert occasion_year(last, from_jalali(1403, 12, 29)) is None
    assert occasion_year(OccasionDay("gregorian", 2, 29), date(2027, 2, 28)) == 2027
    assert is_day("jalali", 12, 30) and not is_day("jalali", 7, 31)
    assert not is_day("gregorian", 13, 1) and is_day("hijri", 12, 30) and not is_day("hijri", 1, 31)


def test_schedules() -> None:
    saturday = date(2026, 11, 21)
    assert is_due(Schedule(every="week", day=0), saturday, "jalali")
    assert not is_due(Schedule(every="week", day=1), saturday, "jalali")
    monthly = Schedule(every="month", day=31)
    assert is_due(monthly, from_jalali(1405, 7, 30), "jalali")
    assert not is_due(monthly, from_jalali(1405, 6, 30), "jalali")
    for impossible in ({"every": "week", "day": 7}, {"every": "month", "day": 0}):
        with pytest.raises(ValidationError):
            Schedule.model_validate(impossible)


def _rule(on: str, **more: Any) -> Rule:
    return Rule(id=more.pop("id", "r"), name=N, on=on, gives=Fixed(points=5), **more)


@pytest.mark.parametrize(
    "wrong",
    [
        {"on": "event"},
        {"on": "visit", "what": "x"},
        {"on": "schedule"},
        {"on": "birthday", "years": (1,)},
        {"on": "visit", "schedule": {"every": "day"}},
        {"on": "member_date", "what": "payday"},
        {"on": "event", "what": "attribute:opened"},
        {"on": "birthday", "shift": -3},
        {"on": "birthday", "gives": {"kind": "times", "percent": 200}},
        {"on": "visit", "conditions": [{"kind": "between", "fact": "total", "least": 5}]},
        {"on": "birthday", "conditions": [{"kind": "one_of", "fact": "branch", "values": [1]}]},
        {"on": "joining", "conditions": [{"kind": "one_of", "fact": "tier", "values": ["x"]}]},
    ],
)
def test_a_rule_that_no_happening_could_meet_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Rule.model_validate({"id": "r", "name": N, "gives": Fixed(points=5), **wrong})


def test_a_programme_knows_what_its_rules_are_about() -> None:
    for rule in (_rule("event", what="x"), _rule("challenge", what="x")):
        with pytest.raises(ValidationError, match="which is not there"):
            Program(rules=(rule,))
    events = (EventKind(code="x", name=N),)
    assert Program(rules=(_rule("event", what="x"),), events=events).event("x") is not None
    challenge = Challenge(code="x", name=N, count=2, days=3)
    with pytest.raises(ValidationError, match="same code"):
        Program(challenges=(challenge, challenge))
    with pytest.raises(ValidationError, match="nobody"):
        ReferralTerms(is_on=True, inviter_points=0, friend_points=0)


def test_only_rules_about_it_are_met() -> None:
    events = (EventKind(code="a", name=N), EventKind(code="b", name=N))
    program = Program(
        rules=(
            _rule("event", what="a", id="a"),
            _rule("event", what="b", id="b"),
            _rule("anniversary", years=(2,), id="second"),
            _rule("anniversary", id="each"),
        ),
        events=events,
    )
    around = PurchaseFacts(date(2026, 11, 21), "jalali", 0, (), None, None)

    def met(*args: Any) -> list[str]:
        on, *rest = args
        facts = HappeningFacts(on, around, *rest)
        return [part.rule for part in decide_happening(program, facts).parts]

    assert met("event", "a") == ["a"] and met("event", "b") == ["b"]
    assert met("anniversary", "", 1) == ["each"] and met("anniversary", "", 2) == ["each", "second"]
    assert met("visit") == []


@pytest.mark.parametrize(
    ("rule", "fa", "en"),
    [
        (_rule("birthday"), "هدیهٔ روز تولد", "as a birthday gift"),
        (
            _rule("anniversary", years=(1, 5)),
            "هدیهٔ سالگرد عضویت در سال‌های ۱ و ۵",
            "on the anniversary of joining, years 1 and 5",
        ),
        (_rule("occasion", what="yalda"), "هدیهٔ شب یلدا", "for Yalda"),
        (
            _rule("member_date", what="attribute:opened", shift=-3),
            "هدیهٔ «افتتاح»، ۳ روز پیش از آن",
            "for “Opening”, 3 days before it",
        ),
        (
            _rule("member_date", what="wedding_date", shift=1, years=(10,)),
            "هدیهٔ سالگرد ازدواج، ۱ روز پس از آن در سال ۱۰",
            "for the wedding anniversary, 1 day after it, year 10",
        ),
        (_rule("visit"), "برای سر زدن به ما، روزی یک بار", "for a visit, once a day"),
        (
            _rule("schedule", schedule=Schedule(every="week", day=0)),
            "هر شنبه ساعت ۹",
            "every Saturday at 9:00",
        ),
        (
            _rule("schedule", schedule=Schedule(every="month", day=5)),
            "روز ۵ هر ماه، ساعت ۹",
            "on day 5 of every month at 9:00",
        ),
    ],
)
def test_rules_about_happenings_read_aloud(rule: Rule, fa: str, en: str) -> None:
    names = {"yalda": ("occasion", "شب یلدا", "Yalda")}
    names["attribute:opened"] = ("member_date", "افتتاح", "Opening")
    assert happening_words(rule, "fa", {(on, key): n for key, (on, n, _) in names.items()}) == fa
    assert happening_words(rule, "en", {(on, key): n for key, (on, _, n) in names.items()}) == en
