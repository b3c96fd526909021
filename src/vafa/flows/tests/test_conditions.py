"""Stories of rules that ask for segments, attributes, what was bought before, brands and payments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.world import World
from vafa.audience.actions.segments import create_segment, delete_segment
from vafa.audience.errors import SegmentInUse
from vafa.audience.models import Segment
from vafa.audience.rules.definition import Condition, Definition
from vafa.club.actions.attributes import change_attribute, define_attribute, set_attributes
from vafa.club.errors import InvalidAttribute, UnknownAttribute
from vafa.club.models import Member
from vafa.commerce.models import Purchase
from vafa.core.clock import now
from vafa.flows.entries import LineEntry, PurchaseEntry
from vafa.flows.merging import merge_members
from vafa.flows.previews import preview_purchase
from vafa.flows.purchases import record_purchases
from vafa.program.actions.program_files import bring_program, program_file
from vafa.program.actions.revisions import publish_program
from vafa.program.reads.promise import promise, rule_names
from vafa.program.reads.revisions import live_program
from vafa.program.rules.conditions import Between, Expression, Lines, OneOf
from vafa.program.rules.conditions import Condition as RuleCondition
from vafa.program.rules.portable import UnknownInFile
from vafa.program.rules.rule import Fixed, Rule, Text
from vafa.program.rules.rule_words import rule_words


def _publish(world: World, **rules: tuple[RuleCondition, ...]) -> None:
    """A programme of these rules alone, each worth one point."""
    made = tuple(
        Rule(id=name, name=Text(fa=name), conditions=conditions, gives=Fixed(points=1))
        for name, conditions in rules.items()
    )
    program = live_program(world.record.id).program.model_copy(update={"rules": made})
    publish_program(world.record.id, program, actor="staff:1")


def _fired(outcome: Any) -> set[str]:
    return {part[0] for part in outcome.answer["parts"]}


def test_what_she_did_before_counts_as_of_the_purchase(world: World) -> None:
    _publish(
        world,
        first=(Between(fact="nth", most=1),),
        third=(Between(fact="nth", least=3, most=3),),
        often=(Between(fact="visits", least=2, window_days=30),),
        much=(Between(fact="spend", least=3_000_000, window_days=30),),
        away=(Between(fact="days_since", least=10),),
        cel=(Expression(text="visits_30 >= 2 && days_since > 10 && nth > 2"),),
    )
    start = now() - timedelta(days=60)

    def buy(days: int, total: int = 1_000_000) -> Any:
        return world.buy(total, purchased_at=start + timedelta(days=days))

    assert _fired(buy(0)) == {"first"}
    back = buy(1, 2_000_000)
    assert _fired(back) == set()
    assert _fired(buy(12, 500_000)) == {"third", "often", "much", "away", "cel"}
    world.give_back(back.answer["purchase_id"], returned_at=start + timedelta(days=13))
    # What came back was no purchase any more, but it was one on the days before it came back.
    assert _fired(buy(14)) == {"third", "often"}
    assert _fired(buy(2, 1)) == {"third", "often", "much"}
    preview = preview_purchase(
        world.club, PurchaseEntry(world.owner, "main", 1, world.ref, purchased_at=start)
    )
    assert _fired(preview) == set()
    assert "third" in [one.rule.id for one in preview.answer["missed"]]


def test_purchases_of_one_batch_see_those_before_them(world: World) -> None:
    _publish(world, second=(Between(fact="nth", least=2, most=2),))
    other = world.enrol()
    entries = [
        PurchaseEntry(world.owner, "main", 1_000, ref)
        for ref in (world.ref, world.ref, world.ref, ("id", str(other.id)))
    ]
    outcomes = record_purchases(world.club, entries)
    assert [_fired(outcome) for outcome in outcomes] == [set(), {"second"}, set(), set()]


def test_a_segment_and_attributes_open_a_rule(world: World) -> None:
    world.describe()
    segment = Segment.objects.get(pk=world.segment_id)
    define_attribute(
        world.record.id, key="pet", kind="choice", name="حیوان", choices=["گربه", "سگ"]
    )
    define_attribute(world.record.id, key="children", kind="number", name="فرزند")
    define_attribute(world.record.id, key="since", kind="date", name="از")
    define_attribute(world.record.id, key="vat", kind="yes_no", name="ارزش افزوده")
    _publish(
        world,
        inside=(OneOf(fact="segment", values=(segment.code,)),),
        outside=(OneOf(fact="segment", values=(segment.code,), but=True),),
        gone=(OneOf(fact="segment", values=("gone",)),),
        pet=(OneOf(fact="attribute:pet", values=("گربه",)),),
        family=(Between(fact="attribute:children", least=2),),
        old=(Between(fact="attribute:since", most=20200101),),
        taxed=(OneOf(fact="attribute:vat", values=("yes",)),),
        cel=(Expression(text=f"'{segment.code}' in segments && attributes.children == 3"),),
    )
    with pytest.raises(SegmentInUse, match="inside"):
        delete_segment(world.club, segment.id, by="staff:1")
    # The segment is of those who have bought: she has not, before this one.
    assert _fired(world.buy(1_000)) == {"outside"}
    set_attributes(
        world.record.id,
        world.member.id,
        {"pet": "گربه", "children": "۳", "since": "1398/01/01", "vat": True},
        by="staff:1",
    )
    assert _fired(world.buy(1_000)) == {"inside", "pet", "family", "old", "taxed", "cel"}
    sentences = {rule.id: text for rule, text in promise(world.club, "fa").rules}
    assert "«حیوان» گربه باشد" in sentences["pet"]
    # What a club calls its groups is said to its staff alone.
    assert "inside" not in sentences
    [inside] = [rule for rule in live_program(world.record.id).program.rules if rule.id == "inside"]
    names = rule_names(world.club, live_program(world.record.id).program, [inside], "fa")
    words = rule_words(inside, world.club.display_unit, "fa", names)
    assert f"اعضای گروه «{segment.name}»" in words


def test_a_merged_member_brings_what_was_known_of_her(world: World) -> None:
    for key in ("size", "colour"):
        define_attribute(world.record.id, key=key, kind="text", name=key)
    gone = world.enrol()
    for member_id, values in (
        (world.member.id, {"size": "4"}),
        (gone.id, {"size": "5", "colour": "red"}),
    ):
        set_attributes(world.record.id, member_id, values, by="staff:1")
    merge_members(
        world.club, keep_id=world.member.id, gone_id=gone.id, reason="یکی", actor=world.owner
    )
    kept = Member.objects.get(pk=world.member.id).attributes
    assert kept == {"size": "4", "colour": "red"}


def test_attributes_take_only_what_they_are_for(world: World) -> None:
    club = world.record.id
    define_attribute(club, key="size", kind="choice", name="اندازه", choices=["S", "L"])

    def put(**given: Any) -> dict[str, Any]:
        return set_attributes(club, world.member.id, given, by="staff:1")

    assert put(size="l") == {"size": "L"}
    with pytest.raises(InvalidAttribute):
        put(size="XL")
    with pytest.raises(UnknownAttribute):
        put(shoe="42")
    assert put(size="") == {}
    change_attribute(club, "size", name="اندازه", choices=["S"], is_active=False, by="staff:1")
    with pytest.raises(UnknownAttribute):
        put(size="S")
    assert Member.objects.get(pk=world.member.id).attributes == {}


def test_brands_counts_and_payments_of_the_bill(world: World) -> None:
    product = world.products["milk"]
    product.brand = "میهن"
    product.save(update_fields=["brand"])
    _publish(
        world,
        brand=(Lines(fact="brand", values=("میهن",)), Between(fact="quantity", least=3000)),
        kinds=(Between(fact="kinds", least=2),),
        card=(OneOf(fact="payment", values=("card",)),),
        cel=(Expression(text="payment == 'card' && lines.exists(l, l.brand == 'میهن')"),),
    )
    milk, cheese = LineEntry(2_000, "milk", "", 3000), LineEntry(1_000, "cheese", "", 5000)
    bought = world.buy(3_000, lines=(milk, cheese), payment="card")
    assert _fired(bought) == {"brand", "kinds", "card", "cel"}
    assert Purchase.objects.get(pk=bought.answer["purchase_id"]).payment == "card"
    few = LineEntry(2_000, "milk", "", 1000)
    assert _fired(world.buy(3_000, lines=(few, cheese), payment="cash")) == {"kinds"}
    refused = world.buy(1, payment="gold")
    assert refused.error is not None and refused.error.code == "invalid_input"


def test_a_programme_that_asks_for_nothing_costs_no_statement(world: World) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            world.buy(1_000)
        return len(queries)

    world.buy(1_000)
    before = count()
    _publish(world, first=(Between(fact="nth", most=1), Expression(text="visits_90 > 2")))
    world.buy(1_000)
    assert count() == before + 1


def test_a_programme_file_names_segments_that_must_be_there(
    world: World, other_world: World
) -> None:
    everybody = Definition(items=(Condition(facet="club.active", op="yes"),))
    create_segment(world.club, name="همه", name_en="Only here", definition=everybody)
    _publish(world, inside=(OneOf(fact="segment", values=("only-here",)),))
    content = program_file(world.club, live_program(world.record.id).program)
    brought = bring_program(world.club, content, by=world.owner.label)
    assert brought.program.rules[0].id == "inside"
    with pytest.raises(UnknownInFile):
        bring_program(other_world.club, content, by=other_world.owner.label)
