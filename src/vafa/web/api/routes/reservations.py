"""What is set aside for a bill: made, read, captured, released."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from vafa.flows.gathering import end_one
from vafa.flows.reservation_work import ReleaseEntry
from vafa.program.access import access_reservation
from vafa.program.models import Reservation
from vafa.web.api.auth import KEY_NEEDED, caller, idempotency_key
from vafa.web.api.direct import recorded_already
from vafa.web.api.parsing import capture_entry, reserve_entry
from vafa.web.api.rendering import json_answer, outcome_answer
from vafa.web.api.reward_schemas import CaptureIn, ReservationIn, ReservationOut
from vafa.web.api.schemas import REFUSED, ProblemOut, RowId
from vafa.web.shared.guessing import reserve_watched

router = Router(tags=["reservations"])
_ANSWERS: dict[Any, Any] = {201: ReservationOut, REFUSED: ProblemOut}


@router.post("/reservations", response={**_ANSWERS, 429: ProblemOut}, openapi_extra=KEY_NEEDED)
def create_reservation(request: HttpRequest, body: ReservationIn) -> HttpResponse:
    """Set points, credit or a voucher aside for a bill. Needs `Idempotency-Key` and
    `purchases:write`.

    Nobody else can take them meanwhile. What is neither used nor released in time goes back.
    """
    actor, club = caller(request, "purchases:write")
    entry = reserve_entry(body, actor, idempotency_key(request))
    outcome = recorded_already(request) or reserve_watched(club, entry)
    return outcome_answer(outcome, outcome.answer)


@router.get(
    "/reservations/{int:reservation_id}", response={200: ReservationOut, REFUSED: ProblemOut}
)
def get_reservation(request: HttpRequest, reservation_id: RowId) -> HttpResponse:
    """A reservation: `open`, or how it ended: `used`, `released` or `expired`."""
    actor, _ = caller(request, "purchases:read")
    return json_answer(_reservation(access_reservation(actor, reservation_id)))


@router.post(
    "/reservations/{int:reservation_id}/capture", response=_ANSWERS, openapi_extra=KEY_NEEDED
)
def capture(request: HttpRequest, reservation_id: RowId, body: CaptureIn) -> HttpResponse:
    """Spend it where the bill is not recorded here; what is not spent goes back. Needs
    `Idempotency-Key` and `purchases:write`.

    A bill that is recorded names the reservation in `POST /purchases` instead.
    """
    actor, club = caller(request, "purchases:write")
    entry = capture_entry(body, reservation_id, actor, idempotency_key(request))
    outcome = recorded_already(request) or end_one(club, entry)
    return outcome_answer(outcome, outcome.answer)


@router.post(
    "/reservations/{int:reservation_id}/release", response=_ANSWERS, openapi_extra=KEY_NEEDED
)
def release(request: HttpRequest, reservation_id: RowId) -> HttpResponse:
    """Give everything back. Needs `Idempotency-Key` and `purchases:write`."""
    actor, club = caller(request, "purchases:write")
    entry = ReleaseEntry(actor, reservation_id, idempotency_key(request))
    outcome = recorded_already(request) or end_one(club, entry)
    return outcome_answer(outcome, outcome.answer)


def _reservation(made: Reservation) -> dict[str, Any]:
    return {
        "reservation_id": made.id,
        "member_id": made.member_id,
        "branch_id": made.branch_id,
        "points": made.points,
        "credit": made.credit,
        "voucher_code": made.voucher.code if made.voucher else None,
        "status": made.status,
        "expires_at": made.expires_at,
        "purchase_id": made.purchase_id,
    }
