"""Products, as far as other programs say what they are."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from vafa.commerce.actions.brands import set_brands
from vafa.web.api.auth import caller
from vafa.web.api.product_schemas import BrandsIn, BrandsOut
from vafa.web.api.rendering import json_answer
from vafa.web.api.schemas import REFUSED, ProblemOut

router = Router(tags=["products"])


@router.post("/products/brands", response={200: BrandsOut, REFUSED: ProblemOut})
def write_brands(request: HttpRequest, body: BrandsIn) -> HttpResponse:
    """Write the brands of products by SKU, "" for none; unknown SKUs are passed over. Needs
    `purchases:write`."""
    actor, club = caller(request, "purchases:write")
    return json_answer({"changed": set_brands(club.id, body.brands, by=actor.label)})
