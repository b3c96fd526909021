"""A draw at each step of its life, in a world of now: what must have been before is told by
travelling there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine

from tests.world import World
from vafa.core.clock import now
from vafa.flows.draw_people import claim_chances
from vafa.flows.draws import draw_winners, freeze_draw, make_draw, open_draw
from vafa.program.models import Draw

PRIZES = [
    {"name": "گوشی", "name_en": "A phone", "count": 1},
    {"name": "کارت هدیه", "name_en": "A gift card", "count": 2},
]
VALUE = "2174382.55"


def terms(world: World, **fields: Any) -> dict[str, Any]:
    """Conditions of a draw whose period ended yesterday, drawn an hour ago or, while nothing else
    is said, tomorrow."""
    today = world.club.local_date(now())
    return {
        "name": "قرعه‌کشی پاییز",
        "name_en": "Autumn draw",
        "permit": "۱۴۰۵/ق/۱۲۳",
        "starts_on": today - timedelta(days=5),
        "ends_on": today - timedelta(days=1),
        "from_amount": None,
        "step_amount": 5_000_000,
        "step_points": None,
        "free_chances": 2,
        "free_words": "در پرتال باشگاه دکمهٔ شانس رایگان را بزنید.",
        "cap": None,
        "prizes": PRIZES,
        "reserves": 2,
        "draws_at": now() + timedelta(days=1),
        "public_value_is": "شاخص کل بورس تهران در پایان معاملات روز قرعه‌کشی",
        **fields,
    }


def before() -> Any:
    """Travel to three days ago, when the draws of ``terms`` are open."""
    return time_machine.travel(now() - timedelta(days=3), tick=True)


def drafted(world: World, **fields: Any) -> Draw:
    """A draft; the world's draw from now on."""
    draw = make_draw(world.club, world.owner, **terms(world, **fields))
    world.draw_id = draw.id
    return draw


def opened(world: World, **fields: Any) -> Draw:
    """Open since three days ago, and its period is over."""
    draw = drafted(world, **fields)
    with before():
        open_draw(world.club, draw.id, world.owner)
    return fresh(draw)


def still_running(world: World) -> dict[str, Any]:
    """Conditions of a draw whose period ends tomorrow."""
    today = world.club.local_date(now())
    return {"ends_on": today + timedelta(days=1), "draws_at": now() + timedelta(days=4)}


def running(world: World, **fields: Any) -> Draw:
    """Open, and its period still runs."""
    return opened(world, **{**still_running(world), **fields})


def shopped(world: World, draw: Draw, *, others: int = 5) -> None:
    """The member bought for three chances, others for more; one takes part without buying."""
    with before():
        world.buy(15_000_000)
        for n in range(others):
            member = world.enrol(name=f"خریدار {n}")
            world.buy(5_000_000 * (n + 1), member=("id", str(member.id)))
        if draw.status == "open":
            claim_chances(world.club, draw.id, world.enrol(name="بی‌خرید").id, world.owner)


def frozen(world: World, *, buyers: int = 5, **fields: Any) -> Draw:
    """Its list was closed two hours ago, and its moment has come."""
    draw = opened(world, **{"draws_at": now() - timedelta(hours=1), **_yesterday(world), **fields})
    shopped(world, draw, others=buyers)
    return _freeze(world, draw)


def frozen_alone(world: World) -> Draw:
    """The same, where only the member asked for the free chances and nobody bought."""
    draw = opened(world, draws_at=now() - timedelta(hours=1), **_yesterday(world))
    with before():
        claim_chances(world.club, draw.id, world.member.id, world.owner)
    return _freeze(world, draw)


def drawn(world: World, **fields: Any) -> Draw:
    """Its winners are drawn."""
    return _draw(world, frozen(world, **fields))


def drawn_alone(world: World) -> Draw:
    """The member has won the first prize, and nobody the others."""
    return _draw(world, frozen_alone(world))


def drawn_by_nobody(world: World) -> Draw:
    """Nobody took part, and nobody won."""
    draw = opened(world, draws_at=now() - timedelta(hours=1), **_yesterday(world))
    return _draw(world, _freeze(world, draw))


def _freeze(world: World, draw: Draw) -> Draw:
    with time_machine.travel(now() - timedelta(hours=2), tick=True):
        freeze_draw(world.club, draw.id, by=world.owner.label)
    return fresh(draw)


def _draw(world: World, draw: Draw) -> Draw:
    draw_winners(world.club, draw.id, VALUE, world.owner)
    return fresh(draw)


def fresh(draw: Draw) -> Draw:
    """The draw as it is in the database now."""
    return Draw.objects.get(pk=draw.id)


def _yesterday(world: World) -> dict[str, Any]:
    """At whatever hour the test runs, the day before yesterday ended long before an hour ago, and
    three days ago it was still to come."""
    return {"ends_on": world.club.local_date(now()) - timedelta(days=2)}
