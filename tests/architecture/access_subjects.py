"""What an address is about: the numbers in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests import draws
from tests.world import World
from vafa.club.actions.fees import save_fee
from vafa.club.models import (
    HouseholdInvitation,
    OwnRole,
)
from vafa.club.reads.context import forget_contexts
from vafa.club.rules.fees import Fee
from vafa.commerce.actions.orders import NewOrderLine, OrderTerms
from vafa.commerce.models import Order, Return
from vafa.flows.fees import pay_fee
from vafa.flows.invoices import issue_invoice
from vafa.flows.orders import add_to_order, make_order, move_order


def member(world: World) -> dict[str, Any]:
    return {"member_id": world.member.id}


def spare_member(world: World) -> dict[str, Any]:
    return {"member_id": world.spare_member_id}


def transfer(world: World) -> dict[str, Any]:
    return {"transfer_id": world.transfer_id}


def movement(world: World) -> dict[str, Any]:
    return {**member(world), **transfer(world)}


def adjustment(world: World) -> dict[str, Any]:
    return {"adjustment_id": world.adjustment_id}


def household(world: World) -> dict[str, Any]:
    return {"household_id": world.household_id}


def household_invitation(world: World) -> dict[str, Any]:
    invited = HouseholdInvitation.objects.filter(club=world.record, mobile=world.member.mobile)
    return {"code": invited.latest("id").code}


def head_of_household(world: World) -> dict[str, Any]:
    return {"member_id": world.head_id}


def spare_staff(world: World) -> dict[str, Any]:
    return {"staff_id": world.spare_staff_id}


def own_role(world: World) -> dict[str, Any]:
    return {"role_id": world.own_role_id}


def own_role_again(world: World) -> None:
    """A role of the club's own that may be removed."""
    made = OwnRole.objects.get_or_create(
        club=world.record, name="رفتنی", defaults={"permissions": ["products.edit"]}
    )[0]
    world.own_role_id = made.pk


def number_change(world: World) -> dict[str, Any]:
    return {"change_id": world.number_change_id}


def purchase(world: World) -> dict[str, Any]:
    return {"purchase_id": world.bought}


def order(world: World) -> dict[str, Any]:
    """An order that is being written, with a line."""
    found = Order.objects.filter(club=world.record, state="draft").first()
    return {"order_id": found.pk if found else _begun_order(world)}


def placed_order(world: World) -> dict[str, Any]:
    """An order of hers, which she may look at."""
    hers = Order.objects.filter(club=world.record, member_id=world.member.id, state="placed")
    if not hers.exists():
        move_order(world.club, world.owner, _begun_order(world), "placed")
    return {"order_id": hers.earliest("id").pk}


def _begun_order(world: World) -> int:
    found = make_order(world.club, world.owner, world.member.id, OrderTerms(world.branch.id))
    add_to_order(world.club, world.owner, found.pk, NewOrderLine("نان", 500_000))
    return int(found.pk)


def asks_a_fee(world: World) -> None:
    """Membership costs something, and nobody owes it yet."""
    save_fee(world.record.id, Fee(amount=500_000, first_free_days=30), by=world.owner.label)
    forget_contexts()


def paid_fee(world: World) -> dict[str, Any]:
    """A fee that was registered."""
    found = Order.objects.filter(club=world.record, kind="fee", state="closed").first()
    if found is None:
        asks_a_fee(world)
        pay_fee(world.club, world.owner, world.member.id, branch_id=world.branch.id)
        found = Order.objects.get(club=world.record, kind="fee", state="closed")
    return {"order_id": found.pk}


def fee_was_paid(world: World) -> None:
    paid_fee(world)


def ordered(world: World) -> None:
    order(world)


def invoice(world: World) -> dict[str, Any]:
    """The invoice of the furnished purchase."""
    return {"document_id": issue_invoice(world.club, world.owner, world.bought, {})}


def invoiced(world: World) -> None:
    invoice(world)


def invoice_file(world: World) -> dict[str, Any]:
    return {**invoice(world), "lang": "fa"}


def brought_back(world: World) -> None:
    """Something came back of a purchase that has its invoice."""
    if Return.objects.filter(club=world.record, receipt_no="back-1").exists():
        return
    bought = world.buy(1_000_000).answer["purchase_id"]
    issue_invoice(world.club, world.owner, bought, {})
    world.give_back(bought, receipt_no="back-1", amount=100_000)


def came_back(world: World) -> dict[str, Any]:
    return {"return_id": Return.objects.get(club=world.record, receipt_no="back-1").pk}


def seller(world: World) -> dict[str, Any]:
    return {"kind": "branch", "number": world.branch.id}


def reward(world: World) -> dict[str, Any]:
    return {"reward_id": world.rewards["voucher"].id}


def series(world: World) -> dict[str, Any]:
    return {"series_id": world.series_id}


def member_and_reward(world: World) -> dict[str, Any]:
    return {**member(world), **reward(world)}


def segment(world: World) -> dict[str, Any]:
    return {"segment_id": world.segment_id}


def voucher(world: World) -> dict[str, Any]:
    return {"code": world.voucher_code}


def redemption(world: World) -> dict[str, Any]:
    return {"redemption_id": world.redemption_id}


def reservation(world: World) -> dict[str, Any]:
    return {"reservation_id": world.reservation_id}


def api_key(world: World) -> dict[str, Any]:
    return {"key_id": world.key_id}


def draw(world: World) -> dict[str, Any]:
    return {"draw_id": world.draw_id}


def first_winner(world: World) -> dict[str, Any]:
    return {**draw(world), "place": 1}


def public_draw(world: World) -> dict[str, Any]:
    return {**slug(world), **draw(world)}


def _a_draw(make: Callable[[World], Any]) -> Callable[[World], None]:
    """A fresh draw at that step, whose number is the world's from then on."""

    def before(world: World) -> None:
        make(world)

    return before


def _running(world: World) -> None:
    """One that may be opened, or asked to be taken part in."""
    draws.drafted(world, **draws.still_running(world))


def slug(world: World) -> dict[str, Any]:
    return {"slug": world.record.slug}


def head(world: World) -> dict[str, Any]:
    return {**slug(world), "size": world.sealed}


def heads(world: World) -> dict[str, Any]:
    return {**head(world), "old": world.sealed}
