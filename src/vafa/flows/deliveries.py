"""A purchase came to its buyer: what waited for that can be spent now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import wallet_of
from vafa.commerce.actions.deliveries import insert_delivery
from vafa.commerce.errors import AlreadyDelivered, InTheFuture, UnknownPurchase
from vafa.commerce.reads.returns import PurchaseState, read_purchases
from vafa.commerce.reads.settled import delivered_at
from vafa.core.clock import now
from vafa.core.events import NewEvent, append_events
from vafa.flows.entries import Outcome, check_moment
from vafa.flows.keyed import operation_key, run_once
from vafa.ledger.actions.wallets import lock_wallets
from vafa.ledger.reads.transfers import transfers_of
from vafa.ledger.rules.state import Ref
from vafa.program.reads.undo import undoable_decisions


def record_delivery(
    club: ClubContext,
    *,
    purchase_id: int,
    actor: Actor,
    at: datetime | None = None,
    key: str = "",
) -> Outcome:
    """Note that a purchase was delivered (``at``, default now); its pending points mature.

    What returns took meanwhile stays taken. Refusals: UnknownPurchase, InTheFuture (also: before
    it was bought), AlreadyDelivered.
    """
    once = operation_key(actor, "delivery", key, {"purchase_id": purchase_id, "delivered_at": at})
    return run_once(club, once, lambda: _deliver(club, purchase_id, actor, at))


def _deliver(
    club: ClubContext, purchase_id: int, actor: Actor, at: datetime | None
) -> dict[str, Any]:
    moment = now()
    check_moment(at, moment)
    delivered = at or moment
    purchase = _purchase(club, purchase_id, actor)
    if delivered < purchase.purchased_at:
        raise InTheFuture
    if delivered_at(purchase.id) is not None:
        raise AlreadyDelivered
    insert_delivery(purchase.id, delivered, actor.label)
    points = 0
    if purchase.member_id is not None:
        points = _mature(club, purchase.id, wallet_of(purchase.member_id).holder, moment)
    payload = {"purchase": purchase.id, "member": purchase.member_id, "points": points}
    append_events([NewEvent(club.id, "purchase.delivered", payload, delivered)])
    return {
        "purchase_id": purchase.id,
        "delivered_at": delivered.isoformat(),
        "points_available": points,
    }


def _purchase(club: ClubContext, purchase_id: int, actor: Actor) -> PurchaseState:
    found, _ = read_purchases(club.id, [purchase_id], [], lock=True)
    purchase = found.get(purchase_id)
    if purchase is None or not actor.may_use_branch(purchase.branch_id):
        raise UnknownPurchase
    return purchase


def _mature(club: ClubContext, purchase_id: int, holder: int, at: datetime) -> int:
    """What is still pending of the purchase's points becomes available; returns how many."""
    decisions = [d.id for d in undoable_decisions([purchase_id]) if d.trigger == "purchase"]
    made = transfers_of("decision", decisions)
    origins = {t.id for transfers in made.values() for t in transfers}
    wallet = (club.points_unit_id, holder)
    locked = lock_wallets(club.book_id, [wallet], with_lots=[wallet], at=at)
    points = 0
    for lot in locked.plan.open_lots(*wallet, "pending"):
        if lot.origin_id in origins:
            points += lot.remaining
            locked.plan.mature(*wallet, lot, Ref("delivery", purchase_id, at))
    locked.write()
    return points
