"""Two tabs of a till, and another cashier, send the same queue at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connections

from tests.world import World
from vafa.commerce.models import Purchase
from vafa.core.clock import now
from vafa.flows.entries import PurchaseEntry
from vafa.flows.offline_sales import (
    Allowance,
    OfflineEntry,
    OfflineOutcome,
    record_offline_sales,
)
from vafa.program.models import OfflineSale

pytestmark = pytest.mark.race
SENDERS = 6
SALES = 6


def _entry(world: World, points: int, receipt: str) -> OfflineEntry:
    number = uuid4()
    sale = PurchaseEntry(
        actor=world.actor("cashier"),
        branch=world.branch.id,
        total=5_000_000,
        member=world.ref,
        receipt_no=receipt,
        pay_points=points,
        key=f"offline-{number}",
    )
    allowance = Allowance("list", world.member.id, 10_000, 0)
    moment = now()
    return OfflineEntry(number, sale, world.owner, moment, moment, str(number), allowance)


def test_what_many_send_at_once_is_recorded_once(world: World) -> None:
    # She has enough for some of them and not for all: which are short, the moment decides, once.
    world.buy(20_000_000)
    queue = [_entry(world, 70, f"R{n}" if n % 2 else "") for n in range(SALES)]

    def send(n: int) -> list[OfflineOutcome]:
        try:
            return record_offline_sales(world.club, queue if n % 2 else queue[::-1])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(send, range(SENDERS)))
    last = record_offline_sales(world.club, queue)
    assert {one.status for one in last} == {"recorded"}
    made = Purchase.objects.filter(club=world.record, source="till")
    assert made.count() == SALES
    rows = OfflineSale.objects.filter(club=world.record)
    assert sorted(row.purchase_id or 0 for row in rows) == sorted(one.id for one in made)
    for row in rows:
        paid = 0 if row.why else 70 * 3_000
        assert made.get(pk=row.purchase_id).paid_by_points == paid
        assert row.short_points == (70 if row.why else 0)
    assert record_offline_sales(world.club, queue) == last
    world.verify()
