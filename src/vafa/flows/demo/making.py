"""Make the demo club, or complete one whose making was interrupted."""

from __future__ import annotations

from django.db import transaction

from vafa.club.reads.context import ClubContext
from vafa.core.db import execute
from vafa.core.events import NewEvent, append_events
from vafa.core.models import Event
from vafa.core.progress import Progress
from vafa.flows.demo.circles import draw_circles
from vafa.flows.demo.desk import furnish_desks
from vafa.flows.demo.finale import last_visit
from vafa.flows.demo.history import STRETCHES, history
from vafa.flows.demo.replay import Replay
from vafa.flows.demo.shop import Shop, find_shop, open_shop
from vafa.flows.upkeep import run_upkeep

_DONE = "demo.completed"


def make_demo(progress: Progress, label: str, *, scale: float = 1.0) -> ClubContext:
    """The demo club with its history; a complete one is left as it is.

    ``scale`` 1.0 is about 2,000 members and 25,000 purchases. ``label`` names the work for the
    one who watches ``progress``.
    """
    shop = find_shop() or open_shop()
    club = shop.club
    if Event.objects.filter(club_id=club.id, name=_DONE).exists():
        return club
    progress.start(STRETCHES, label)
    # Thousands of small transactions, which could all be made again.
    execute("SET synchronous_commit = off")
    try:
        _live(shop, progress, scale)
    finally:
        execute("RESET synchronous_commit")
        progress.finish()
    return club


def _live(shop: Shop, progress: Progress, scale: float) -> None:
    club = shop.club
    replay = Replay(shop, shop.made_at)
    for stretch in history(shop.made_at, scale):
        replay.live(stretch)
        progress.advance()
    run_upkeep(club, at=shop.made_at)
    last_visit(shop, shop.made_at)
    furnish_desks(shop)
    draw_circles(shop)
    with transaction.atomic(durable=True):
        append_events([NewEvent(club.id, _DONE, {}, shop.made_at)])
