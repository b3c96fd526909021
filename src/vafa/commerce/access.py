"""Doors to purchases and returns: fetch and authorise in one step; foreign rows are 404."""

from __future__ import annotations

from vafa.club.actor import Actor
from vafa.club.reads.members import with_merged
from vafa.commerce.errors import (
    UnknownCategory,
    UnknownDocument,
    UnknownOrder,
    UnknownPurchase,
    UnknownReturn,
)
from vafa.commerce.models import Category, DataImport, Document, Order, Product, Purchase, Return
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


def access_return(actor: Actor, return_id: int) -> Return:
    """A return of the actor's club at a branch that is hers. Raises UnknownReturn."""
    found = Return.objects.filter(pk=return_id, club_id=actor.club_id).first()
    if found is None or not _at_hers(actor, found.branch_id, found.member_id):
        raise UnknownReturn
    return found


def access_order(actor: Actor, order_id: int) -> Order:
    """An order of the actor's club at a branch that is hers, or her own as a member.

    Raises UnknownOrder.
    """
    found = (
        Order.objects.filter(pk=order_id, club_id=actor.club_id)
        .select_related("branch", "member")
        .first()
    )
    if found is None or not _at_hers(actor, found.branch_id, found.member_id):
        raise UnknownOrder
    return found


def access_document(actor: Actor, document_id: int) -> Document:
    """An invoice or the document of a return, at a branch of the actor's, or her own as a member.

    Raises UnknownDocument.
    """
    found = (
        Document.objects.filter(pk=document_id, club_id=actor.club_id)
        .select_related("branch", "invoice")
        .first()
    )
    if found is None or not _at_hers(actor, found.branch_id, found.member_id):
        raise UnknownDocument
    return found


def access_product(actor: Actor, product_id: int) -> Product:
    """A product of the actor's club. Raises NotFound."""
    product = Product.objects.filter(pk=product_id, club_id=actor.club_id).first()
    if product is None:
        raise NotFound
    return product


def access_category(actor: Actor, category_id: int) -> Category:
    """A kind of goods of the actor's club. Raises UnknownCategory."""
    found = Category.objects.filter(pk=category_id, club_id=actor.club_id).first()
    if found is None:
        raise UnknownCategory
    return found


def access_import(actor: Actor, import_id: int) -> DataImport:
    """A file that was brought into the actor's club, with the tasks of it. Raises NotFound."""
    found = (
        DataImport.objects.filter(pk=import_id, club_id=actor.club_id)
        .select_related("upload", "check_task", "run_task", "undo_task")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def _may_see(actor: Actor, purchase: Purchase) -> bool:
    return _at_hers(actor, purchase.branch_id, purchase.member_id)


def _at_hers(actor: Actor, branch_id: int, member_id: int | None) -> bool:
    if actor.kind == "member":
        return member_id in with_merged(actor.id)
    return actor.may_use_branch(branch_id)
