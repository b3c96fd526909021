"""Stories of recording purchases."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.world import World
from vafa.commerce.models import Purchase
from vafa.core.clock import now
from vafa.core.models import Event
from vafa.flows.entries import LineEntry, PurchaseEntry
from vafa.flows.previews import preview_purchase
from vafa.flows.purchases import record_purchases
from vafa.program.models import Decision


def test_it_records_a_purchase_with_its_points_and_why(world: World) -> None:
    outcome = world.buy(2_550_000, receipt_no="A-1")
    assert outcome.status == "recorded"
    assert outcome.answer["points"] == 25
    assert outcome.answer["balance"] == {"available": 45, "pending": 0}
    decision = Decision.objects.get(purchase_id=outcome.answer["purchase_id"])
    assert decision.parts == [
        ["per-amount", "per_step", 25, {"paid": 2_550_000, "points": 1, "step": 100_000}]
    ]
    event = Event.objects.get(club_id=world.record.id, name="purchase.recorded")
    assert event.payload["points"] == 25


def test_the_preview_says_what_the_recording_does_and_moves_nothing(world: World) -> None:
    lines = (LineEntry(1_350_000, "milk", "", 3000), LineEntry(1_200_000, "cheese"))
    entry = PurchaseEntry(world.owner, "main", 2_550_000, world.ref, lines, pay_points=10)
    preview = preview_purchase(world.club, entry)
    assert world.balance().available == 20
    assert not Purchase.objects.filter(club=world.record).exists()
    recorded = record_purchases(world.club, [entry])[0]
    for name in ("points", "parts", "paid_by_points", "balance", "tier"):
        assert preview.answer[name] == recorded.answer[name]
    assert world.balance().available == 20 - 10 + 25


def test_the_same_key_gives_the_same_answer_and_moves_once(world: World) -> None:
    first = world.buy(1_000_000, key="k-1")
    again = world.buy(1_000_000, key="k-1")
    assert (first.status, again.status) == ("recorded", "repeated")
    assert again.answer == first.answer
    other = world.buy(1_000_001, key="k-1")
    assert other.error is not None and other.error.code == "idempotency_key_reused"
    assert world.balance().available == 30
    assert Purchase.objects.filter(club=world.record).count() == 1


def test_a_batch_may_hold_the_same_key_and_receipt_twice(world: World) -> None:
    def entry(total: int, key: str = "", receipt: str = "") -> PurchaseEntry:
        return PurchaseEntry(world.owner, "main", total, world.ref, key=key, receipt_no=receipt)

    outcomes = record_purchases(
        world.club,
        [
            entry(1_000_000, key="a"),
            entry(1_000_000, key="a"),
            entry(2_000_000, key="a"),
            entry(3_000_000, receipt="r"),
            entry(3_000_000, receipt="r"),
            entry(4_000_000, receipt="r"),
        ],
    )
    assert [o.status for o in outcomes] == [
        "recorded",
        "repeated",
        "refused",
        "recorded",
        "repeated",
        "refused",
    ]
    assert [o.error.code for o in outcomes if o.error] == [
        "idempotency_key_reused",
        "receipt_reused",
    ]
    assert world.balance().available == 20 + 10 + 30


def test_each_entry_of_a_batch_stands_or_falls_alone(world: World) -> None:
    good = PurchaseEntry(world.owner, "main", 1_000_000, world.ref)
    bad = [
        PurchaseEntry(world.owner, "main", 0, world.ref),
        PurchaseEntry(world.owner, "main", -5, world.ref),
        PurchaseEntry(world.owner, "main", 10**13 + 1, world.ref),
        PurchaseEntry(world.owner, "nowhere", 10, world.ref),
        PurchaseEntry(world.owner, "main", 10, ("mobile", "+989120000000")),
        PurchaseEntry(world.owner, "main", 10, ("id", "abc")),
        PurchaseEntry(world.owner, "main", 10, world.ref, (LineEntry(9),)),
        PurchaseEntry(world.owner, "main", 10, world.ref, purchased_at=now() + timedelta(hours=1)),
        PurchaseEntry(world.owner, "main", 10, world.ref, pay_points=1000),
        PurchaseEntry(world.owner, "main", 10**9, world.ref, pay_points=1000),
        PurchaseEntry(world.owner, "main", 10, world.ref, voucher="NOPE"),
        PurchaseEntry(world.actor("cashier"), "second", 10, world.ref),
    ]
    outcomes = record_purchases(world.club, [bad[0], good, *bad[1:], good])
    assert [o.error.code if o.error else o.status for o in outcomes] == [
        "invalid_amount",
        "recorded",
        "invalid_amount",
        "invalid_amount",
        "unknown_branch",
        "unknown_member",
        "unknown_member",
        "lines_do_not_add_up",
        "in_the_future",
        "too_many_points",
        "insufficient_balance",
        "voucher_unusable",
        "unknown_branch",
        "recorded",
    ]
    assert Purchase.objects.filter(club=world.record).count() == 2
    assert world.balance().available == 40


def test_another_clubs_member_and_branch_are_unknown(world: World, other_world: World) -> None:
    outcomes = record_purchases(
        world.club,
        [
            PurchaseEntry(world.owner, "main", 10**6, other_world.ref),
            PurchaseEntry(world.owner, other_world.branch.id, 10**6, world.ref),
        ],
    )
    assert [o.error and o.error.code for o in outcomes] == ["unknown_member", "unknown_branch"]
    assert other_world.balance().available == 20
    assert world.balance().available == 20


def test_points_pay_a_part_of_the_bill_and_earn_nothing_on_it(world: World) -> None:
    world.buy(10_000_000)  # 20 + 100
    outcome = world.buy(1_000_000, pay_points=100, key="pay")
    assert outcome.answer["paid_by_points"] == 300_000
    assert outcome.answer["points"] == 7
    assert world.balance().available == 20 + 7
    refused = world.buy(1_000_000, pay_points=100, key="pay2")
    assert refused.error is not None and refused.error.code == "insufficient_balance"
    world.buy(50_000_000)
    again = world.buy(1_000_000, pay_points=100, key="pay2")
    assert again.error is not None and again.error.code == "insufficient_balance", "final"


def test_parallel_purchases_of_a_batch_spend_the_same_points_once(world: World) -> None:
    entry = PurchaseEntry(world.owner, "main", 1_000_000, world.ref, pay_points=15)
    outcomes = record_purchases(world.club, [entry] * 3)
    # 20 points: 15 are spent, 9 are earned on the rest, 15 again are not there, and so on.
    assert [o.status for o in outcomes] == ["recorded", "refused", "refused"]
    assert world.balance().available == 14


def test_the_number_of_statements_does_not_depend_on_the_size(world: World) -> None:
    _statements(world, 2)  # a process asks once how its row numbers come
    counts = {size: _statements(world, size) for size in (1, 90, 150, 1000)}
    # A few are written by one statement, many by one COPY for each table.
    assert counts[1] == counts[90] < counts[150] == counts[1000] <= 23, counts


def _statements(world: World, size: int) -> int:
    members = [world.enrol() for _ in range(3)]
    entries = [
        PurchaseEntry(
            world.owner,
            "main",
            500_000 + n,
            ("id", str(members[n % 3].id)),
            (LineEntry(500_000 + n, "milk"),),
            receipt_no=f"{size}-{n}",
            key=f"{size}-{n}",
            pay_points=1 if n == 0 else 0,
        )
        for n in range(size)
    ]
    with CaptureQueriesContext(connection) as captured:
        outcomes = record_purchases(world.club, entries)
    assert {o.status for o in outcomes} == {"recorded"}
    # Row numbers come in blocks, one statement for a thousand rows.
    return len([q for q in captured if "nextval" not in q["sql"]])
