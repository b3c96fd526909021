"""Whether a key works, and for what."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from vafa.club.reads.context import club_context
from vafa.web.api.auth import ApiRequest
from vafa.web.api.rendering import json_answer
from vafa.web.api.schemas import REFUSED, ProblemOut

router = Router(tags=["connection"])


class ConnectionOut(Schema):
    """``branches``: the numbers of those that the key may name; null: all."""

    club: str
    currency: str
    zone: str
    scopes: list[str]
    branches: list[int] | None = None


@router.get("/connection", response={200: ConnectionOut, REFUSED: ProblemOut})
def get_connection(request: HttpRequest) -> HttpResponse:
    """The club that the key belongs to, and what the key may do. Any key may ask."""
    actor = cast(ApiRequest, request).auth
    club = club_context(actor.club_id)
    return json_answer(
        {
            "club": club.name,
            "currency": club.currency,
            "zone": club.zone,
            "scopes": sorted(actor.scopes),
            "branches": None if actor.branch_ids is None else sorted(actor.branch_ids),
        }
    )
