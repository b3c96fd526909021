"""Twenty buy for one member at once: one badge, a code for each, and a draw that is closed meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Sum

from tests import draws
from tests.races.test_races import THREADS, together
from tests.world import World
from vafa.core.clock import now
from vafa.flows.draws import freeze_draw
from vafa.flows.voucher_series import make_series
from vafa.program.models import Badge, DrawChance, DrawEntry, Voucher
from vafa.program.rules.deeds import BadgeKind, Chances, GiveBadge, GiveVoucher
from vafa.program.rules.document import Program
from vafa.program.rules.rule import Rule, Text

pytestmark = pytest.mark.race
N = Text(fa="ن")


def test_a_badge_is_given_once_and_each_code_is_another(world: World) -> None:
    until = now() + timedelta(days=9)
    made = make_series(
        world.club, world.owner, name="پاییز", kind="voucher", value=5_000, expires_at=until
    )
    world.publish(
        Program(
            rules=(
                Rule(id="badge", name=N, gives=GiveBadge(badge="b")),
                Rule(id="code", name=N, gives=GiveVoucher(series=made.pk)),
            ),
            badges=(BadgeKind(code="b", name=N),),
        )
    )
    told = together(lambda n: world.buy(1_000_000))
    assert [outcome.error for outcome in told] == [None] * THREADS
    assert Badge.objects.filter(member=world.member).count() == 1
    given = [outcome.answer["given_vouchers"][0][1] for outcome in told]
    kept = Voucher.objects.filter(member=world.member, decision__isnull=False)
    assert sorted(given) == sorted(kept.values_list("code", flat=True))
    assert len(set(given)) == THREADS
    world.verify()


def test_a_list_that_is_closed_meanwhile_has_what_was_given_before(world: World) -> None:
    draw = draws.opened(world, draws_at=now() + timedelta(hours=2), step_amount=None)
    give = Rule(id="chances", name=N, gives=Chances(draw=draw.id, chances=1))
    world.publish(Program(rules=(give,)))
    day = now() - timedelta(days=2)

    def one(n: int) -> None:
        if n == THREADS // 2:
            freeze_draw(world.club, draw.id)
        else:
            assert world.buy(1_000_000, purchased_at=day).error is None

    together(one)
    given = DrawChance.objects.filter(draw=draw).aggregate(n=Sum("chances"))["n"] or 0
    entry = DrawEntry.objects.filter(draw=draw, member=world.member).first()
    assert (entry.chances if entry else 0) == given
    world.verify()
