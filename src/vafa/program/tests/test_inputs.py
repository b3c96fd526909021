"""What is kept of a decision is all that it was made from."""

from __future__ import annotations

from datetime import date

import orjson
from hypothesis import given
from hypothesis import strategies as st

from vafa.core.db import dumps
from vafa.program.rules.allowances import Allowance
from vafa.program.rules.facts import LineFacts, PurchaseFacts
from vafa.program.rules.happening import HappeningFacts
from vafa.program.rules.inputs import (
    happening_facts,
    happening_inputs,
    purchase_facts,
    purchase_inputs,
)

codes = st.frozensets(st.sampled_from(["a", "b", "series:7"]))
numbers = st.none() | st.integers(1, 9)
allowances = st.builds(
    Allowance,
    st.sampled_from(["r:a", "b:ماه", "p:b:3"]),
    st.sampled_from(["member", "club"]),
    st.sampled_from(["day", "ever"]),
    st.sampled_from(["points", "times"]),
    st.integers(1, 10**12),
)
facts = st.builds(
    PurchaseFacts,
    day=st.dates(),
    calendar=st.sampled_from(["jalali", "gregorian"]),
    branch_id=st.integers(0, 2**62),
    lines=st.lists(
        st.builds(LineFacts, st.integers(0, 10**13), numbers, numbers, st.integers(0, 9000),
            st.sampled_from(["", "کاله"])),
        max_size=3,
    ),
    birth_date=st.none() | st.dates(),
    tier=st.sampled_from([None, "gold"]),
    minute=st.integers(0, 1439),
    merchant_id=st.integers(0, 9),
    channel=st.sampled_from(["store", "online"]),
    gender=st.sampled_from(["", "female"]),
    left=st.dictionaries(allowances, st.integers(0, 10**12), max_size=3),
    payment=st.sampled_from(["", "card"]),
    segments=codes,
    attributes=st.dictionaries(st.sampled_from(["size", "children"]), st.integers(0, 10**13) | st.text()),
    counters=st.dictionaries(
        st.tuples(st.sampled_from(["visits", "attribute:size"]), numbers), numbers
    ),
    shut=codes,
)  # fmt: skip


@given(facts)
def test_a_purchase_is_kept_whole(seen: PurchaseFacts) -> None:
    assert purchase_facts(orjson.loads(dumps(purchase_inputs(seen)))) == seen


@given(
    st.builds(
        HappeningFacts,
        st.sampled_from(["joining", "birthday", "event"]),
        facts,
        st.sampled_from(["", "review.posted"]),
        st.integers(0, 9),
    )
)
def test_a_happening_is_kept_whole(seen: HappeningFacts) -> None:
    assert happening_facts(orjson.loads(dumps(happening_inputs(seen)))) == seen


def test_of_the_usual_bill_little_is_kept() -> None:
    usual = PurchaseFacts(date(2026, 3, 21), "jalali", 1, [LineFacts(5, 2, 3)], None, None)
    assert purchase_inputs(usual) == {
        "day": "2026-03-21",
        "calendar": "jalali",
        "branch_id": 1,
        "lines": [(5, 2, 3, 1000)],
    }
