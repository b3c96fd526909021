"""What happens to members beside purchases: visits, and the events of other programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from vafa.flows.member_events import record_event, record_visit
from vafa.web.api.auth import KEY_NEEDED, caller, idempotency_key
from vafa.web.api.happening_schemas import EventIn, HappenedOut, VisitIn
from vafa.web.api.parsing import branch_ref, check_offset, member_ref
from vafa.web.api.rendering import outcome_answer
from vafa.web.api.schemas import REFUSED, ProblemOut

router = Router(tags=["happenings"])
SCOPE = "events:write"
_HAPPENED = {201: HappenedOut, REFUSED: ProblemOut}


@router.post("/visits", response=_HAPPENED, openapi_extra=KEY_NEEDED)
def create_visit(request: HttpRequest, body: VisitIn) -> HttpResponse:
    """She is here, whether she buys or not; counted once in a day. Needs `Idempotency-Key` and
    `events:write`."""
    actor, club = caller(request, SCOPE)
    key = idempotency_key(request)
    check_offset(body.occurred_at, "occurred_at")
    outcome = record_visit(
        club,
        member=member_ref(body.member),
        branch=branch_ref(body.branch, actor),
        occurred_at=body.occurred_at,
        actor=actor,
        key=key,
    )
    return outcome_answer(outcome, outcome.answer)


@router.post("/events", response=_HAPPENED, openapi_extra=KEY_NEEDED)
def create_event(request: HttpRequest, body: EventIn) -> HttpResponse:
    """Something happened to a member that the programme has a name for; an unknown name is 422
    unknown_event. Needs `Idempotency-Key` and `events:write`."""
    actor, club = caller(request, SCOPE)
    key = idempotency_key(request)
    check_offset(body.occurred_at, "occurred_at")
    outcome = record_event(
        club,
        member=member_ref(body.member),
        name=body.name,
        reference=body.reference.strip(),
        branch=body.branch,
        occurred_at=body.occurred_at,
        data=body.data,
        actor=actor,
        key=key,
    )
    return outcome_answer(outcome, outcome.answer)
