"""Tiers are a function of facts and the date: examples and properties."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vafa.core.jalali import Calendar, add_months, from_jalali, ymd
from vafa.ledger.rules.dates import BookDates
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.rule import Text
from vafa.program.rules.tier_terms import TierTerms
from vafa.program.rules.tier_windows import first_counted, last_counted
from vafa.program.rules.tiers import TierFact, outlook, tier_at

DATES = BookDates("jalali", "Asia/Tehran")
ZONE = ZoneInfo("Asia/Tehran")
TIERS = tuple(
    Tier(code=code, name=Text(fa=code), least=least)
    for code, least in (("bronze", 0), ("silver", 500), ("gold", 2_000))
)
START = date(2024, 1, 1)


def club(**terms: Any) -> Program:
    return Program(tiers=TIERS, tier_terms=TierTerms(**terms))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZONE)


def fact(day: date, amount: int) -> TierFact:
    return TierFact(noon(day), amount)


def code_on(program: Program, facts: list[TierFact], day: date) -> str | None:
    tier = tier_at(program, facts, noon(day), DATES)
    return tier.code if tier else None


def level_on(program: Program, facts: list[TierFact], day: date) -> int:
    code = code_on(program, facts, day)
    return [tier.code for tier in TIERS].index(code or "")


days = st.integers(0, 1_400).map(lambda n: START + timedelta(days=n))
facts_lists = st.lists(st.builds(fact, days, st.integers(1, 2_500)), max_size=8)
terms = st.builds(
    TierTerms,
    basis=st.sampled_from(["points", "spend"]),
    window=st.sampled_from(["rolling", "jalali_year", "gregorian_year"]),
    months=st.sampled_from([1, 3, 12]),
    downgrade=st.sampled_from(["earned", "one_step"]),
    grace_days=st.sampled_from([0, 1, 30, 366]),
) | st.builds(
    TierTerms,
    window=st.sampled_from(["rolling", "jalali_year"]),
    months=st.sampled_from([1, 12]),
    downgrade=st.just("none"),
)
programs = st.builds(lambda t: Program(tiers=TIERS, tier_terms=t), terms)


def by_every_day(program: Program, facts: list[TierFact], day: date) -> int:
    """The definition, looked at day by day."""
    terms = program.tier_terms
    best = 0
    earlier = day
    while earlier >= START:
        first = first_counted(terms, earlier, "jalali")
        total = sum(
            f.amount
            for f in facts
            if f.at.date() <= earlier and (first is None or f.at.date() >= first)
        )
        lost = _lost(terms, earlier, day)
        if lost is not None:
            best = max(best, sum(tier.least <= total for tier in TIERS) - lost)
        earlier -= timedelta(days=1)
    return best - 1


def _lost(terms: TierTerms, earned: date, day: date) -> int | None:
    if terms.downgrade == "none" or earned + timedelta(days=terms.grace_days) >= day:
        return 0
    if terms.downgrade == "earned":
        return None
    # A step with the end of every period between: years, or so many months before.
    ended, steps = day - timedelta(days=terms.grace_days), 0
    if terms.window != "rolling":
        calendar: Calendar = "gregorian" if terms.window == "gregorian_year" else "jalali"
        return ymd(ended, calendar)[0] - ymd(earned, calendar)[0]
    while add_months(ended, -terms.months * steps, "jalali") > earned:
        steps += 1
    return steps


@given(programs, facts_lists, days)
def test_the_quick_way_is_the_definition(
    program: Program, facts: list[TierFact], day: date
) -> None:
    assert level_on(program, facts, day) == by_every_day(program, facts, day)


@given(programs, facts_lists, days, st.randoms())
def test_the_order_of_facts_does_not_matter(
    program: Program, facts: list[TierFact], day: date, random: Any
) -> None:
    shuffled = list(facts)
    random.shuffle(shuffled)
    assert code_on(program, facts, day) == code_on(program, shuffled, day)


@given(programs, facts_lists, days, days, st.integers(1, 2_500))
def test_more_is_never_less(
    program: Program, facts: list[TierFact], day: date, other: date, amount: int
) -> None:
    more = [*facts, fact(other, amount)]
    assert level_on(program, more, day) >= level_on(program, facts, day)


@given(programs, facts_lists, days)
def test_one_step_falls_one_step_at_a_time_and_none_never(
    program: Program, facts: list[TierFact], day: date
) -> None:
    today, tomorrow = (level_on(program, facts, d) for d in (day, day + timedelta(days=1)))
    if program.tier_terms.downgrade == "one_step":
        assert tomorrow >= today - 1
    if program.tier_terms.downgrade == "none":
        assert tomorrow >= today


@given(programs, facts_lists, days)
def test_an_outlook_keeps_its_word(program: Program, facts: list[TierFact], day: date) -> None:
    facts = [f for f in facts if f.at <= noon(day)]
    seen = outlook(program, facts, noon(day), DATES)
    level = level_on(program, facts, day)
    assert seen.tier == TIERS[level]
    if seen.above:
        reached = [*facts, fact(day, seen.missing)]
        assert code_on(program, reached, day) == seen.above.code
        almost = [*facts, fact(day, seen.missing - 1)]
        assert code_on(program, almost, day) == seen.tier.code
    if seen.keep_until is None:
        return
    loss = seen.keep_until + timedelta(days=1)
    assert code_on(program, facts, seen.keep_until) == seen.tier.code
    assert code_on(program, facts, loss) == (seen.falls_to.code if seen.falls_to else None)
    if seen.missing_to_keep is not None:
        kept = [*facts, fact(day, seen.missing_to_keep)]
        assert level_on(program, kept, loss) >= level


@given(terms, days)
def test_what_counts_counts_from_its_day_to_its_last(terms: TierTerms, day: date) -> None:
    last = last_counted(terms, day, "jalali")
    assert last is not None and last >= day
    first, after = (first_counted(terms, d, "jalali") for d in (last, last + timedelta(days=1)))
    assert first is not None and after is not None and first <= day < after


def test_a_rolling_year_with_grace() -> None:
    program = club(grace_days=30)
    bought = from_jalali(1403, 2, 10)
    facts = [fact(bought, 600)]
    assert code_on(program, facts, bought) == "silver"
    assert code_on(program, facts, from_jalali(1404, 2, 9)) == "silver"  # the last day that counts
    assert code_on(program, facts, from_jalali(1404, 3, 8)) == "silver"  # thirty days of grace
    assert code_on(program, facts, from_jalali(1404, 3, 9)) == "bronze"
    seen = outlook(program, facts, noon(from_jalali(1404, 1, 1)), DATES)
    assert (seen.keep_until, seen.missing_to_keep) == (from_jalali(1404, 3, 8), 500)
    assert seen.falls_to == TIERS[0]


def test_a_jalali_year_ends_on_its_last_esfand() -> None:
    program = club(window="jalali_year")
    last, first = from_jalali(1403, 12, 30), from_jalali(1404, 1, 1)
    assert first - last == timedelta(days=1)  # 1403 is a leap year
    facts = [fact(from_jalali(1403, 1, 1), 1_000), fact(last, 1_000)]
    assert code_on(program, facts, last) == "gold"
    assert code_on(program, facts, first) == "bronze"
    seen = outlook(program, facts, noon(last), DATES)
    assert (seen.keep_until, seen.falls_to) == (last, TIERS[0])
    assert seen.missing_to_keep is None  # what is bought today counts for this year only


def test_one_step_each_year() -> None:
    program = club(window="jalali_year", downgrade="one_step")
    facts = [fact(from_jalali(1402, 6, 1), 2_500)]
    ends = [(1402, "gold"), (1403, "silver"), (1404, "bronze"), (1405, "bronze")]
    for year, code in ends:
        assert code_on(program, facts, from_jalali(year, 12, 29)) == code


def test_none_keeps_the_best_there_ever_was_but_not_what_was_returned() -> None:
    program = club(downgrade="none")
    bought = from_jalali(1400, 1, 1)
    facts = [fact(bought, 3_000)]
    assert code_on(program, facts, from_jalali(1405, 1, 1)) == "gold"
    assert code_on(program, [*facts, fact(bought, -2_800)], from_jalali(1405, 1, 1)) == "bronze"


def test_a_visit_is_a_day_and_not_a_bill() -> None:
    tiers = (TIERS[0], Tier(code="silver", name=Text(fa="s"), least=2))
    program = Program(tiers=tiers, tier_terms=TierTerms(basis="visits"))
    day = date(2026, 11, 21)
    assert code_on(program, [fact(day, 1)] * 5, day) == "bronze"
    assert code_on(program, [fact(day, 1), fact(day - timedelta(days=1), 1)], day) == "silver"


def test_later_facts_do_not_count_yet() -> None:
    day = date(2026, 11, 21)
    later = TierFact(noon(day) + timedelta(minutes=1), 5_000)
    assert code_on(club(), [later], day) == "bronze"
    assert tier_at(Program(), [later], noon(day), DATES) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"basis": "attribute"},
        {"attribute": "level"},
        {"basis": "attribute", "attribute": "level"},
        {"window": "ever", "downgrade": "one_step"},
        {"window": "ever", "grace_days": 3},
        {"window": "ever", "warn_days": 3},
        {"downgrade": "none", "grace_days": 3},
        {"downgrade": "none", "warn_days": 3},
        {"months": 0},
        {"grace_days": 800},
    ],
)
def test_terms_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TierTerms(**wrong)
