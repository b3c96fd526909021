"""Twenty at once close a list, draw, confirm a winner: exactly one does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests import draws
from tests.races.test_races import THREADS, together
from tests.world import World
from vafa.core.clock import now
from vafa.core.errors import DomainError
from vafa.flows.draw_people import claim_chances, confirm_winner
from vafa.flows.draws import draw_winners, freeze_draw
from vafa.program.models import DrawClaim, DrawEntry, DrawOutcome, DrawWinner
from vafa.program.reads.draws import list_text
from vafa.program.rules.draws import hash_of_list

pytestmark = pytest.mark.race


def outcomes(action: Callable[[int], object]) -> Counter[str]:
    def tried(n: int) -> str:
        try:
            action(n)
        except DomainError as error:
            return error.code
        return "done"

    return Counter(together(tried))


ONCE = {"done": 1, "draw_step_refused": THREADS - 1}


def test_each_step_is_done_once(world: World) -> None:
    draw = draws.opened(world, draws_at=now() + timedelta(hours=2))
    draws.shopped(world, draw)
    assert outcomes(lambda n: freeze_draw(world.club, draw.id)) == ONCE
    draw = draws.fresh(draw)
    assert DrawEntry.objects.filter(draw=draw).count() == draw.entrants == 7
    assert hash_of_list(list_text(draw)) == draw.list_hash

    late = draws.frozen(world)
    assert outcomes(lambda n: draw_winners(world.club, late.id, str(n), world.owner)) == ONCE
    assert DrawWinner.objects.filter(draw=late).count() == 5
    assert outcomes(lambda n: confirm_winner(world.club, late.id, 1, world.owner)) == ONCE
    assert DrawOutcome.objects.filter(draw=late).count() == 1


def test_free_chances_are_given_once(world: World) -> None:
    draw = draws.running(world)
    her = world.member.id
    assert outcomes(lambda n: claim_chances(world.club, draw.id, her, world.owner)) == {
        "done": THREADS
    }
    assert DrawClaim.objects.filter(draw=draw).count() == 1
