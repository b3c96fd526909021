"""Doors to purchases and returns: fetch and authorise in one step; foreign rows are 404."""

from __future__ import annotations

from vafa.club.actor import Actor
from vafa.commerce.errors import UnknownPurchase
from vafa.commerce.models import Product, Purchase
from vafa.core.errors import NotFound


def access_purchase(actor: Actor, purchase_id: int) -> Purchase:
    """A purchase of the actor's club at a branch that is hers, or her own as a member.

    Raises UnknownPurchase.
    """
    purchase = (
        Purchase.objects.filter(pk=purchase_id, club_id=actor.club_id)
        .select_related("branch", "member")
        .first()
    )
    if purchase is None or not _may_see(actor, purchase):
        raise UnknownPurchase
    return purchase


def access_product(actor: Actor, product_id: int) -> Product:
    """A product of the actor's club. Raises NotFound."""
    product = Product.objects.filter(pk=product_id, club_id=actor.club_id).first()
    if product is None:
        raise NotFound
    return product


def _may_see(actor: Actor, purchase: Purchase) -> bool:
    if actor.kind == "member":
        return purchase.member_id == actor.id
    return actor.may_use_branch(purchase.branch_id)
