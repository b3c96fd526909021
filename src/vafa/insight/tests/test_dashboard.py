"""The dashboard's figures against sums made by hand, and the series against the figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.world import World
from vafa.core.clock import now
from vafa.core.jalali import from_jalali
from vafa.flows.merging import merge_members
from vafa.flows.redemptions import redeem_reward
from vafa.insight.reads.dashboard import (
    busy_span,
    points,
    points_outstanding,
    series,
    trade,
)
from vafa.insight.reads.products import list_branches
from vafa.insight.reads.spans import Span, periods


def at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    """A moment of a Jalali day, by the clock of Tehran."""
    d = from_jalali(year, month, day)
    return datetime(d.year, d.month, d.day, hour, tzinfo=UTC) - timedelta(hours=3, minutes=30)


def days(first: tuple[int, int, int], after: tuple[int, int, int]) -> Span:
    return Span(from_jalali(*first), from_jalali(*after))


ORDIBEHESHT = days((1405, 2, 1), (1405, 3, 1))
KHORDAD = days((1405, 3, 1), (1405, 4, 1))
ALL_TIME = days((1390, 1, 1), (1410, 1, 1))


def tell_the_story(world: World) -> None:
    """Ordibehesht: she buys twice, another once, a stranger once. Khordad: one more, and a return."""
    other = world.enrol(joined_at=at(1405, 1, 20))
    world.buy(1_000_000, purchased_at=at(1405, 2, 1, 0))
    first = world.buy(2_000_000, purchased_at=at(1405, 2, 31, 23))
    world.buy(500_000, member=("id", str(other.id)), purchased_at=at(1405, 2, 10))
    world.buy(300_000, member=None, purchased_at=at(1405, 2, 11), branch="second")
    world.buy(700_000, purchased_at=at(1405, 3, 1, 0), branch="second")
    back = world.give_back(first.answer["purchase_id"], amount=400_000, returned_at=at(1405, 3, 2))
    assert back.error is None


def test_figures_are_those_of_the_bills(world: World) -> None:
    tell_the_story(world)
    month = trade(world.club, ORDIBEHESHT)
    assert (month.sales, month.purchases, month.returned) == (3_800_000, 4, 0)
    assert (month.buyers, month.repeat_buyers, month.repeat_rate) == (2, 1, 0.5)
    assert month.basket == 950_000
    later = trade(world.club, KHORDAD)
    assert (later.sales, later.returned, later.net) == (700_000, 400_000, 300_000)
    assert (later.returns, later.buyers, later.repeat_rate) == (1, 1, 0.0)


def test_a_branch_has_its_own_figures(world: World) -> None:
    tell_the_story(world)
    second = trade(world.club, ORDIBEHESHT, world.other_branch.id)
    assert (second.sales, second.purchases, second.buyers) == (300_000, 1, 0)
    assert second.repeat_rate is None
    both = [points(world.club, KHORDAD, b.id) for b in (world.branch, world.other_branch)]
    # 7 points for the purchase at the second branch; 4 taken back by the return at the first.
    assert [p.issued for p in both] == [-4, 7]


def test_another_clubs_bills_do_not_count(world: World, other_world: World) -> None:
    tell_the_story(other_world)
    assert trade(world.club, ORDIBEHESHT).purchases == 0
    assert busy_span(world.club) is None


def test_members_are_counted_when_they_joined(world: World) -> None:
    world.enrol(joined_at=at(1405, 2, 5))
    world.enrol(joined_at=at(1405, 3, 5))
    month = trade(world.club, ORDIBEHESHT)
    assert (month.members, month.joined) == (1, 1)
    assert trade(world.club, KHORDAD).members == 2


def test_points_move_as_the_ledger_says(world: World) -> None:
    tell_the_story(world)
    # 10 + 20 for her, 5 for the other, one point for each 100,000 rials.
    assert points(world.club, ORDIBEHESHT).issued == 35
    assert points(world.club, KHORDAD).issued == 7 - 4
    world.buy(10_000_000, purchased_at=now() - timedelta(minutes=1))
    redeemed = redeem_reward(
        world.club,
        member_id=world.member.id,
        reward_id=world.rewards["voucher"].id,
        actor=world.owner,
        key="one",
    )
    assert redeemed.error is None
    today = world.club.local_date(now())
    span = Span(from_jalali(1404, 1, 1), today + timedelta(days=1))
    total = points(world.club, span)
    assert total.spent == 0, "what is held for a voucher is not spent yet"
    assert total.issued - total.expired == points_outstanding(world.club)
    world.buy(2_000_000, voucher=redeemed.answer["voucher_code"])
    total = points(world.club, span)
    assert total.spent == 50
    assert total.issued - total.spent - total.expired == points_outstanding(world.club)


def test_the_series_adds_up_to_the_figures(world: World) -> None:
    tell_the_story(world)
    span = days((1405, 1, 1), (1405, 5, 1))
    for by in ("day", "week", "month"):
        rows = series(world.club, periods(span, by, "jalali"))
        whole = trade(world.club, span)
        assert sum(row.trade.sales for row in rows) == whole.sales
        assert sum(row.trade.purchases for row in rows) == whole.purchases
        assert sum(row.trade.returned for row in rows) == whole.returned
        assert sum(row.trade.joined for row in rows) == whole.joined
        assert rows[-1].trade.members == whole.members
        assert sum(row.points.issued for row in rows) == points(world.club, span).issued
    months = series(world.club, periods(span, "month", "jalali"), world.branch.id)
    assert [row.trade.sales for row in months] == [0, 3_500_000, 0, 0]


def test_all_time_is_from_the_first_to_the_last_day(world: World) -> None:
    tell_the_story(world)
    assert busy_span(world.club) == days((1405, 2, 1), (1405, 3, 2))


def test_a_merged_member_counts_once(world: World) -> None:
    """Two who each bought once become one who bought twice, in every figure."""
    twin = world.enrol(joined_at=at(1405, 1, 20))
    world.buy(1_000_000, purchased_at=at(1405, 2, 1))
    world.buy(500_000, member=("id", str(twin.id)), purchased_at=at(1405, 2, 10))
    before = trade(world.club, ORDIBEHESHT)
    assert (before.buyers, before.repeat_buyers) == (2, 0)
    everybody = trade(world.club, ALL_TIME).members
    merged = merge_members(
        world.club, keep_id=world.member.id, gone_id=twin.id, reason="یکی", actor=world.owner
    )
    assert merged.status == "recorded", merged.error
    month = trade(world.club, ORDIBEHESHT)
    assert (month.buyers, month.repeat_buyers, month.sales) == (1, 1, 1_500_000)
    assert trade(world.club, ALL_TIME).members == everybody - 1
    assert series(world.club, [ORDIBEHESHT])[0].trade._replace(members=0, joined=0) == (
        month._replace(members=0, joined=0)
    )
    shops = {row.code: row for row in list_branches(world.club, ORDIBEHESHT)}
    assert shops["main"].buyers == 1
    world.verify()
