"""A purchase came to its buyer: what waited for that can be spent now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import wallet_of, wallets_of
from vafa.commerce.actions.deliveries import insert_delivery
from vafa.commerce.errors import AlreadyDelivered, InTheFuture, UnknownPurchase
from vafa.commerce.reads.returns import PurchaseState, read_purchases
from vafa.commerce.reads.settled import delivered_at
from vafa.core.clock import now
from vafa.core.events import NewEvent, append_events
from vafa.core.idempotency import LostRace
from vafa.flows.entries import Outcome, check_moment
from vafa.flows.keyed import operation_key, run_once
from vafa.ledger.actions.wallets import Wallet, lock_wallets
from vafa.ledger.reads.transfers import transfers_of
from vafa.ledger.rules.state import Ref
from vafa.program.reads.revisions import published_program
from vafa.program.reads.undo import earned_by


def record_delivery(
    club: ClubContext,
    *,
    purchase_id: int,
    actor: Actor,
    at: datetime | None = None,
    key: str = "",
) -> Outcome:
    """Note that a purchase was delivered (``at``, default now); what waits for that matures: its
    own points, those of challenges and invitations that it has met, and credit that waits for that.

    What returns took meanwhile stays taken. ``points_available`` of the answer is the buyer's.
    Refusals: UnknownPurchase, InTheFuture (also: before it was bought), AlreadyDelivered.
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


def _mature(club: ClubContext, purchase_id: int, buyer: int, at: datetime) -> int:
    """What still waits for the purchase becomes available, whoever has it; returns how many points
    of the wallet ``buyer``. Raises LostRace."""
    hers = (club.points_unit_id, buyer)
    # Hers in any case: who judges an invitation with this purchase waits for it, and then sees
    # that it was delivered; what was judged before is seen behind the lock.
    wallets = {hers, *_waiting(club, purchase_id)}
    locked = lock_wallets(club.book_id, wallets, with_lots=wallets, at=at)
    origins = _waiting(club, purchase_id)
    if not origins.keys() <= wallets:
        raise LostRace
    points = 0
    for wallet, made in origins.items():
        for lot in locked.plan.open_lots(*wallet, "pending"):
            if lot.origin_id in made:
                points += lot.remaining if wallet == hers else 0
                locked.plan.mature(*wallet, lot, Ref("delivery", purchase_id, at))
    locked.write()
    return points


def _waiting(club: ClubContext, purchase_id: int) -> dict[Wallet, set[int]]:
    """The transfers that earned something that the delivery ends the waiting of, by the wallet that
    has it now. Where the terms of points (or of credit) name days, a delivery ends nothing."""
    earned = earned_by(club.id, purchase_id)
    who = wallets_of(member for member, _ in earned.values())
    found: dict[Wallet, set[int]] = {}
    for decision, made in transfers_of("decision", list(earned)).items():
        member, revision = earned[decision]
        program = published_program(revision)
        for transfer in made:
            is_points = transfer.unit_id == club.points_unit_id
            terms = program.terms if is_points else program.credit
            if terms.pending_until == "delivery":
                wallet = (transfer.unit_id, who[member].holder)
                found.setdefault(wallet, set()).add(transfer.id)
    return found
