"""Stories of many reservations made and ended in one transaction, each for itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.world import World
from vafa.club.models import Member
from vafa.core.clock import now
from vafa.core.models import Event
from vafa.flows.captures import end_all
from vafa.flows.entries import Outcome
from vafa.flows.reservation_work import CaptureEntry, EndEntry, ReleaseEntry, ReserveEntry
from vafa.flows.reservations import reserve_all
from vafa.ledger.actions.books import freeze_book, thaw_book
from vafa.program.models import Reservation


def codes(outcomes: list[Outcome]) -> list[str]:
    return [o.error.code if o.error else o.status for o in outcomes]


def wanting(world: World, member: Member | None = None, **asked: Any) -> ReserveEntry:
    """An entry of a member (the first by default) at the first branch."""
    ref = ("id", str((member or world.member).id))
    return ReserveEntry(world.owner, asked.pop("ref", ref), asked.pop("branch", "main"), **asked)


def number_of(outcome: Outcome) -> int:
    assert outcome.error is None, outcome.error
    number: int = outcome.answer["reservation_id"]
    return number


def test_each_entry_of_a_batch_is_reserved_or_refused_alone(world: World) -> None:
    world.buy(10_000_000)  # she has 120 points
    other = world.enrol()  # 20 points
    outcomes = reserve_all(
        world.club,
        [
            wanting(world, points=100, key="a"),
            wanting(world, points=21, key="b"),
            wanting(world, other, points=20, key="c"),
            wanting(world, points=100, key="a"),
            wanting(world, points=99, key="a"),
            wanting(world, ref=("mobile", "+989120000001"), points=1, key="d"),
            wanting(world, branch="nowhere", points=1, key="e"),
            wanting(world, key="f"),
            wanting(world, points=5, credit=5, key="g"),
            wanting(world, points=20, minutes=1, key="h"),
            wanting(world, other, points=1),
        ],
    )
    assert codes(outcomes) == [
        "recorded",
        "insufficient_balance",
        "recorded",
        "repeated",
        "idempotency_key_reused",
        "unknown_member",
        "unknown_branch",
        "nothing_to_reserve",
        "insufficient_balance",
        "recorded",
        "insufficient_balance",
    ]
    # Each answer says what was there when its turn had come.
    assert outcomes[0].answer["balance"] == {"available": 20, "held": 100}
    assert outcomes[9].answer["balance"] == {"available": 0, "held": 120}
    assert outcomes[3].answer == outcomes[0].answer and outcomes[3].by_key
    assert world.balance()[:3] == (0, 0, 120)
    assert world.balance(other)[:3] == (0, 0, 20)
    assert Reservation.objects.filter(club=world.record).count() == 3
    assert Event.objects.filter(club_id=world.record.id, name="reservation.made").count() == 3


def test_keys_keep_what_became_of_their_entries(world: World) -> None:
    batch = [wanting(world, points=20, key="a"), wanting(world, points=1, key="b")]
    first, again = reserve_all(world.club, batch), reserve_all(world.club, batch)
    assert codes(first) == ["recorded", "insufficient_balance"]
    assert codes(again) == ["repeated", "insufficient_balance"]
    assert again[0].answer == first[0].answer
    ends: list[EndEntry] = [
        CaptureEntry(world.owner, number_of(first[0]), key="a"),
        ReleaseEntry(world.owner, number_of(first[0]), key="a"),
    ]
    ended, ended_again = end_all(world.club, ends), end_all(world.club, ends)
    assert codes(ended) == ["recorded", "reservation_resolved"]
    assert codes(ended_again) == ["repeated", "reservation_resolved"]
    assert ended_again[0].answer == ended[0].answer
    assert world.balance()[:3] == (0, 0, 0)


def test_a_voucher_is_set_aside_once_in_a_batch(world: World) -> None:
    world.buy(10_000_000)
    code = world.redeem("voucher").answer["voucher_code"]
    other = world.enrol()
    outcomes = reserve_all(
        world.club,
        [
            wanting(world, other, voucher=code),
            wanting(world, points=80, voucher=code),
            wanting(world, points=10, voucher=code.lower()),
            wanting(world, voucher=code),
            wanting(world, voucher="NOSUCHCODE"),
        ],
    )
    refused = "voucher_unusable"
    # More points than she has: then the voucher is free for the next one.
    assert codes(outcomes) == [refused, "insufficient_balance", "recorded", refused, refused]
    number = number_of(outcomes[2])
    ends: list[EndEntry] = [CaptureEntry(world.owner, number), CaptureEntry(world.owner, number)]
    used = end_all(world.club, ends)
    assert codes(used) == ["recorded", "reservation_resolved"]
    assert world.balance()[:3] == (60, 0, 0)


def test_each_entry_of_a_batch_ends_or_is_refused_alone(world: World) -> None:
    """Four reservations out of the same lots, one of them spent in part and one given back."""
    world.buy(10_000_000)
    asked = [wanting(world, points=points) for points in (30, 40, 20, 10)]
    whole, part, back, other = map(number_of, reserve_all(world.club, asked))
    owner, cashier = world.owner, world.actor("cashier")
    elsewhere = number_of(
        reserve_all(world.club, [wanting(world, branch="second", points=5)])[0],
    )
    ends: list[EndEntry] = [
        CaptureEntry(owner, whole, key="a"),
        CaptureEntry(owner, whole, key="a"),
        CaptureEntry(owner, whole, key="b"),
        CaptureEntry(owner, part, points=41),
        CaptureEntry(owner, part, points=0),
        CaptureEntry(owner, part, points=15),
        ReleaseEntry(owner, part),
        ReleaseEntry(owner, back),
        CaptureEntry(owner, 10**9),
        CaptureEntry(cashier, elsewhere),
        ReleaseEntry(cashier, elsewhere),
        CaptureEntry(owner, other, points=10, credit=1),
    ]
    assert codes(outcomes := end_all(world.club, ends)) == [
        "recorded",
        "repeated",
        "reservation_resolved",
        "capture_too_large",
        "capture_too_large",
        "recorded",
        "reservation_resolved",
        "recorded",
        "unknown_reservation",
        "unknown_reservation",
        "unknown_reservation",
        "capture_too_large",
    ]
    assert (outcomes[5].answer["points"], outcomes[7].answer["status"]) == (15, "released")
    assert outcomes[5].answer["balance"] == {"available": 15 + 25, "held": 35}
    assert world.balance()[:3] == (60, 0, 15)


def test_what_is_overdue_goes_back_before_a_batch(world: World) -> None:
    other = world.enrol()
    begun = now() - timedelta(minutes=30)
    first = reserve_all(world.club, [wanting(world, points=20)], at=begun)
    assert codes(first) == ["recorded"]
    outcomes = reserve_all(
        world.club, [wanting(world, other, points=20), wanting(world, points=15)]
    )
    assert codes(outcomes) == ["recorded", "recorded"]
    assert Reservation.objects.get(pk=number_of(first[0])).status == "expired"
    assert world.balance()[:3] == (5, 0, 15)


def test_a_ledger_that_stands_still_refuses_what_is_new(world: World) -> None:
    done = reserve_all(world.club, [wanting(world, points=5, key="a")])
    freeze_book(world.record.book_id, "test", now())
    batch = [wanting(world, points=5, key="a"), wanting(world, points=5, key="b")]
    assert codes(reserve_all(world.club, batch)) == ["repeated", "ledger_read_only"]
    ends: list[EndEntry] = [ReleaseEntry(world.owner, number_of(done[0]), key="c")]
    assert codes(end_all(world.club, ends)) == ["ledger_read_only"]
    thaw_book(world.record.book_id)
    assert codes(reserve_all(world.club, batch)) == ["repeated", "recorded"]
    assert codes(end_all(world.club, ends)) == ["recorded"]


def test_the_number_of_statements_does_not_depend_on_the_size(world: World) -> None:
    _statements(world, 1)  # what a process asks once
    counts = {size: _statements(world, size) for size in (1, 20)}
    assert counts[1] == counts[20], counts
    # BEGIN and COMMIT included; they go on three journeys.
    assert max(counts[1]) <= 12, counts


def _statements(world: World, size: int) -> tuple[int, int]:
    members = [world.enrol() for _ in range(size)]
    entries = [wanting(world, member, points=5, key=f"{member.id}") for member in members]
    with CaptureQueriesContext(connection) as reserving:
        made = reserve_all(world.club, entries)
    assert set(codes(made)) == {"recorded"}
    ends: list[EndEntry] = [
        CaptureEntry(world.owner, number_of(one), key=f"{number_of(one)}") for one in made
    ]
    with CaptureQueriesContext(connection) as ending:
        assert set(codes(end_all(world.club, ends))) == {"recorded"}
    return _without_numbers(reserving), _without_numbers(ending)


def _without_numbers(captured: CaptureQueriesContext) -> int:
    """Row numbers come in blocks, one statement for many rows."""
    return len([q for q in captured if "nextval" not in q["sql"]])
