"""Sealed transfers with their proofs, for the checker (docs/seals.md)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from vafa.club.access import access_member
from vafa.commerce.access import access_purchase
from vafa.commerce.errors import UnknownPurchase
from vafa.flows.sealing import member_statement, purchase_statement
from vafa.web.api.auth import caller
from vafa.web.api.rendering import json_answer
from vafa.web.api.schemas import REFUSED, ProblemOut

router = Router(tags=["proofs"])


@router.get(
    "/members/{int:member_id}/statement", response={200: dict[str, Any], REFUSED: ProblemOut}
)
def get_statement(request: HttpRequest, member_id: int) -> HttpResponse:
    """All sealed transfers of a member, each with the proof that it is in the club's signed head."""
    actor, club = caller(request, "members:read")
    return json_answer(member_statement(club, access_member(actor, member_id).id))


@router.get(
    "/purchases/{int:purchase_id}/proof", response={200: dict[str, Any], REFUSED: ProblemOut}
)
def get_proof(request: HttpRequest, purchase_id: int) -> HttpResponse:
    """The same for what one purchase earned and spent: for its receipt."""
    actor, club = caller(request, "purchases:read")
    purchase = access_purchase(actor, purchase_id)
    if purchase.member_id is None:
        raise UnknownPurchase
    return json_answer(purchase_statement(club, purchase))
