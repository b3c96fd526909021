"""Asking to join a club that takes members by approval, and what became of it."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router

from vafa.club.actions.members import NewMember
from vafa.club.models import JoiningRequest
from vafa.club.reads.joining import list_joining_requests
from vafa.core.phones import parse_mobile
from vafa.flows.joining import ask_to_join
from vafa.web.api.auth import caller
from vafa.web.api.joining_schemas import JoiningRequestIn, JoiningRequestOut, JoiningRequestsOut
from vafa.web.api.rendering import json_answer
from vafa.web.api.schemas import REFUSED, Offset, ProblemOut

router = Router(tags=["members"])
_MOST = 100


@router.post("/joining-requests", response={201: JoiningRequestOut, REFUSED: ProblemOut})
def create_joining_request(request: HttpRequest, body: JoiningRequestIn) -> HttpResponse:
    """Ask the club to take somebody in; the club's people decide. Needs `members:write`.

    Asked again while it waits, it is the same request, with what is said now. A member is 409
    member_exists; a club that takes nobody by approval 409 joining_needs_no_request.
    """
    actor, club = caller(request, "members:write")
    alone = len(actor.branch_ids) == 1 if actor.branch_ids else False
    person = NewMember(
        mobile=parse_mobile(body.mobile),
        name=body.name,
        birth_date=body.birth_date,
        branch_id=next(iter(actor.branch_ids)) if actor.branch_ids and alone else None,
    )
    asked = ask_to_join(
        club,
        person,
        actor=actor,
        invitation=body.referred_by.strip(),
        code=body.joining_code.strip(),
    )
    return json_answer(_said(asked), 201)


@router.get("/joining-requests", response={200: JoiningRequestsOut, REFUSED: ProblemOut})
def get_joining_requests(
    request: HttpRequest,
    state: Literal["waiting", "accepted", "refused"] = "waiting",
    offset: Offset = 0,
) -> HttpResponse:
    """A hundred requests in that state: of those that wait the oldest first. Needs `members:read`."""
    _actor, club = caller(request, "members:read")
    rows = list_joining_requests(club.id, state, limit=_MOST + 1, offset=offset)
    following = offset + _MOST if len(rows) > _MOST else None
    items = [_said(one) for one in rows[:_MOST]]
    return json_answer({"items": items, "next_offset": following})


def _said(asked: JoiningRequest) -> dict[str, Any]:
    return {
        "id": asked.pk,
        "mobile": asked.mobile,
        "name": asked.name,
        "state": asked.state,
        "reason": asked.reason,
        "asked_at": asked.asked_at,
        "decided_at": asked.decided_at,
        "member_id": asked.member_id,
    }
