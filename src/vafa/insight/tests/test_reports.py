"""Reports against figures made by hand: sums, edges of Jalali periods, comparison, filters."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.world import World
from vafa.club.facet_types import Sql
from vafa.club.models import Member
from vafa.core.clock import now
from vafa.core.jalali import from_jalali
from vafa.flows.entries import LineEntry
from vafa.flows.merging import merge_members
from vafa.flows.voucher_series import make_series
from vafa.insight.reads.reports.goods import OTHERS, UNNAMED, goods
from vafa.insight.reads.reports.growth import growth
from vafa.insight.reads.reports.habits import ONCE, habits
from vafa.insight.reads.reports.hours import hours
from vafa.insight.reads.reports.offers import rewards, vouchers
from vafa.insight.reads.reports.people import UNKNOWN, people
from vafa.insight.reads.reports.sales import by_branch, sales
from vafa.insight.reads.reports.shape import Ask, Figures, Line
from vafa.insight.reads.reports.value import NO_DATE, expiring, moved
from vafa.insight.reads.spans import Span, past_span, span_before, year_before
from vafa.ledger.reads.totals import outstanding
from vafa.program.models import Voucher, VoucherUse


def at(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    """A moment of a Jalali day, by the clock of Tehran."""
    d = from_jalali(year, month, day)
    local = datetime(d.year, d.month, d.day, hour, minute, tzinfo=UTC)
    return local - timedelta(hours=3, minutes=30)


def days(first: tuple[int, int, int], after: tuple[int, int, int]) -> Span:
    return Span(from_jalali(*first), from_jalali(*after))


ESFAND = days((1403, 12, 1), (1404, 1, 1))
FARVARDIN = days((1404, 1, 1), (1404, 2, 1))


def ask(span: Span, before: Span | None = None, **more: Any) -> Ask:
    return Ask(span, before, **more)


def line(found: Figures, key: object) -> Line:
    return next(line for line in found.lines if line.key == key)


def two_months(world: World) -> Member:
    """The last moments of Esfand of a leap year and the first of Farvardin, two branches, two
    members and a stranger, a return a month later."""
    other = world.enrol(joined_at=at(1403, 11, 1), gender="male")
    world.buy(1_000_000, purchased_at=at(1403, 12, 30, 23, 59))
    world.buy(2_000_000, purchased_at=at(1403, 12, 30), member=("id", str(other.id)))
    first = world.buy(600_000, purchased_at=at(1404, 1, 1, 0, 0))
    world.buy(400_000, purchased_at=at(1404, 1, 31, 23, 59), branch="second")
    world.buy(500_000, purchased_at=at(1404, 1, 15, 18), member=None, branch="second")
    world.give_back(first.answer["purchase_id"], amount=100_000, returned_at=at(1404, 1, 20))
    return other


def test_sales_fall_into_jalali_months_to_the_minute(world: World) -> None:
    two_months(world)
    found = sales(world.club, ask(Span(ESFAND.first, FARVARDIN.after)))
    assert [one.key for one in found.lines] == [ESFAND, FARVARDIN]
    assert ESFAND.days == 30
    assert found.lines[0].values == (3_000_000, 2, 2, 1_500_000, 0, 3_000_000)
    assert found.lines[1].values == (1_500_000, 3, 1, 500_000, 100_000, 1_400_000)
    # She bought in both months, and is one buyer; with the other they are two.
    assert found.totals == (4_500_000, 5, 2, 900_000, 100_000, 4_400_000)


def test_a_month_is_compared_with_the_month_before(world: World) -> None:
    two_months(world)
    found = sales(world.club, ask(FARVARDIN, ESFAND))
    assert found.lines[0].before == (3_000_000, 2, 2, 1_500_000, 0, 3_000_000)
    assert found.totals_before == found.lines[0].before


def test_what_was_long_before_is_compared_day_by_day(world: World) -> None:
    two_months(world)
    found = sales(world.club, ask(FARVARDIN, ESFAND, by="day"))
    assert len(found.lines) == 31
    assert found.lines[29].before is not None and found.lines[29].before[0] == 3_000_000
    # Esfand has no thirty-first day.
    assert found.lines[30].before is not None and found.lines[30].before[0] == 0
    assert found.lines[30].values[0] == 400_000


def test_a_filter_of_branches_and_members_narrows_everything(world: World) -> None:
    other = two_months(world)
    both = Span(ESFAND.first, FARVARDIN.after)
    second = sales(world.club, ask(both, branch_ids=(world.other_branch.id,)))
    assert second.totals == (900_000, 2, 1, 450_000, 0, 900_000)
    hers = sales(world.club, ask(both, who=_only(other)))
    assert hers.totals == (2_000_000, 1, 1, 2_000_000, 0, 2_000_000)
    merged = merge_members(
        world.club, keep_id=world.member.id, gone_id=other.id, reason="یکی", actor=world.owner
    )
    assert merged.error is None
    # What the other bought is hers now.
    assert sales(world.club, ask(both, who=_only(world.member))).totals[0] == 4_000_000
    assert sales(world.club, ask(both)).totals[2] == 1


def test_another_clubs_bills_are_nowhere(world: World, other_world: World) -> None:
    two_months(other_world)
    span = Span(ESFAND.first, FARVARDIN.after)
    for read in (sales, goods, hours, habits, growth, moved, rewards, vouchers, by_branch, people):
        found = read(world.club, ask(span))
        assert all(
            not value for one in found.lines for value in one.values if one.key != UNKNOWN
        ), read


def test_branches_stand_side_by_side(world: World) -> None:
    two_months(world)
    found = by_branch(world.club, ask(FARVARDIN, ESFAND))
    assert [one.label for one in found.lines] == [world.branch.name, "شعبهٔ دوم"]
    assert line(found, world.other_branch.id).values[:3] == (900_000, 2, 1)
    assert line(found, world.branch.id).values == (600_000, 1, 1, 600_000, 100_000, 500_000)
    assert line(found, world.branch.id).before == (3_000_000, 2, 2, 1_500_000, 0, 3_000_000)
    alone = by_branch(world.club, ask(FARVARDIN, branch_ids=(world.other_branch.id,)))
    assert [one.key for one in alone.lines] == [world.other_branch.id]


def test_goods_are_what_lines_named(world: World) -> None:
    bought = world.buy(
        2_100_000,
        purchased_at=at(1404, 1, 5),
        lines=_lines(("milk", 2, 900_000), ("cheese", 1, 1_200_000)),
    )
    assert bought.error is None, bought.error
    world.buy(900_000, purchased_at=at(1404, 1, 6))
    found = goods(world.club, ask(FARVARDIN, ESFAND))
    milk, cheese = (str(world.products[sku].id) for sku in ("milk", "cheese"))
    assert [one.key for one in found.lines] == [cheese, UNNAMED, milk] or [
        one.key for one in found.lines
    ] == [cheese, milk, UNNAMED]
    assert line(found, milk).values == (900_000, 0.3, 2_000, 1, 0, 900_000)
    assert line(found, milk).before == (0,) * 6
    assert found.totals[0] == 3_000_000 and OTHERS not in {one.key for one in found.lines}
    categories = goods(world.club, ask(FARVARDIN, of="category"))
    assert categories.lines[0].label == "لبنیات"
    assert categories.lines[0].values[:2] == (2_100_000, 0.7)


def test_hours_are_those_of_the_clubs_clock_saturday_first(world: World) -> None:
    two_months(world)
    found = hours(world.club, ask(FARVARDIN))
    # 1 Farvardin 1404 was a Friday, its first minute 20:30 of Thursday in UTC.
    assert [column.name for column in found.columns][:2] == ["all_days", "weekday5"]
    assert found.columns[7].name == "weekday4"
    assert line(found, 0).values == (1, 0, 0, 0, 0, 0, 0, 1)
    assert found.totals[0] == 3
    money = hours(world.club, ask(FARVARDIN, ESFAND, of="sales"))
    assert money.totals[0] == 1_500_000
    assert money.totals_before is not None and money.totals_before[0] == 3_000_000


def test_members_are_counted_by_gender_and_age(world: World) -> None:
    other = two_months(world)
    other.birth_date = from_jalali(1386, 2, 1)
    other.save(update_fields=["birth_date"])
    span = Span(ESFAND.first, FARVARDIN.after)
    world.enrol(joined_at=at(1403, 1, 1), birth_date=from_jalali(1364, 1, 31))
    found = people(world.club, ask(span, of="gender"))
    assert line(found, "male").values[0] == 1
    assert line(found, "male").values[2:] == (1, 1, 2_000_000, 2_000_000)
    ages = people(world.club, ask(span, of="age"))
    # On 31 Farvardin 1404 he is still 17, and the other is 40 since that very day.
    assert line(ages, "age0").values[0] == 1
    assert line(ages, "age3").values[0] == 1


def test_members_are_counted_by_what_they_told_of_themselves(world: World) -> None:
    told = {"city": "کرج", "education": "master", "acquaintance": "friend"}
    world.enrol(joined_at=at(1403, 1, 1), **told)
    # The same city, written on an Arabic keyboard.
    world.enrol(joined_at=at(1403, 1, 1), **(told | {"city": "كرج", "education": ""}))
    span = Span(ESFAND.first, FARVARDIN.after)
    cities = people(world.club, ask(span, of="city"))
    assert [(one.values[0], one.label in ("کرج", "كرج")) for one in cities.lines] == [(2, True)]
    assert line(people(world.club, ask(span, of="education")), "master").values[:2] == (1, 0.5)
    assert line(people(world.club, ask(span, of="acquaintance")), "friend").values[0] == 2


def test_bands_of_what_members_bought(world: World) -> None:
    other = two_months(world)
    span = Span(ESFAND.first, FARVARDIN.after)
    times = habits(world.club, ask(span, of="frequency"))
    assert line(times, 1).values[:4] == (1, 0.5, 1, 2_000_000)
    assert line(times, 3).values[:4] == (1, 0.5, 3, 2_000_000)
    assert line(times, 2).values[0] == 0
    between = habits(world.club, ask(span, of="interval"))
    assert line(between, ONCE).values[0] == 1
    # Three purchases within a little over 31 days: fifteen and a half between two.
    assert line(between, 14).values[0] == 1
    world.buy(7_000_000, purchased_at=at(1404, 1, 10), member=("id", str(other.id)))
    amounts = habits(world.club, ask(span, of="amount"))
    assert [one.key for one in amounts.lines] == [2_000_000, 5_000_000]
    assert [one.values[0] for one in amounts.lines] == [1, 1]
    assert amounts.totals[:4] == (2, 1.0, 5, 11_000_000)


def test_who_comes_and_who_goes(world: World) -> None:
    """Lost on the ninetieth day of silence, back with the next purchase, new with the first."""
    start = at(1403, 1, 1)
    world.buy(100_000, purchased_at=start)
    world.buy(100_000, purchased_at=start + timedelta(days=200))
    span = days((1403, 1, 1), (1404, 1, 1))
    found = growth(world.club, ask(span))
    lost = world.club.local_date(start + timedelta(days=90))
    back = world.club.local_date(start + timedelta(days=200))
    lost_again = world.club.local_date(start + timedelta(days=290))
    by_day = {one.key: one.values for one in growth(world.club, ask(span, by="day")).lines}
    assert by_day[_day(span.first)][1:] == (1, 0, 0, 1)
    assert by_day[_day(lost)][1:] == (0, 0, 1, -1)
    assert by_day[_day(back)][1:] == (0, 1, 0, 1)
    assert by_day[_day(lost_again)][1:] == (0, 0, 1, -1)
    assert found.totals == (0, 1, 1, 2, 0)
    # From the middle on only an index knows that she bought before.
    late = growth(world.club, ask(days((1403, 7, 1), (1404, 1, 1))))
    assert late.totals == (0, 0, 1, 1, 0)
    patient = growth(world.club, ask(span, of="365"))
    assert patient.totals == (0, 1, 0, 0, 1)


def test_points_given_used_and_left_agree_with_the_ledger(world: World) -> None:
    two_months(world)
    found = moved(world.club, ask(Span(ESFAND.first, FARVARDIN.after)))
    # 10 and 20 in Esfand; 6 and 4 less 1 in Farvardin. The pools know more: the joining gifts.
    assert [one.values[0] for one in found.lines] == [30, 9]
    narrowed = moved(
        world.club,
        ask(Span(ESFAND.first, FARVARDIN.after), branch_ids=(world.other_branch.id,)),
    )
    assert narrowed.totals == (4, 0)
    until_now = Span(from_jalali(1390, 1, 1), world.club.local_date(now()) + timedelta(days=1))
    everything = moved(world.club, ask(until_now))
    left = outstanding(world.club.points_unit_id)
    assert everything.totals[3] == left
    assert everything.totals[0] - everything.totals[1] - everything.totals[2] == left
    ahead = expiring(world.club, ask(until_now))
    assert ahead.totals[1] == left
    assert sum(int(one.values[1] or 0) for one in ahead.lines) == left
    credit = expiring(world.club, ask(until_now, of="credit"))
    assert credit.totals[1] == 0 and NO_DATE not in {one.key for one in credit.lines}


def test_rewards_and_codes_tell_what_became_of_them(world: World) -> None:
    world.buy(50_000_000)
    world.redeem("voucher", use=True)
    world.redeem("voucher")
    today = world.club.local_date(now())
    span = Span(today - timedelta(days=1), today + timedelta(days=1))
    found = rewards(world.club, ask(span, Span(span.first - timedelta(days=2), span.first)))
    [only] = found.lines
    assert (only.label, only.values) == ("کد ۵۰ هزار تومانی", (2, 1, 100, 1, 1, 0))
    assert only.before == (0,) * 6
    codes = vouchers(world.club, ask(span))
    [used] = codes.lines
    assert used.values == (2, 1, 1, 500_000, 2_000_000)
    elsewhere = vouchers(world.club, ask(span, branch_ids=(world.other_branch.id,)))
    assert elsewhere.lines == ()


def test_what_came_back_is_no_use_and_a_bill_with_two_codes_is_one(world: World) -> None:
    terms: dict[str, Any] = {"value": 10_000, "expires_at": now() + timedelta(days=30)}
    many = make_series(world.club, world.owner, name="بهار", kind="voucher", max_uses=None, **terms)
    cards = make_series(world.club, world.owner, name="هدیه", kind="gift", count=2, **terms)
    [code] = Voucher.objects.filter(series=many).values_list("code", flat=True)
    gifts = tuple(Voucher.objects.filter(series=cards).values_list("code", flat=True))
    for total in (100_000, 300_000):
        bought = world.buy(total, voucher=code)
        assert bought.error is None, bought.error
    assert world.give_back(bought.answer["purchase_id"]).error is None
    twice = world.buy(500_000, vouchers=gifts)
    assert twice.error is None, twice.error
    today = world.club.local_date(now())
    found = vouchers(world.club, ask(Span(today - timedelta(days=1), today + timedelta(days=1))))
    lines = {one.label: one.values for one in found.lines}
    assert lines == {"بهار": (1, 1, 1, 10_000, 100_000), "هدیه": (2, 2, 1, 20_000, 500_000)}
    assert found.totals == (3, 3, None, 30_000, None)
    # A code that is good once comes back as a fresh one.
    world.buy(50_000_000)
    world.redeem("voucher", use=True)
    hers = VoucherUse.objects.get(voucher__reward__isnull=False, voucher__club=world.record)
    assert hers.purchase_id is not None
    assert world.give_back(hers.purchase_id).error is None
    span = Span(today - timedelta(days=1), today + timedelta(days=1))
    [reward] = [one for one in vouchers(world.club, ask(span)).lines if "reward" in str(one.key)]
    assert reward.values == (2, 0, 0, 0, 0)


def test_a_bill_with_two_goods_is_one_bill(world: World) -> None:
    lines = _lines(("milk", 2, 900_000), ("cheese", 1, 1_200_000))
    world.buy(2_100_000, purchased_at=at(1404, 1, 5), lines=lines)
    found = goods(world.club, ask(FARVARDIN))
    assert [one.values[3] for one in found.lines] == [1, 1]
    assert found.totals == (2_100_000, 1.0, 3_000, None, 0, 2_100_000)


@pytest.mark.parametrize(
    ("preset", "first", "after", "before"),
    [
        ("month", (1403, 12, 1), (1404, 1, 1), (1403, 11, 1)),
        ("quarter", (1403, 10, 1), (1404, 1, 1), (1403, 7, 1)),
        ("year", (1403, 1, 1), (1404, 1, 1), (1402, 1, 1)),
    ],
)
def test_past_periods_are_whole(
    preset: Any, first: tuple[int, int, int], after: tuple[int, int, int], before: Any
) -> None:
    span = past_span(preset, from_jalali(1404, 1, 1), "jalali")
    assert span == days(first, after)
    assert past_span(preset, span.first, "jalali") == days(before, first)


def test_the_year_before_has_the_same_days() -> None:
    leap = days((1403, 12, 1), (1404, 1, 1))
    # Esfand 1402 has 29 days.
    assert year_before(leap, "jalali") == days((1402, 12, 1), (1403, 1, 1))
    season = days((1404, 1, 1), (1404, 2, 11))
    assert span_before(season, "quarter", "jalali") == days((1403, 10, 1), (1403, 11, 12))
    assert year_before(Span(date(2024, 2, 29), date(2024, 3, 1)), "gregorian") == Span(
        date(2023, 2, 28), date(2023, 3, 1)
    )


def _only(member: Member) -> Sql:
    return Sql("SELECT m.id FROM club_member m WHERE m.id = %s", (member.id,))


def _day(day: date) -> Span:
    return Span(day, day + timedelta(days=1))


def _lines(*wanted: tuple[str, int, int]) -> tuple[LineEntry, ...]:
    return tuple(LineEntry(amount, sku, quantity=1000 * n) for sku, n, amount in wanted)
