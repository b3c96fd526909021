"""Stories of what rules make of it when somebody brings something back."""

from __future__ import annotations

from typing import Any

from tests.world import World
from vafa.core.clock import now
from vafa.flows.backtest.tests.telling import assert_equal, exact
from vafa.flows.entries import ReturnEntry
from vafa.flows.merging import merge_members
from vafa.flows.returns import record_returns
from vafa.program.models import Happening
from vafa.program.reads.revisions import live_program
from vafa.program.rules.conditions import OneOf
from vafa.program.rules.deeds import Say, Words
from vafa.program.rules.explain import explain_parts
from vafa.program.rules.limits import Limit
from vafa.program.rules.rule import Fixed, Rule, Text

MILLION = 1_000_000


def comfort(gives: Any, **more: Any) -> Rule:
    return Rule(
        id="comfort", name=Text(fa="دلجویی", en="Comfort"), on="return", gives=gives, **more
    )


def promise(world: World, *more: Rule) -> None:
    world.change_program(rules=(*live_program(world.record.id).program.rules, *more))


def told(world: World) -> list[str]:
    rows = Happening.objects.filter(club=world.record, kind="return").order_by("id")
    return list(rows.values_list("occurrence", flat=True))


def test_each_return_is_heard_of_once(world: World) -> None:
    promise(world, comfort(Fixed(points=7)))
    bought = world.buy(10 * MILLION).answer["purchase_id"]
    before = world.balance().available
    half = world.give_back(bought, amount=4 * MILLION, key="half")
    assert half.answer["points_taken"] == 40
    assert half.answer["balance"]["available"] == world.balance().available == before - 40 + 7
    again = world.give_back(bought, amount=4 * MILLION, key="half")
    assert again.status == "repeated" and again.answer == half.answer
    rest = world.give_back(bought)
    assert world.balance().available == before - 100 + 14
    assert told(world) == [str(one.answer["return_id"]) for one in (half, rest)]
    refused = world.give_back(bought)
    assert refused.error is not None and len(told(world)) == 2


def test_its_place_and_its_limits_count(world: World) -> None:
    elsewhere = OneOf(fact="branch", values=(world.other_branch.id,))
    promise(world, comfort(Fixed(points=7), conditions=(elsewhere,)))
    bought = world.buy(10 * MILLION).answer["purchase_id"]
    world.give_back(bought, amount=MILLION)
    assert told(world) == []
    once = Limit(scope="member", per="ever", counts="times", most=1)
    world.change_program(rules=(comfort(Fixed(points=7), limits=(once,)),))
    for _ in range(2):
        world.give_back(bought, amount=MILLION)
    assert len(told(world)) == 1 and world.balance().available == 20 + 100 - 30 + 7


def test_a_message_says_sorry(world: World) -> None:
    promise(world, comfort(Say(words=Words(fa="ببخشید", en="Sorry"))))
    bought = world.buy(10 * MILLION).answer["purchase_id"]
    world.give_back(bought, amount=MILLION)
    parts = world.line("happening").parts
    assert explain_parts(live_program(world.club.id).program, parts, "toman", "fa") == ["ببخشید"]


def test_who_is_no_member_and_an_imported_history_are_no_news(world: World) -> None:
    promise(world, comfort(Fixed(points=7)))
    nobody = world.buy(MILLION, member=None).answer["purchase_id"]
    assert world.give_back(nobody).status == "recorded"
    entry = ReturnEntry(
        world.owner, "main", stand_alone=True, member=world.ref, amount=MILLION, returned_at=now()
    )
    assert record_returns(world.club, [entry], source="import")[0].status == "recorded"
    assert told(world) == []
    assert record_returns(world.club, [entry])[0].status == "recorded"
    assert len(told(world)) == 1 and world.balance().available == 27


def test_who_was_merged_since_is_heard_of_as_the_one_who_stayed(world: World) -> None:
    promise(world, comfort(Fixed(points=7)))
    other = world.enrol()
    bought = world.buy(10 * MILLION, member=("id", str(other.id))).answer["purchase_id"]
    merge_members(
        world.club, keep_id=world.member.id, gone_id=other.id, reason="یکی", actor=world.owner
    )
    before = world.balance().available
    world.give_back(bought)
    assert world.balance().available == before - 100 + 7


def test_a_back_test_gives_what_was_given(world: World) -> None:
    promise(world, comfort(Fixed(points=7)))
    bought = world.buy(10 * MILLION).answer["purchase_id"]
    world.give_back(bought, amount=MILLION)
    result = exact(world)
    assert_equal(result)
    assert result["rules"]["comfort"][0] == 7
