"""Daily figures that are kept say what the facts say, whatever comes late, comes back or is merged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from time import monotonic, sleep

from tests.world import World
from vafa.club.facet_types import Sql
from vafa.core.clock import now
from vafa.core.db import execute, fetch
from vafa.flows.merging import merge_members
from vafa.insight.actions.keeping import keep_figures, rebuild
from vafa.insight.reads import dashboard_facts as facts
from vafa.insight.reads.dashboard import courses, points_outstanding, trades
from vafa.insight.reads.kept import kept_at
from vafa.insight.reads.kept_checks import FIGURES, kept_differences
from vafa.insight.reads.reports.growth import growth
from vafa.insight.reads.reports.sales import by_branch, sales
from vafa.insight.reads.reports.shape import Ask, Figures
from vafa.insight.reads.spans import Span, periods
from vafa.insight.tests.test_dashboard import at, days
from vafa.ledger.reads.totals import outstanding

LONG = 60.0
BY_HALVES = days((1405, 2, 7), (1405, 3, 12))
_UNREAD = """
SELECT EXISTS (SELECT FROM core_event e WHERE e.club_id = k.club_id
        AND (e.transaction, e.id) > (r.transaction, r.event))
    OR EXISTS (SELECT FROM ledger_transfer t WHERE t.book_id = c.book_id
        AND (t.transaction, t.id) > (k.transaction, k.transfer))
FROM insight_keptclub k JOIN club_club c ON c.id = k.club_id, insight_eventreading r
WHERE k.club_id = %s
"""
WHOLE = days((1405, 1, 1), (1405, 6, 1))


def keep(world: World) -> None:
    """Bring the figures up to date. Waits for transactions of others on this server, which hold the
    horizon back."""
    deadline = monotonic() + LONG
    while True:
        keep_figures(LONG)
        [(unread,)] = fetch(_UNREAD, [world.record.id])
        if not unread:
            return
        assert monotonic() < deadline, "somebody's transaction stays open"
        sleep(0.05)


def comparable(figures: Figures) -> Figures:
    return replace(figures, as_of=None)


def same_as_the_facts(world: World) -> None:
    """Every figure of several spans, cut anywhere, is what the bills themselves give."""
    club = world.club
    assert kept_at(club) is not None
    starts = [WHOLE.first + timedelta(days=n) for n in range(0, 120, 9)]
    spans = [
        Span(day, day + timedelta(days=length)) for day in starts for length in (1, 8, 40, 300)
    ]
    for branch_id in (None, world.branch.id, world.other_branch.id):
        assert trades(club, spans, branch_id) == facts.trades(club, spans, branch_id)
        several = [periods(BY_HALVES, "month", "jalali"), periods(WHOLE, "week", "jalali")]
        assert courses(club, several, branch_id) == facts.courses(club, several, branch_id)
    everybody = Sql("SELECT id FROM club_member WHERE club_id = %s", (club.id,))
    for ask in (Ask(BY_HALVES, WHOLE, by="week"), Ask(WHOLE, BY_HALVES, of="30", by="day")):
        assert comparable(growth(club, ask)) == comparable(
            growth(club, replace(ask, who=everybody))
        )
    sold, none_named = sales(club, Ask(WHOLE)), sales(club, Ask(WHOLE, who=everybody))
    # Bills of nobody are no member's.
    assert sold.totals[2:3] == none_named.totals[2:3]
    assert sold.as_of is not None and by_branch(club, Ask(WHOLE)).totals == sold.totals
    assert points_outstanding(club) == outstanding(club.points_unit_id)
    assert kept_differences(club) == []


def test_late_bills_returns_and_merging(world: World) -> None:
    twin = world.enrol(joined_at=at(1405, 1, 20))
    her = {"member": ("id", str(twin.id))}
    world.buy(1_000_000, purchased_at=at(1405, 2, 20))
    bought = world.buy(2_000_000, purchased_at=at(1405, 3, 5), branch="second")
    world.buy(500_000, purchased_at=at(1405, 3, 9), **her)
    assert kept_at(world.club) is None, "until then the facts themselves are asked"
    keep(world)
    same_as_the_facts(world)

    # Late: before, between and beside what was there; somebody whom nobody knows.
    world.buy(700_000, purchased_at=at(1405, 2, 3))
    world.buy(800_000, purchased_at=at(1405, 2, 25), branch="second")
    world.buy(900_000, purchased_at=at(1405, 3, 9, 20), **her)
    world.buy(100_000, purchased_at=at(1405, 3, 9), member=None)
    world.give_back(bought.answer["purchase_id"], amount=400_000, returned_at=at(1405, 3, 7))
    assert kept_differences(world.club) == [], "what waits is no difference"
    keep(world)
    same_as_the_facts(world)

    merged = merge_members(
        world.club, keep_id=world.member.id, gone_id=twin.id, reason="یکی", actor=world.owner
    )
    assert merged.status == "recorded", merged.error
    keep(world)
    same_as_the_facts(world)
    world.buy(300_000, purchased_at=at(1405, 2, 1))
    keep(world)
    same_as_the_facts(world)
    world.verify()


def test_what_is_wrong_is_named_and_made_again(world: World) -> None:
    world.buy(1_000_000, purchased_at=now() - timedelta(minutes=5))
    keep(world)
    assert kept_differences(world.club) == []
    assert keep_figures(LONG) == 0, "nothing happened since"
    execute(
        "DELETE FROM insight_dayfigures WHERE club_id = %s AND place = 0 AND purchases > 0",
        [world.club.id],
    )
    assert {found.check for found in kept_differences(world.club)} == {FIGURES}
    rebuild(world.club)
    assert kept_differences(world.club) == []
    assert kept_at(world.club) is not None
