"""The made-up history looks like a shop's, and is the same every time."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from vafa.core.jalali import to_jalali
from vafa.core.phones import parse_mobile
from vafa.flows.demo.catalogue import shelves
from vafa.flows.demo.history import Stretch, history
from vafa.flows.demo.promise import REWARDS, demo_program
from vafa.flows.entries import PurchaseEntry, check_purchase

END = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def days() -> list[Stretch]:
    return list(history(END, 0.25))


def test_it_is_the_same_for_the_same_end() -> None:
    first, again = list(history(END, 0.02)), list(history(END, 0.02))
    assert first == again


def test_nothing_happens_after_the_end(days: list[Stretch]) -> None:
    assert all(r.visit.at < END for day in days for r in day.receipts)
    assert all(joining.at <= END for day in days for joining in day.joinings)
    assert all(r.visit.returned_at < END for day in days for r in day.returns)


def test_nobody_buys_before_joining(days: list[Stretch]) -> None:
    joined = {j.person.mobile: j.at for day in days for j in day.joinings}
    for day in days:
        for receipt in day.receipts:
            person = receipt.visit.person
            assert person is None or joined[person.mobile] < receipt.visit.at


def test_mobiles_are_valid_and_nobodys(days: list[Stretch]) -> None:
    mobiles = [j.person.mobile for day in days for j in day.joinings]
    assert len(mobiles) == len(set(mobiles)) == 501
    assert all(parse_mobile(m) == m and m.startswith("+98912000") for m in mobiles)


def test_bills_are_what_the_flows_accept(days: list[Stretch]) -> None:
    for receipt in (r for day in days for r in day.receipts):
        visit = receipt.visit
        assert visit.lines
        assert all(0 <= line.back <= line.quantity for line in visit.lines)
    total = days[-1].receipts[0].visit.total
    check_purchase(PurchaseEntry(actor=None, branch=1, total=total), END)  # type: ignore[arg-type]


def test_receipt_numbers_are_given_once_and_rise(days: list[Stretch]) -> None:
    for branch in ("tehran", "isfahan", "online"):
        numbers = [int(r.number) for day in days for r in day.receipts if r.visit.branch == branch]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_the_feasts_are_busy_and_the_holidays_quiet(days: list[Stretch]) -> None:
    by_month: Counter[tuple[int, int]] = Counter()
    for day in days:
        by_month[to_jalali(day.first)[:2]] += len(day.receipts)
    assert by_month[1404, 12] > by_month[1404, 11] * 1.05
    assert by_month[1405, 1] < by_month[1404, 12] * 0.85
    weekdays = Counter(r.visit.at.weekday() for day in days for r in day.receipts)
    assert weekdays[3] > weekdays[4] * 1.4  # Thursday, Friday


def test_some_come_back_and_some_bring_back(days: list[Stretch]) -> None:
    receipts = [r for day in days for r in day.receipts]
    visits = Counter(r.visit.person.mobile for r in receipts if r.visit.person)
    once = sum(n == 1 for n in visits.values()) / len(visits)
    assert 0.1 < once < 0.35
    assert 0.01 < sum(len(day.returns) for day in days) / len(receipts) < 0.04
    strangers = sum(r.visit.person is None for r in receipts) / len(receipts)
    assert 0.04 < strangers < 0.15


def test_the_catalogue_and_the_program_fit_each_other() -> None:
    goods = {good.sku: good for shelf in shelves() for good in shelf.goods}
    assert len(goods) == 120
    assert all(not reward.sku or reward.sku in goods for reward in REWARDS)
    kinds = {rule.gives.kind for rule in demo_program(1, 2, 3).rules}
    assert kinds == {"per_step", "times", "fixed"}


def test_prices_were_lower_before() -> None:
    good = shelves()[0].goods[0]
    today = END.date()
    year_ago = good.price_on(today.replace(year=2025), today)
    assert good.price_on(today, today) == good.price
    assert 0.65 < year_ago / good.price < 0.82
