"""Draws from the opening to the end: each step once, and what it published stays."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine

from tests import draws
from tests.world import PASSWORD, World
from vafa.club.actions.clubs import create_staff
from vafa.club.models import Audit
from vafa.core.clock import now
from vafa.core.errors import InvalidInput, NotFound
from vafa.flows.draw_people import (
    chances_of_member,
    claim_chances,
    close_draw,
    confirm_winner,
    prize_holders,
    replace_winner,
)
from vafa.flows.draws import (
    ask_for_freeze,
    cancel_draw,
    change_draw,
    draw_winners,
    freeze_draw,
    make_draw,
    open_draw,
)
from vafa.flows.merging import merge_members
from vafa.program.draw_errors import (
    DrawEnded,
    DrawListLate,
    DrawNotClaimable,
    DrawNotSettled,
    DrawPeriodRuns,
    DrawStepRefused,
    DrawTooEarly,
)
from vafa.program.models import Draw
from vafa.program.reads.draws import line_of_member, list_text, winners_of
from vafa.program.rules.draws import Urn, commitment, tag_of


def chances(draw: Draw, member_id: int) -> int:
    line = line_of_member(draw, member_id)
    return line.chances if line else 0


def test_the_whole_life(world: World) -> None:
    draw = draws.drafted(world)
    change_draw(world.club, draw.id, world.owner, cap=10)
    with draws.before():
        open_draw(world.club, draw.id, world.owner)
    draw = draws.fresh(draw)
    assert len(draw.seed_hash) == 64 and draw.seed == ""
    draws.shopped(world, draw)

    found = freeze_draw(world.club, draw.id, by=world.owner.label)
    draw = draws.fresh(draw)
    text = "".join(list_text(draw))
    assert (draw.list_hash, draw.entrants, draw.chances) == found
    assert sha256(text.encode()).hexdigest() == draw.list_hash
    assert (draw.entrants, draw.chances) == (7, 3 + (1 + 2 + 3 + 4 + 5) + 2)
    rows = [line.split("\t") for line in text.splitlines()]
    assert [int(n) for n, _t, _c in rows] == list(range(1, 8))
    assert [t for _n, t, _c in rows] == sorted(t for _n, t, _c in rows)

    with time_machine.travel(now() + timedelta(days=1, minutes=1), tick=True):
        numbers = draw_winners(world.club, draw.id, " ۲۱۷۴۳۸۲.۵۵ ", world.owner)
        draw = draws.fresh(draw)
        assert draw.public_value == draws.VALUE
        seed = bytes.fromhex(draw.seed)
        assert commitment(seed) == draw.seed_hash
        urn = Urn([int(c) for _n, _t, c in rows])
        assert [n - 1 for n in numbers] == urn.draw(seed, draws.VALUE, draw.list_hash, 5)
        winners = winners_of(draw)
        assert [w.prize for w in winners] == [0, 1, 1, None, None]

        confirm_winner(world.club, draw.id, 1, world.owner)
        assert replace_winner(world.club, draw.id, 2, "پاسخ نداد", world.owner) == 4
        assert replace_winner(world.club, draw.id, 4, "نخواست", world.owner) == 5
        with pytest.raises(DrawStepRefused):
            confirm_winner(world.club, draw.id, 4, world.owner)
        with pytest.raises(DrawNotSettled):
            close_draw(world.club, draw.id, world.owner)
        confirm_winner(world.club, draw.id, 5, world.owner)
        assert replace_winner(world.club, draw.id, 3, "پاسخ نداد", world.owner) is None
        holders = prize_holders(draw, winners_of(draw))
        assert [(h.prize, h.winner and h.winner.place) for h in holders] == [
            (0, 1),
            (1, 5),
            (1, None),
        ]
        close_draw(world.club, draw.id, world.owner)
    assert draws.fresh(draw).status == "closed"
    acts = Audit.objects.filter(club=world.record, thing_kind="draw").order_by("id")
    assert list(acts.values_list("action", flat=True)) == [
        *("draw.created", "draw.changed", "draw.open", "draw.frozen", "draw.drawn"),
        *("draw.winner_confirmed", "draw.winner_replaced", "draw.winner_replaced"),
        *("draw.winner_confirmed", "draw.winner_replaced", "draw.closed"),
    ]


def test_a_return_takes_chances_back_until_the_list_is_closed(world: World) -> None:
    draw = draws.opened(world, step_points=100, from_amount=10_000_000)
    with draws.before():
        first = world.buy(15_000_000).answer["purchase_id"]
        second = world.buy(20_000_000).answer["purchase_id"]
    her = world.member.id
    # Two purchases, 35 million in steps of five, 350 points in steps of a hundred.
    assert chances_of_member(world.club, draw, her).chances == 2 + 7 + 3
    world.give_back(first, amount=6_000_000)
    assert chances_of_member(world.club, draw, her).chances == 1 + 5 + 2
    freeze_draw(world.club, draw.id)
    draw = draws.fresh(draw)
    assert chances(draw, her) == 8
    world.give_back(second)
    assert chances(draw, her) == chances_of_member(world.club, draw, her).chances == 8


def test_who_is_in_the_list(world: World) -> None:
    staff = world.enrol(name="فروشنده")
    barred = world.enrol(name="خواهر مالک")
    gone = world.enrol(name="رفته")
    merged, stays = world.enrol(name="دوباره"), world.enrol(name="یگانه")
    login = "0" + str(staff.mobile)[3:]
    create_staff(world.record, username=login, password=PASSWORD, name="", role="manager")
    draw = draws.opened(
        world, excluded_mobiles=[str(barred.mobile)], branches=[world.branch.id], cap=4
    )
    with draws.before():
        for member in (staff, barred, gone, merged, stays):
            world.buy(10_000_000, member=("id", str(member.id)))
        world.buy(50_000_000, branch="second")
        world.buy(500_000_000, member=("id", str(stays.id)))
        claim_chances(world.club, draw.id, world.member.id, world.owner)
        for member in (staff, barred):
            with pytest.raises(DrawNotClaimable):
                claim_chances(world.club, draw.id, member.id, world.owner)
    with time_machine.travel(now() - timedelta(days=30), tick=True):
        world.buy(90_000_000)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    merged_into = merge_members(
        world.club, keep_id=stays.id, gone_id=merged.id, reason="دو بار", actor=world.owner
    )
    assert merged_into.error is None
    freeze_draw(world.club, draw.id)
    draw = draws.fresh(draw)
    assert draw.entrants == 2
    assert chances(draw, world.member.id) == 2, "only the free ones: that was another branch"
    assert chances(draw, stays.id) == 4, "both memberships together, up to the cap"


def test_free_chances_once_while_the_period_runs(world: World) -> None:
    draw = draws.running(world)
    for _again in range(3):
        claim_chances(world.club, draw.id, world.member.id, world.owner)
    hers = chances_of_member(world.club, draw, world.member.id)
    assert (hers.chances, hers.has_claimed, hers.may_claim) == (2, True, False)
    with time_machine.travel(now() + timedelta(days=3), tick=True):
        with pytest.raises(DrawNotClaimable):
            claim_chances(world.club, draw.id, world.enrol().id, world.owner)
        freeze_draw(world.club, draw.id)
        with pytest.raises(DrawNotClaimable):
            claim_chances(world.club, draw.id, world.enrol().id, world.owner)
    draw = draws.fresh(draw)
    hers = chances_of_member(world.club, draw, world.member.id)
    assert hers.line and hers.line.chances == 2
    assert tag_of(bytes.fromhex(hers.salt), hers.identity) == hers.line.tag


def test_no_step_out_of_its_turn(world: World, other_world: World) -> None:
    club, owner = world.club, world.owner
    draft = draws.drafted(world)
    with pytest.raises(DrawEnded):
        open_draw(club, draft.id, owner)
    for refused in (
        lambda: freeze_draw(club, draft.id),
        lambda: draw_winners(club, draft.id, "1", owner),
        lambda: close_draw(club, draft.id, owner),
    ):
        with pytest.raises(DrawStepRefused):
            refused()
    running = draws.running(world)
    with pytest.raises(DrawStepRefused):
        change_draw(club, running.id, owner, cap=3)
    with pytest.raises(DrawPeriodRuns):
        freeze_draw(club, running.id)
    late = draws.opened(world)
    with time_machine.travel(late.draws_at, tick=True), pytest.raises(DrawListLate):
        ask_for_freeze(club, late.id, owner)
    freeze_draw(club, late.id)
    with pytest.raises(DrawTooEarly):
        draw_winners(club, late.id, "1", owner)
    with pytest.raises(DrawStepRefused):
        cancel_draw(club, late.id, "دیگر نمی‌خواهیم", owner)
    with time_machine.travel(late.draws_at, tick=True), pytest.raises(InvalidInput):
        draw_winners(club, late.id, "  ", owner)
    with pytest.raises(InvalidInput):
        cancel_draw(club, running.id, " ", owner)
    cancel_draw(club, running.id, "جایزه به دستمان نرسید", owner)
    assert draws.fresh(running).cancel_reason == "جایزه به دستمان نرسید"
    for theirs in (open_draw, close_draw, ask_for_freeze):
        with pytest.raises(NotFound):
            theirs(other_world.club, late.id, other_world.owner)


def test_conditions_that_cannot_be(world: World) -> None:
    day = world.club.local_date(now())
    for field, value in (
        ("permit", " "),
        ("permit", "x" * 61),
        ("name", ""),
        ("ends_on", day - timedelta(days=9)),
        ("step_amount", 0),
        ("from_amount", -1),
        ("step_points", 0),
        ("free_chances", 0),
        ("cap", 1),
        ("prizes", []),
        ("prizes", [{"name": "a", "name_en": "", "count": 0}]),
        ("reserves", -1),
        ("branches", [10**12]),
        ("draws_at", now() - timedelta(days=4)),
        ("public_value_is", ""),
    ):
        with pytest.raises(InvalidInput) as refused:
            make_draw(world.club, world.owner, **draws.terms(world, **{field: value}))
        assert refused.value.details["field"] == field
    assert not Draw.objects.filter(club=world.record).exists()


def test_nobody_took_part(world: World) -> None:
    draw = draws.opened(world, draws_at=now() + timedelta(hours=2))
    freeze_draw(world.club, draw.id)
    with time_machine.travel(now() + timedelta(hours=3), tick=True):
        assert draw_winners(world.club, draw.id, "1", world.owner) == []
        close_draw(world.club, draw.id, world.owner)
    assert draws.fresh(draw).status == "closed"
