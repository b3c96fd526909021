"""What a club wants to know of its members beside what every club knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from vafa.club.access import access_member
from vafa.club.actions.attributes import set_attributes
from vafa.club.actor import Actor
from vafa.club.reads.attributes import list_attributes, values_of
from vafa.web.api.attribute_schemas import AttributesOut, ValuesIn, ValuesOut
from vafa.web.api.auth import caller
from vafa.web.api.language import language_of
from vafa.web.api.rendering import json_answer
from vafa.web.api.schemas import REFUSED, ProblemOut

router = Router(tags=["attributes"])


@router.get("/attributes", response={200: AttributesOut, REFUSED: ProblemOut})
def get_attributes(request: HttpRequest) -> HttpResponse:
    """The attributes that the club's members may have, by key. Needs `members:read`."""
    _, club = caller(request, "members:read")
    lang = language_of(request)
    return json_answer(
        {
            "items": [
                {"key": a.key, "name": a.said(lang), "kind": a.kind, "choices": a.choices}
                for a in list_attributes(club.id)
            ]
        }
    )


@router.get("/members/{int:member_id}/attributes", response={200: ValuesOut, REFUSED: ProblemOut})
def get_member_attributes(request: HttpRequest, member_id: int) -> HttpResponse:
    """What is known of a member, by key; days as ISO dates. Needs `members:read`."""
    actor, _ = caller(request, "members:read")
    return json_answer(_values(actor, member_id, language_of(request)))


@router.post("/members/{int:member_id}/attributes", response={200: ValuesOut, REFUSED: ProblemOut})
def set_member_attributes(request: HttpRequest, member_id: int, body: ValuesIn) -> HttpResponse:
    """Write what is known of a member. What is not named stays; null is forgotten. An unknown key is
    404 unknown_attribute, a wrong value 422 invalid_attribute. Needs `members:write`."""
    actor, club = caller(request, "members:write")
    member = access_member(actor, member_id)
    set_attributes(club.id, member.id, body.values, by=actor.label)
    return json_answer(_values(actor, member_id, language_of(request)))


def _values(actor: Actor, member_id: int, lang: str) -> dict[str, Any]:
    known = values_of(access_member(actor, member_id), lang)
    return {"values": {one.attribute.key: one.value for one in known if one.value is not None}}
