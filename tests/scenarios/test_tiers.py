"""Tiers by every kind of terms: what a purchase sees, what lists say, and what is undone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.breaking import behind_its_back
from tests.world import World
from vafa.audience.actions.segments import create_segment
from vafa.audience.reads.compiling import compile_definition
from vafa.audience.reads.members import page_of
from vafa.audience.rules.definition import Condition, Definition
from vafa.club.actions.attributes import define_attribute, set_attributes
from vafa.club.models import Member
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.core.jalali import from_jalali
from vafa.flows.entries import PurchaseEntry, ReturnEntry
from vafa.flows.ledger_checks import breaches
from vafa.flows.merging import merge_members
from vafa.flows.previews import preview_purchase
from vafa.flows.purchases import record_purchases
from vafa.flows.returns import record_returns
from vafa.flows.tier_changes import TIER_CHECK, note_tiers
from vafa.flows.verification import verify
from vafa.insight.reads.member_filters import MemberFilter
from vafa.insight.reads.members import count_members
from vafa.program.models import TierRun
from vafa.program.reads.revisions import live_program
from vafa.program.reads.standing import standing
from vafa.program.reads.tier_history import tier_history
from vafa.program.reads.tiers import tiers_of
from vafa.program.rules.document import Tier
from vafa.program.rules.rule import Text
from vafa.program.rules.tier_terms import TierTerms

MILLION = 1_000_000


def offer(world: World, *least: int, only: dict[str, str] | None = None, **terms: Any) -> None:
    """Three tiers of these thresholds by these terms; silver doubles what is earned. ``only``:
    the segments that tiers are for, by tier."""
    segments = only or {}
    tiers = [
        Tier(
            code=code,
            name=Text(fa=code),
            least=floor,
            percent=percent,
            segment=segments.get(code, ""),
        )
        for code, floor, percent in zip(
            ("bronze", "silver", "gold"), least, (100, 200, 300), strict=True
        )
    ]
    world.change_program(tiers=tuple(tiers), tier_terms=TierTerms(**terms))


def staff_segment(world: World) -> None:
    """A segment "staff": who has a number in the attribute of that name."""
    define_attribute(world.club.id, key="staff", kind="number", name="همکار")
    is_staff = Condition(
        facet="club.attribute_number", params={"attribute": ("staff",)}, op="ge", value=1
    )
    create_segment(
        world.club, name="همکاران", name_en="Staff", definition=Definition(items=(is_staff,))
    )


def code_of(world: World, at: datetime | None = None, member: Member | None = None) -> str | None:
    number = (member or world.member).id
    program = live_program(world.club.id).program
    tier = tiers_of(world.club, program, [number], at or now())[number]
    return tier.code if tier else None


def days_ago(days: int) -> datetime:
    return now() - timedelta(days=days)


def test_a_purchase_raises_her_and_the_next_one_earns_more(world: World) -> None:
    offer(world, 0, 50 * MILLION, 200 * MILLION, basis="spend")
    first = world.buy(50 * MILLION).answer
    assert (first["points"], first["tier"]) == (500, "silver")
    entry = PurchaseEntry(actor=world.owner, branch="main", member=world.ref, total=MILLION)
    foreseen = preview_purchase(world.club, entry).answer
    second = world.buy(MILLION).answer
    assert (second["points"], second["tier"]) == (20, "silver")
    assert (foreseen["points"], foreseen["tier"]) == (second["points"], second["tier"])


def test_purchases_of_a_batch_see_each_other(world: World) -> None:
    offer(world, 0, 2, 4, basis="visits")
    entries = [
        PurchaseEntry(
            actor=world.owner, branch="main", member=world.ref, total=MILLION, purchased_at=at
        )
        for at in (days_ago(9), days_ago(9), days_ago(7), days_ago(5), days_ago(3))
    ]
    outcomes = record_purchases(world.club, entries)
    assert [o.answer["tier"] for o in outcomes] == [
        *("bronze", "bronze", "silver", "silver", "gold")
    ]
    assert [o.answer["points"] for o in outcomes] == [10, 10, 10, 20, 20]


def test_other_terms_take_no_other_round_trip(world: World) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert world.buy(MILLION).status == "recorded"
        return len(asked)

    offer(world, 0, 500, 900)
    world.buy(MILLION)
    usual = statements()
    for terms in ({"basis": "visits", "downgrade": "none"}, {"basis": "spend", "grace_days": 9}):
        offer(world, 0, 500, 900, **terms)
        world.buy(MILLION)
        assert statements() == usual
    world.change_program(tiers=())
    world.buy(MILLION)
    assert statements() == usual - 1


def test_a_returned_purchase_takes_the_tier_back(world: World) -> None:
    for basis, least in (("spend", 50 * MILLION), ("visits", 1)):
        offer(world, 0, least, 10**12, basis=basis, downgrade="none")
        bought = world.buy(50 * MILLION).answer
        assert code_of(world) == "silver"
        world.give_back(bought["purchase_id"], amount=20 * MILLION)
        assert code_of(world) == ("silver" if basis == "visits" else "bronze")
        world.give_back(bought["purchase_id"])
        assert code_of(world) == "bronze"
    world.verify()


def test_the_window_the_grace_and_the_fall(world: World) -> None:
    offer(world, 0, 50 * MILLION, 10**12, basis="spend", months=1, grace_days=10)
    world.buy(50 * MILLION, purchased_at=days_ago(60))
    assert code_of(world, days_ago(59)) == "silver"
    assert code_of(world, days_ago(22)) == "silver"
    assert code_of(world, days_ago(15)) == "bronze"


def test_the_jalali_year_of_1403_has_thirty_esfands(world: World) -> None:
    offer(world, 0, 50 * MILLION, 10**12, basis="spend", window="jalali_year")
    start = world.club.day_start
    last = from_jalali(1403, 12, 30)
    world.buy(60 * MILLION, purchased_at=start(from_jalali(1403, 12, 29)))
    assert code_of(world, start(last) + timedelta(hours=23)) == "silver"
    assert code_of(world, start(last + timedelta(days=1))) == "bronze"


def test_a_merged_member_brings_her_visits(world: World) -> None:
    offer(world, 0, 2, 3, basis="visits", downgrade="one_step")
    other = world.enrol()
    world.buy(MILLION, purchased_at=days_ago(3))
    world.buy(MILLION, purchased_at=days_ago(2), member=("id", str(other.id)))
    assert code_of(world) == code_of(world, member=other) == "bronze"
    merge_members(
        world.club, keep_id=world.member.id, gone_id=other.id, reason="یکی", actor=world.owner
    )
    assert (code_of(world), code_of(world, member=other)) == ("silver", "bronze")


TERMS: list[tuple[tuple[int, int, int], dict[str, Any]]] = [
    ((0, 300, 900), {}),
    ((10, 300, 900), {"months": 3}),
    ((0, 300, 900), {"grace_days": 45, "months": 2}),
    ((0, 300, 900), {"downgrade": "one_step", "months": 2}),
    ((1, 300, 900), {"downgrade": "none", "months": 1}),
    ((0, 300, 900), {"window": "ever"}),
    ((0, 300, 900), {"window": "jalali_year"}),
    ((0, 30 * MILLION, 90 * MILLION), {"basis": "spend"}),
    ((0, 30 * MILLION, 90 * MILLION), {"basis": "spend", "window": "ever"}),
    (
        (0, 30 * MILLION, 90 * MILLION),
        {"basis": "spend", "window": "gregorian_year", "downgrade": "one_step", "grace_days": 20},
    ),
    ((1, 30 * MILLION, 60 * MILLION), {"basis": "spend", "months": 2, "grace_days": 100}),
    ((0, 2, 4), {"basis": "visits"}),
    ((1, 2, 4), {"basis": "visits", "months": 1, "downgrade": "none"}),
    ((0, 2, 4), {"basis": "visits", "window": "jalali_year", "downgrade": "one_step"}),
]


def test_an_attribute_says_the_tier_at_once(world: World) -> None:
    define_attribute(world.club.id, key="rank", kind="number", name="رتبه")
    define_attribute(world.club.id, key="note", kind="text", name="یادداشت")
    offer(world, 1, 5, 10, basis="attribute", attribute="rank", window="ever")
    assert code_of(world) is None
    for value, code in ((7, "silver"), (10, "gold"), (0, None)):
        set_attributes(world.club.id, world.member.id, {"rank": value}, by="test")
        assert code_of(world) == code
        for tier in ("bronze", "silver", "gold", "none"):
            found = count_members(
                world.club, live_program(world.club.id).program, MemberFilter(tier=tier)
            )
            assert found == (tier == (code or "none"))
    set_attributes(world.club.id, world.member.id, {"rank": 6}, by="test")
    answer = world.buy(MILLION).answer
    assert (answer["tier"], answer["points"]) == ("silver", 20)
    assert standing(world.club, world.member.id).outlook.missing == 4
    offer(world, 1, 5, 10, basis="attribute", attribute="note", window="ever")
    set_attributes(world.club.id, world.member.id, {"note": "6"}, by="test")
    assert code_of(world) is None


@pytest.fixture
def town(world: World) -> World:
    """Members with a history of two years, with returns and a merging."""
    people = [world.enrol() for _ in range(7)]
    for n, member in enumerate(people):
        for k in range(2 * n):
            bought = world.buy(
                (9 + 7 * k) * MILLION,
                member=("id", str(member.id)),
                purchased_at=days_ago((n * 37 + k * 71) % 700),
            )
            if k % 3 == 2:
                world.give_back(bought.answer["purchase_id"], amount=(5 + 7 * (k % 2)) * MILLION)
            if k % 5 == 4:
                world.give_back(bought.answer["purchase_id"])
    for n, ago in ((3, 100), (5, 30), (6, 400)):
        back = ReturnEntry(
            actor=world.owner,
            branch="main",
            stand_alone=True,
            member=("id", str(people[n].id)),
            amount=25 * MILLION,
            returned_at=days_ago(ago),
        )
        assert record_returns(world.club, [back])[0].status == "recorded"
    merge_members(
        world.club, keep_id=people[2].id, gone_id=people[4].id, reason="یکی", actor=world.owner
    )
    return world


def test_lists_and_segments_mean_what_the_function_means(town: World) -> None:
    club = town.club
    staff_segment(town)
    everyone = Member.objects.filter(club=town.record, merged_into=None).values_list(
        "id", flat=True
    )
    few = list(everyone)[::3]
    for number in few:
        set_attributes(club.id, number, {"staff": 1}, by="test")
    asked = [(least, terms, {}) for least, terms in TERMS]
    asked += [(*TERMS[n], {"gold": "staff"}) for n in (0, 3, 7)]
    asked += [(*TERMS[n], {"bronze": "staff", "silver": "staff"}) for n in (1, 9)]
    for least, terms, only in asked:
        offer(town, *least, only=only, **terms)
        program = live_program(club.id).program
        for at in (now(), days_ago(45), days_ago(200), now() + timedelta(days=120)):
            found = tiers_of(club, program, list(everyone), at)
            for code in ("bronze", "silver", "gold", "none"):
                condition = Condition(facet="program.tier", op="in", value=(code,))
                compiled = compile_definition(club, Definition(items=(condition,)), at, {})
                expected = {
                    n for n, tier in found.items() if (tier.code if tier else "none") == code
                }
                assert set(page_of(compiled, limit=100)) == expected, (terms, at, code)
        at = now()
        found = tiers_of(club, program, list(everyone), at)
        for number, tier in found.items():
            assert tier is None or tier.code not in only or number in few
            assert standing(club, number).tier == tier
        assert len({tier.code if tier else "none" for tier in found.values()}) > 1, terms
        silver = sum(tier is not None and tier.code == "silver" for tier in found.values())
        assert count_members(club, program, MemberFilter(tier="silver")) == silver


def history_of(world: World) -> list[tuple[str, str, str]]:
    return [(n.before, n.after, n.why) for n in tier_history(world.member.id)]


def test_every_night_what_changed_is_noted_with_its_reason(world: World) -> None:
    offer(world, 0, 50 * MILLION, 90 * MILLION, basis="spend", months=1)
    assert note_tiers(world.club, at=days_ago(60)) == 0  # all as it was: nothing to note
    first = world.buy(60 * MILLION, purchased_at=days_ago(50)).answer
    assert note_tiers(world.club, at=days_ago(49)) == 1
    assert note_tiers(world.club, at=days_ago(49)) == 0  # looked at already
    assert note_tiers(world.club, at=days_ago(48)) == 0
    assert note_tiers(world.club, at=days_ago(10)) == 1
    world.buy(95 * MILLION, purchased_at=days_ago(9))
    assert note_tiers(world.club, at=days_ago(8)) == 1
    offer(world, 0, 50 * MILLION, 99 * MILLION, basis="spend", months=1)
    assert note_tiers(world.club, at=days_ago(7)) == 1
    assert history_of(world) == [
        ("gold", "silver", "new_terms"),
        ("bronze", "gold", "risen"),
        ("silver", "bronze", "fallen"),
        ("bronze", "silver", "risen"),
    ]
    names = [
        name
        for (name,) in fetch(
            "SELECT payload ->> 'why' FROM core_event WHERE club_id = %s AND name = 'tier.changed'"
            " ORDER BY id",
            [world.club.id],
        )
    ]
    assert names == ["risen", "fallen", "risen", "new_terms"]
    assert first["points"] == 600
    world.verify()


def test_what_a_return_takes_is_noted_as_taken_back(world: World) -> None:
    offer(world, 0, 50 * MILLION, 90 * MILLION, basis="spend", downgrade="none")
    bought = world.buy(60 * MILLION, purchased_at=days_ago(3)).answer
    note_tiers(world.club, at=days_ago(2))
    world.give_back(bought["purchase_id"])
    note_tiers(world.club, at=days_ago(1))
    assert history_of(world)[0] == ("silver", "bronze", "taken_back")


def test_a_loss_is_told_beforehand_and_once(world: World) -> None:
    offer(world, 0, 50 * MILLION, 90 * MILLION, basis="spend", months=1, warn_days=7)
    world.buy(60 * MILLION, purchased_at=days_ago(27))
    for ago in (26, 5, 2, 1):
        note_tiers(world.club, at=days_ago(ago))
    state = standing(world.club, world.member.id)
    assert state.is_warned and state.outlook.missing_to_keep == 50 * MILLION
    warnings = fetch(
        "SELECT payload ->> 'falls_to' FROM core_event WHERE club_id = %s AND name = 'tier.at_risk'",
        [world.club.id],
    )
    assert warnings == [("bronze",)]


def test_verify_finds_a_change_that_was_not_noted(world: World) -> None:
    offer(world, 0, 50 * MILLION, 90 * MILLION, basis="spend")
    world.buy(60 * MILLION, purchased_at=days_ago(3))
    note_tiers(world.club, at=days_ago(2))
    run = TierRun.objects.get(club=world.record)
    # As if nothing had been written since.
    later = "recorded_at = now() + interval '1 hour'"
    behind_its_back(f"UPDATE program_tierrun SET {later} WHERE id = {run.pk}")
    world.verify()
    behind_its_back(f"DELETE FROM program_tierchange WHERE run_id = {run.pk}")
    (found,) = verify(world.club.id)
    assert (found.check, found.expected, found.found) == (TIER_CHECK, "silver", "bronze")
    assert breaches([found]) == []
    behind_its_back(f"UPDATE program_tierrun SET recorded_at = now() WHERE id = {run.pk}")
