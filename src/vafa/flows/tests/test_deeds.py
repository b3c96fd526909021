"""What rules do beside giving amounts: done once, told, and undone with the purchase."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests import draws
from tests.world import World
from vafa.club.actions.attributes import define_attribute
from vafa.club.models import Member
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.core.errors import DomainError
from vafa.flows.draw_people import chances_of_member
from vafa.flows.entries import PurchaseEntry, ReturnEntry
from vafa.flows.member_events import record_event
from vafa.flows.merging import merge_members
from vafa.flows.previews import preview_purchase
from vafa.flows.purchases import record_purchases
from vafa.flows.returns import preview_return
from vafa.flows.voucher_series import cancel_series, make_series
from vafa.ledger.reads.balances import balances
from vafa.program.models import Badge, Draw, Voucher, VoucherSeries
from vafa.program.reads.history import history
from vafa.program.reads.revisions import live_program
from vafa.program.reads.rewards import member_vouchers
from vafa.program.rules.deeds import (
    BadgeKind,
    Chances,
    GiveBadge,
    GiveVoucher,
    RaiseEvent,
    Say,
    SetAttribute,
    Words,
)
from vafa.program.rules.document import Challenge, EventKind, PointTerms, Program
from vafa.program.rules.explain import explain, explain_parts
from vafa.program.rules.limits import Limit
from vafa.program.rules.recipes import per_amount
from vafa.program.rules.rule import Between, Effect, Fixed, Group, Rule, Text

N = Text(fa="ن", en="n")
BASE = per_amount("base", N, 1, 100_000)
REGULAR = BadgeKind(code="regular", name=Text(fa="مشتری همیشگی", en="Regular"))
EVENTS = (EventKind(code="one", name=N), EventKind(code="two", name=N))


@pytest.fixture
def told(world: World) -> Iterator[World]:
    """A club in which everything is as the decisions say when the story is over."""
    yield world
    world.verify()


def rule(gives: Effect, **fields: Any) -> Rule:
    return Rule(**{"id": gives.kind, "name": Text(fa="هدیه", en="Gift"), "gives": gives, **fields})


def series(world: World, **fields: Any) -> VoucherSeries:
    values = {"name": "پاییز", "value": 100_000, "expires_at": now() + timedelta(days=30), **fields}
    return make_series(world.club, world.owner, kind="voucher", **values)


def publish(world: World, *rules: Rule, **fields: Any) -> None:
    world.publish(Program(rules=(BASE, *rules), badges=(REGULAR,), events=EVENTS, **fields))


def hers(world: World) -> list[Voucher]:
    return list(Voucher.objects.filter(member=world.member, decision__isnull=False).order_by("id"))


def chances(draw: Draw, world: World) -> int:
    return chances_of_member(world.club, draw, world.member.id).chances


def told_live(world: World) -> Program:
    return live_program(world.record.id).program


def kinds(answer: dict[str, Any]) -> list[str]:
    return [part[1] for part in answer["parts"] if part[1] != "per_step"]


def test_a_rule_gives_a_fresh_voucher_of_its_own(told: World) -> None:
    made = series(told)
    publish(told, rule(GiveVoucher(series=made.pk)))
    first, second = told.buy(1_000_000).answer, told.buy(1_000_000).answer
    codes = [voucher.code for voucher in hers(told)]
    assert [[one[1] for one in a["given_vouchers"]] for a in (first, second)] == [
        [codes[0]],
        [codes[1]],
    ]
    assert Voucher.objects.filter(series=made).count() == 1 + 2, "beside the one it was made with"
    assert {v.code for v in member_vouchers(told.club.id, told.member.id)} == set(codes)
    used = told.buy(1_000_000, voucher=codes[0]).answer
    assert used["discount"] == 100_000
    other = told.enrol()
    refused = told.buy(1_000_000, voucher=codes[1], member=("id", str(other.id)))
    assert refused.status == "refused", "it is hers alone"


def test_the_preview_says_what_is_then_recorded_and_makes_nothing(told: World) -> None:
    draw = draws.running(told)
    publish(
        told,
        rule(GiveVoucher(series=series(told).pk)),
        rule(Chances(draw=draw.id, chances=2, step=300_000)),
        rule(GiveBadge(badge="regular")),
        rule(Say(words=Words(fa="خوش آمدید", en="Welcome"))),
        rule(RaiseEvent(event="one")),
    )
    entry = PurchaseEntry(told.owner, "main", total=1_000_000, member=told.ref)
    for times in (1, 2):
        seen = preview_purchase(told.club, entry).answer
        assert len(hers(told)) == times - 1
        done = record_purchases(told.club, [entry])[0].answer
        assert (seen["points"], seen["parts"]) == (done["points"], done["parts"])
        assert ("badge" in kinds(done)) == (times == 1), "she has it now"
    texts = explain_parts(told_live(told), done["parts"], "toman", "en")
    assert "a voucher: Gift" in texts
    assert "6 chances in a draw: Gift" in texts
    assert "Welcome" in texts


def test_a_badge_is_given_once_whatever_asks_for_it(told: World) -> None:
    publish(told, rule(GiveBadge(badge="regular")), rule(GiveBadge(badge="regular"), id="again"))
    entry = PurchaseEntry(told.owner, "main", total=1_000_000, member=told.ref)
    first, second = record_purchases(told.club, [entry] * 2)
    assert kinds(first.answer) == ["badge"] and kinds(second.answer) == []
    assert told.give_back(first.answer["purchase_id"]).error is None
    assert Badge.objects.filter(member=told.member).count() == 1, "a badge stays"
    assert kinds(told.buy(1_000_000).answer) == []


def test_who_was_merged_brings_her_badge(told: World) -> None:
    publish(told, rule(GiveBadge(badge="regular")))
    other = told.enrol()
    told.buy(1_000_000, member=("id", str(other.id)))
    merge_members(
        told.club, keep_id=told.member.id, gone_id=other.id, reason="یک نفر", actor=told.owner
    )
    assert kinds(told.buy(1_000_000).answer) == []


def test_a_return_takes_an_unused_voucher_and_says_of_a_used_one(told: World) -> None:
    publish(told, rule(GiveVoucher(series=series(told).pk)))
    kept = told.buy(1_000_000).answer
    gone = told.buy(1_000_000).answer
    code, other = kept["given_vouchers"][0][1], gone["given_vouchers"][0][1]
    told.buy(1_000_000, voucher=code)
    assert "vouchers_taken" not in told.give_back(gone["purchase_id"], amount=400_000).answer
    entry = ReturnEntry(told.owner, "main", purchase_id=gone["purchase_id"])
    seen = preview_return(told.club, entry).answer
    back = told.give_back(gone["purchase_id"]).answer
    assert back["vouchers_taken"] == seen["vouchers_taken"] == [other]
    assert told.buy(1_000_000, voucher=other).status == "refused"
    assert told.give_back(kept["purchase_id"]).answer["vouchers_kept"] == [code]
    line = history(told.club, told.member.id, triggers=["return"])[0]
    said = explain_parts(told_live(told), line.parts, "toman", "en")[0]
    assert said.endswith("; a voucher that was used stays")


def test_a_decision_without_points_is_told_and_undone_too(told: World) -> None:
    once = Limit(per="ever", counts="times", most=1)
    given = rule(GiveVoucher(series=series(told).pk), limits=(once,))
    told.publish(Program(rules=(given,)))
    first, second = told.buy(50_000).answer, told.buy(50_000).answer
    assert len(hers(told)) == 1
    cut = second["parts"][0]
    assert cut[3]["before"] == 0
    assert "at most once" in explain_parts(told_live(told), [cut], "toman", "en")[0]
    line = history(told.club, told.member.id)[0]
    assert (
        line.points == 0
        and explain(told_live(told), 0, line.parts, "toman", "en") == "a voucher: Gift"
    )
    assert told.give_back(first["purchase_id"]).error is None
    counters = fetch("SELECT times FROM program_counter WHERE club_id = %s", [told.record.id])
    assert counters == [(0,)], "the time is given back"
    told.buy(50_000)
    assert len(hers(told)) == 2


def test_chances_go_with_what_comes_back_until_the_list_is_closed(told: World) -> None:
    draw = draws.running(told)
    before = chances(draw, told)
    publish(
        told,
        rule(Chances(draw=draw.id, chances=1, step=100_000)),
        rule(Chances(draw=draw.id, chances=5), id="five"),
    )
    bought = told.buy(1_000_000).answer["purchase_id"]
    of_draw = chances(draw, told) - before - 15
    assert of_draw >= 0, "what the draw itself gives for purchases comes on top"
    back = told.give_back(bought, amount=250_000).answer
    assert back["chances_taken"] == 2
    back = told.give_back(bought).answer
    assert back["chances_taken"] == 10 - 2 + 5
    assert chances(draw, told) == before


def test_nothing_is_given_of_what_is_over(told: World) -> None:
    made, draw = series(told), draws.drafted(told)
    publish(told, rule(GiveVoucher(series=made.pk)), rule(Chances(draw=draw.id, chances=1)))
    cancel_series(told.club, made.pk, told.owner)
    assert kinds(told.buy(1_000_000).answer) == []


def test_an_attribute_is_written_and_stays(told: World) -> None:
    define_attribute(told.record.id, key="size", kind="number", name="اندازه")
    define_attribute(told.record.id, key="vip", kind="yes_no", name="ویژه")
    publish(
        told,
        rule(SetAttribute(key="size", value=42)),
        rule(SetAttribute(key="vip", value="yes"), id="vip"),
    )
    bought = told.buy(1_000_000).answer["purchase_id"]
    told.give_back(bought)
    assert Member.objects.get(pk=told.member.id).attributes == {"size": 42, "vip": True}


def test_a_message_is_wanted_of_whoever_tells_members(told: World) -> None:
    publish(told, rule(Say(words=Words(fa="سپاس"))))
    told.buy(1_000_000)
    ((payload,),) = fetch(
        "SELECT payload::text FROM core_event WHERE club_id = %s AND name = 'message.wanted'",
        [told.record.id],
    )
    assert str(told.member.id) in payload and "سپاس" not in payload


def test_an_event_goes_on_depth_by_depth(told: World) -> None:
    made = series(told)
    publish(
        told,
        rule(RaiseEvent(event="one"), id="start"),
        rule(RaiseEvent(event="two"), id="next", on="event", what="one"),
        rule(Fixed(points=7), id="seven", on="event", what="one"),
        rule(Fixed(points=9), id="nine", on="event", what="two"),
        rule(GiveVoucher(series=made.pk), id="code", on="event", what="two"),
    )
    bought = told.buy(1_000_000).answer
    assert bought["points"] == 10 and bought["events"] == [["one", 16]]
    has = balances(told.club.points_unit_id, [told.member.id])[told.member.id]
    assert bought["balance"]["available"] == has.available
    assert len(hers(told)) == 1
    back = told.give_back(bought["purchase_id"]).answer
    assert back["points_taken"] == 26 and len(back["vouchers_taken"]) == 1


def test_what_an_event_of_a_purchase_brings_waits_as_the_purchase_does(told: World) -> None:
    more = (
        rule(RaiseEvent(event="one"), id="start"),
        rule(RaiseEvent(event="two"), id="next", on="event", what="one"),
        rule(Fixed(points=7), id="seven", on="event", what="one"),
        rule(Fixed(points=9), id="nine", on="event", what="two"),
    )
    publish(told, *more, terms=PointTerms(pending_days=7))
    before = told.balance().available
    bought = told.buy(1_000_000).answer
    assert bought["balance"] == {"available": before, "pending": 26}
    back = told.give_back(bought["purchase_id"]).answer
    assert back["points_taken"] == 26
    assert back["balance"] == {"available": before, "pending": 0}
    # Nobody's purchase: nothing to wait for.
    record_event(told.club, member=told.ref, name="one", actor=told.owner, key="k")
    assert told.balance().available == before + 16
    told.verify()


def test_joining_and_challenges_do_deeds_too(told: World) -> None:
    made = series(told)
    twice = Challenge(code="twice", name=N, count=2, days=10)
    publish(
        told,
        rule(GiveVoucher(series=made.pk), on="challenge", what="twice"),
        rule(GiveBadge(badge="regular"), on="joining"),
        rule(RaiseEvent(event="one"), id="raised", on="joining"),
        rule(Fixed(points=3), id="three", on="event", what="one"),
        challenges=(twice,),
    )
    joined = told.enrol()
    assert Badge.objects.filter(member=joined).count() == 1
    ref = ("id", str(joined.id))
    told.buy(1_000_000, member=ref)
    answer = told.buy(1_000_000, member=ref).answer
    assert answer["given_vouchers"]
    back = told.give_back(answer["purchase_id"]).answer
    assert len(back["vouchers_taken"]) == 1


def test_of_a_group_the_first_is_done(told: World) -> None:
    groups = (Group(code="one", name=N, mode="best"),)
    publish(
        told,
        rule(Say(words=Words(fa="دوم")), id="b", group="one"),
        rule(Say(words=Words(fa="نخست")), id="a", group="one"),
        rule(
            Say(words=Words(fa="کم")),
            id="c",
            group="one",
            conditions=(Between(fact="total", most=1),),
        ),
        groups=groups,
    )
    parts = told.buy(1_000_000).answer["parts"]
    assert [part[0] for part in parts if part[1] == "message"] == ["a"]


def test_rules_that_set_each_other_off_are_refused(world: World) -> None:
    around = (
        rule(RaiseEvent(event="two"), id="a", name=Text(fa="الف", en="A"), on="event", what="one"),
        rule(RaiseEvent(event="one"), id="b", name=Text(fa="ب", en="B"), on="event", what="two"),
    )
    with pytest.raises(DomainError) as told:
        world.publish(Program(rules=around, events=EVENTS))
    assert told.value.code == "rules_in_circle"
    assert "«الف» ← «ب» ← «الف»" in told.value.message("fa")
    assert "“A” → “B” → “A”" in told.value.message("en")


def test_other_programs_may_begin_it(told: World) -> None:
    publish(told, rule(GiveBadge(badge="regular"), on="event", what="one"))
    for key in ("k1", "k2"):
        done = record_event(told.club, member=told.ref, name="one", actor=told.owner, key=key)
        assert done.error is None
    assert Badge.objects.filter(member=told.member).count() == 1
