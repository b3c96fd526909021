"""Corrections: points and credit by hand, what is undone, gifts, and members who become one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from vafa.flows.adjustments import request_adjustment
from vafa.flows.gifts import give_points
from vafa.flows.merging import merge_members
from vafa.flows.reversals import reverse_transfer, revive_expired
from vafa.program.access import access_adjustment
from vafa.web.api.auth import KEY_NEEDED, caller, idempotency_key
from vafa.web.api.correction_schemas import (
    AdjustmentIn,
    AdjustmentOut,
    GiftIn,
    GiftOut,
    MergedOut,
    MergeIn,
    ReversedOut,
    ReverseIn,
    ReviveIn,
)
from vafa.web.api.parsing import known_member, member_ref
from vafa.web.api.rendering import json_answer, outcome_answer
from vafa.web.api.schemas import REFUSED, ProblemOut, RowId

router = Router(tags=["corrections"])
SCOPE = "corrections:write"


@router.post(
    "/adjustments", response={201: AdjustmentOut, REFUSED: ProblemOut}, openapi_extra=KEY_NEEDED
)
def create_adjustment(request: HttpRequest, body: AdjustmentIn) -> HttpResponse:
    """Give points or credit by hand, or take them. Needs `Idempotency-Key` and
    `corrections:write`.

    A key counts as one person: above the programme's limit the adjustment waits for the staff.
    """
    actor, club = caller(request, SCOPE)
    key = idempotency_key(request)
    outcome = request_adjustment(
        club,
        member_id=known_member(club, body.member),
        unit=body.unit,
        amount=body.amount,
        reason=body.reason,
        actor=actor,
        key=key,
    )
    return outcome_answer(outcome, outcome.answer)


@router.get("/adjustments/{int:adjustment_id}", response={200: AdjustmentOut, REFUSED: ProblemOut})
def get_adjustment(request: HttpRequest, adjustment_id: RowId) -> HttpResponse:
    """What became of an adjustment. Needs `corrections:write`."""
    actor, _ = caller(request, SCOPE)
    found = access_adjustment(actor, adjustment_id)
    answer: dict[str, Any] = {
        "adjustment_id": found.id,
        "member_id": found.member_id,
        "unit": found.unit,
        "amount": found.amount,
        "status": found.status,
        "decision_id": found.decision_id,
    }
    return json_answer(answer)


@router.post(
    "/transfers/{int:transfer_id}/reverse",
    response={201: ReversedOut, REFUSED: ProblemOut},
    openapi_extra=KEY_NEEDED,
)
def reverse(request: HttpRequest, transfer_id: RowId, body: ReverseIn) -> HttpResponse:
    """Undo what made this transfer, once. Needs `Idempotency-Key` and `corrections:write`.

    Its number is `transfer_id` of a line of the member's transfers.
    """
    actor, club = caller(request, SCOPE)
    key = idempotency_key(request)
    outcome = reverse_transfer(
        club, transfer_id=transfer_id, reason=body.reason, actor=actor, key=key
    )
    return outcome_answer(outcome, outcome.answer)


@router.post(
    "/transfers/{int:transfer_id}/revive",
    response={201: ReversedOut, REFUSED: ProblemOut},
    openapi_extra=KEY_NEEDED,
)
def revive(request: HttpRequest, transfer_id: RowId, body: ReviveIn) -> HttpResponse:
    """Give back what an expiry took. Needs `Idempotency-Key` and `corrections:write`."""
    actor, club = caller(request, SCOPE)
    key = idempotency_key(request)
    outcome = revive_expired(
        club, transfer_id=transfer_id, reason=body.reason, days=body.days, actor=actor, key=key
    )
    return outcome_answer(outcome, outcome.answer)


@router.post("/gifts", response={201: GiftOut, REFUSED: ProblemOut}, openapi_extra=KEY_NEEDED)
def create_gift(request: HttpRequest, body: GiftIn) -> HttpResponse:
    """A member's points to another member, where the club has gifts on. Needs `Idempotency-Key`
    and `corrections:write`."""
    actor, club = caller(request, SCOPE)
    key = idempotency_key(request)
    outcome = give_points(
        club,
        giver=member_ref(body.giver),
        taker=member_ref(body.taker),
        points=body.points,
        message=body.message,
        actor=actor,
        key=key,
    )
    return outcome_answer(outcome, outcome.answer)


@router.post(
    "/members/{int:member_id}/merge",
    response={201: MergedOut, REFUSED: ProblemOut},
    openapi_extra=KEY_NEEDED,
)
def merge(request: HttpRequest, member_id: RowId, body: MergeIn) -> HttpResponse:
    """Make another membership one with this one; it cannot be undone. Needs `Idempotency-Key`
    and `corrections:write`."""
    actor, club = caller(request, SCOPE)
    key = idempotency_key(request)
    outcome = merge_members(
        club, keep_id=member_id, gone_id=body.gone_id, reason=body.reason, actor=actor, key=key
    )
    return outcome_answer(outcome, outcome.answer)
