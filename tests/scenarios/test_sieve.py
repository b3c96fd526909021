"""Verification sums accounts up in groups first: errors that cancel out are found all the same."""

from __future__ import annotations

from contextlib import ExitStack

from tests.breaking import broken
from tests.world import World
from vafa.core.db import fetch
from vafa.flows.verification import verify
from vafa.ledger.reads.account_sieve import fresh_numbers

CROSSING = "no transfer crosses books or units"
OUT = "every transfer out of a lot account consumes its amount"
INTO = "every transfer into a lot account opens or refills lots of its amount"


def named(world: World) -> set[str]:
    return {difference.check for difference in verify(world.record.id)}


def one(sql: str, *params: object) -> int:
    ((number,),) = fetch(sql, list(params))
    return int(number)


def pool(world: World) -> int:
    return one(
        "SELECT id FROM ledger_account WHERE unit_id = %s AND holder = 0 AND kind = 'issuance'",
        world.club.points_unit_id,
    )


def earned(world: World) -> int:
    return one(
        "SELECT max(id) FROM ledger_transfer WHERE book_id = %s AND kind = 'earn'",
        world.record.book_id,
    )


def test_two_members_who_paid_with_each_others_lots(world: World) -> None:
    other = ("id", str(world.enrol().id))
    for ref in (world.ref, other):
        world.buy(90_000_000, member=ref)
        assert world.buy(20_000_000, member=ref, pay_points=15).error is None
    assert named(world) == set()
    mine, hers = fetch(
        "SELECT c.id, c.lot_id FROM ledger_consumption c JOIN ledger_transfer t"
        " ON t.id = c.transfer_id WHERE t.book_id = %s AND t.kind = 'spend' AND c.amount = 15",
        [world.record.book_id],
    )
    change = "UPDATE ledger_consumption SET lot_id = {1} WHERE id = {0}"
    with ExitStack() as stack:
        for (number, lot), (_, wrong) in ((mine, hers), (hers, mine)):
            stack.enter_context(broken(change.format(number, wrong), change.format(number, lot)))
        assert OUT in named(world)
    assert named(world) == set()


def test_lots_of_two_accounts_that_were_opened_by_each_others_transfers(world: World) -> None:
    other = ("id", str(world.enrol().id))
    for ref in (world.ref, other):
        world.buy(30_000_000, member=ref)
    mine, hers = fetch(
        "SELECT l.id, l.transfer_id FROM ledger_lot l JOIN ledger_transfer t"
        " ON t.id = l.transfer_id WHERE t.book_id = %s ORDER BY l.id DESC LIMIT 2",
        [world.record.book_id],
    )
    change = "UPDATE ledger_lot SET transfer_id = {1} WHERE id = {0}"
    with ExitStack() as stack:
        for (number, transfer), (_, wrong) in ((mine, hers), (hers, mine)):
            mending = change.format(number, transfer)
            stack.enter_context(broken(change.format(number, wrong), mending))
        assert INTO in named(world)
    assert named(world) == set()


def test_value_out_of_another_clubs_pool_changes_no_balance(
    world: World, other_world: World
) -> None:
    world.buy(30_000_000)
    change = f"UPDATE ledger_transfer SET debit_account_id = {{}} WHERE id = {earned(world)}"
    with broken(change.format(pool(other_world)), change.format(pool(world))):
        assert named(world) == {CROSSING}
    assert named(world) == set()
    assert named(other_world) == set()


def test_a_transfer_in_another_unit(world: World) -> None:
    world.buy(30_000_000)
    change = f"UPDATE ledger_transfer SET unit_id = {{}} WHERE id = {earned(world)}"
    units = world.club.credit_unit_id, world.club.points_unit_id
    with broken(*(change.format(unit) for unit in units)):
        assert CROSSING in named(world)


def test_each_run_draws_a_prime_of_its_own() -> None:
    drawn = [fresh_numbers()["prime"] for _ in range(20)]
    assert len(set(drawn)) > 1
    for prime in drawn:
        assert 1 << 29 < prime < 1 << 30
        assert pow(2, prime - 1, prime) == 1
