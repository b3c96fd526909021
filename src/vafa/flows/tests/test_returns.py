"""Stories of returning: what was granted comes back exactly, in parts or at once."""

from __future__ import annotations

from datetime import timedelta

from tests.world import World
from vafa.core.clock import now
from vafa.flows.clubs import starting_program
from vafa.flows.entries import LineEntry
from vafa.program.models import Decision
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import Program


def test_a_full_return_leaves_nothing_behind(world: World) -> None:
    before = world.balance()
    bought = world.buy(3_333_000, key="p")
    outcome = world.give_back(bought.answer["purchase_id"], key="r")
    assert outcome.status == "recorded"
    assert outcome.answer["points_taken"] == 33
    assert outcome.answer["money_back"] == 3_333_000
    assert world.balance() == before
    again = world.give_back(bought.answer["purchase_id"], key="r")
    assert again.status == "repeated" and again.answer == outcome.answer
    more = world.give_back(bought.answer["purchase_id"])
    assert more.error is not None and more.error.code == "return_too_large"
    assert world.balance() == before


def test_parts_add_up_to_the_whole(world: World) -> None:
    lines = (LineEntry(1_350_000, "milk", "", 3000), LineEntry(1_200_000, "cheese"))
    bought = world.buy(2_550_000, lines=lines)
    purchase = bought.answer["purchase_id"]
    taken = [
        world.give_back(purchase, lines=part).answer["points_taken"]
        for part in (((1, 1000, None),), ((2, 1000, None),), ((1, 1000, None),), ((1, 1000, None),))
    ]
    assert sum(taken) == 25
    assert world.balance().available == 20
    assert Decision.objects.filter(purchase_id=purchase).count() == 1 + len([t for t in taken if t])


def test_spent_points_come_back_into_their_lots(world: World) -> None:
    world.buy(10_000_000)
    bought = world.buy(2_000_000, pay_points=100)
    assert world.balance().available == 20 + 100 - 100 + 17
    half = world.give_back(bought.answer["purchase_id"], amount=1_000_000)
    assert half.answer["points_given_back"] == 50
    assert half.answer["money_back"] == 1_000_000 - 150_000
    rest = world.give_back(bought.answer["purchase_id"])
    assert rest.answer["points_given_back"] == 50
    assert world.balance().available == 120


def test_money_and_points_of_the_parts_never_come_to_more_than_was_paid(world: World) -> None:
    """The point that paid comes back with the last rial, and nobody gains the rest of its worth."""
    worth = live_program(world.club.id).program.terms.worth
    for first in (20_000, 1):
        lines = (LineEntry(20_000), LineEntry(1))
        bought = world.buy(20_001, lines=lines, pay_points=1).answer["purchase_id"]
        number = 1 if first == 20_000 else 2
        parts = [world.give_back(bought, lines=((number, 1000, None),)), world.give_back(bought)]
        money = [part.answer["money_back"] for part in parts]
        points = [part.answer["points_given_back"] for part in parts]
        assert points == [0, 1] and sum(money) == 20_001 - worth
        assert min(money) >= 0 and money[0] <= first


def test_points_already_spent_become_a_debt_that_earnings_repay(world: World) -> None:
    bought = world.buy(10_000_000)
    world.buy(10_000_000, pay_points=110)  # earns 96
    outcome = world.give_back(bought.answer["purchase_id"])
    assert outcome.answer["points_taken"] == 100
    assert world.balance().available == 6 and world.balance().debt == 0
    second = world.buy(10_000_000)
    world.buy(2_000_000, pay_points=100)
    world.give_back(second.answer["purchase_id"])
    owing = world.balance()
    assert owing.available == 0 and owing.debt < 0
    refused = world.buy(1_000_000, pay_points=1)
    assert refused.error is not None and refused.error.code == "insufficient_balance"
    world.buy(10_000_000)
    assert world.balance().debt == 0
    assert world.balance().available == 100 + owing.debt


def test_pending_points_are_taken_back_first(world: World) -> None:
    program = starting_program("IRR")
    world.publish(
        Program(
            terms=program.terms.model_copy(update={"pending_days": 7}),
            rules=program.rules,
            tiers=program.tiers,
        )
    )
    bought = world.buy(10_000_000)
    assert bought.answer["balance"] == {"available": 20, "pending": 100}
    world.give_back(bought.answer["purchase_id"], amount=4_000_000)
    assert (world.balance().available, world.balance().pending) == (20, 60)


def test_outsiders_return_nothing(world: World, other_world: World) -> None:
    bought = world.buy(1_000_000)
    stranger = other_world.give_back(bought.answer["purchase_id"])
    assert stranger.error is not None and stranger.error.code == "unknown_purchase"
    cashier = world.actor("cashier")
    elsewhere = world.buy(1_000_000, branch="second")
    refused = world.give_back(elsewhere.answer["purchase_id"], actor=cashier)
    assert refused.error is not None and refused.error.code == "unknown_purchase"
    assert world.balance().available == 40


def test_a_voucher_comes_back_when_the_whole_bill_does(world: World) -> None:
    world.buy(10_000_000)
    code = world.redeem("voucher").answer["voucher_code"]
    bought = world.buy(2_000_000, voucher=code)
    part = world.give_back(bought.answer["purchase_id"], amount=1_000_000)
    assert part.answer["money_back"] == 750_000 and "voucher_code" not in part.answer
    rest = world.give_back(bought.answer["purchase_id"])
    assert rest.answer["money_back"] == 750_000
    again = world.buy(2_000_000, voucher=rest.answer["voucher_code"])
    assert again.answer["discount"] == 500_000
    used = world.buy(2_000_000, voucher=code)
    assert used.error is not None and used.error.code == "voucher_unusable"


def test_nothing_comes_back_before_it_was_bought(world: World) -> None:
    bought = world.buy(1_000_000).answer["purchase_id"]
    before = world.snapshot()
    refused = world.give_back(bought, returned_at=now() - timedelta(days=1))
    assert refused.error is not None and refused.error.code == "returned_before_bought"
    assert world.snapshot() == before
