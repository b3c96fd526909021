"""What members allow and accept, as another program asks and notes it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router

from vafa.club.access import access_member
from vafa.club.actions.consents import set_consents
from vafa.club.actions.terms import accept_terms
from vafa.club.errors import InactiveMember
from vafa.club.models import Member
from vafa.club.reads.consents import asked_consents
from vafa.club.reads.terms import terms_in_force
from vafa.web.api.auth import caller
from vafa.web.api.consent_schemas import AskedConsentsOut, ConsentsIn, ConsentsOut
from vafa.web.api.language import language_of
from vafa.web.api.rendering import json_answer
from vafa.web.api.schemas import REFUSED, ProblemOut

router = Router(tags=["consents"])


@router.get("/consents", response={200: AskedConsentsOut, REFUSED: ProblemOut})
def get_consents(request: HttpRequest) -> HttpResponse:
    """What who joins is asked: each consent in the words to show, and the terms that hold.
    Needs `members:read`."""
    _, club = caller(request, "members:read")
    lang, terms = language_of(request), terms_in_force(club.id)
    items = [
        {
            "key": one.key,
            "purpose": one.purpose.code,
            "channel": one.channel,
            "name": one.purpose.said(lang),
            "text": one.purpose.words(lang),
            "version": one.purpose.version,
        }
        for one in asked_consents(club.id)
    ]
    said = (
        {"version": terms.version, "starts_at": terms.starts_at, "text": terms.said(lang)}
        if terms
        else None
    )
    return json_answer({"items": items, "terms": said})


@router.get("/members/{int:member_id}/consents", response={200: ConsentsOut, REFUSED: ProblemOut})
def get_member_consents(request: HttpRequest, member_id: int) -> HttpResponse:
    """What a member allows now, and the newest terms that she accepted. Needs `members:read`."""
    actor, _ = caller(request, "members:read")
    return json_answer(_held(access_member(actor, member_id)))


@router.post("/members/{int:member_id}/consents", response={200: ConsentsOut, REFUSED: ProblemOut})
def set_member_consents(request: HttpRequest, member_id: int, body: ConsentsIn) -> HttpResponse:
    """Note what a member said: consents given (true) or taken back (false), terms accepted. One that
    the club does not ask for is 422 unknown_consent, terms that do not hold 422 unknown_terms.
    Needs `members:write`."""
    actor, club = caller(request, "members:write")
    member = access_member(actor, member_id)
    if not member.is_active:
        raise InactiveMember
    with transaction.atomic(durable=True):
        if body.terms_version:
            accept_terms(club.id, member.id, body.terms_version, by=actor.label)
        set_consents(club.id, member.id, body.consents, by=actor.label)
    return json_answer(_held(access_member(actor, member_id)))


def _held(member: Member) -> dict[str, Any]:
    return {"consents": member.consents, "terms_version": member.terms_version}
