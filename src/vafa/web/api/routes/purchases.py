"""Purchases, previews and returns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from vafa.commerce.access import access_purchase
from vafa.commerce.errors import UnknownDocument
from vafa.commerce.reads.documents import documents_of
from vafa.commerce.reads.listing import purchase_detail, purchases_page
from vafa.core.errors import DomainError
from vafa.flows.deliveries import record_delivery
from vafa.flows.entries import Outcome, PurchaseEntry
from vafa.flows.previews import preview_purchase
from vafa.flows.returns import record_returns
from vafa.web.api.auth import KEY_NEEDED, caller, idempotency_key
from vafa.web.api.direct import recorded_already
from vafa.web.api.errors import domain_problem
from vafa.web.api.invoice_schemas import InvoiceOut, invoice_body
from vafa.web.api.language import language_of
from vafa.web.api.parsing import check_offset, purchase_entry, return_entry
from vafa.web.api.purchase_schemas import (
    BatchIn,
    BatchOut,
    DeliveryIn,
    DeliveryOut,
    PreviewOut,
    PurchaseIn,
    PurchaseOut,
    ReturnIn,
    ReturnOut,
)
from vafa.web.api.rendering import (
    json_answer,
    outcome_answer,
    preview_body,
    purchase_body,
    raise_refusal,
)
from vafa.web.api.schemas import REFUSED, ProblemOut, RowId
from vafa.web.shared.guessing import (
    count_guess,
    record_batch_watched,
    record_watched,
    refuse_guessers,
)

router = Router(tags=["purchases"])


@router.post(
    "/purchases",
    response={201: PurchaseOut, 200: PurchaseOut, REFUSED: ProblemOut, 429: ProblemOut},
    openapi_extra=KEY_NEEDED,
)
def create_purchase(request: HttpRequest, body: PurchaseIn) -> HttpResponse:
    """Record a purchase. Needs `Idempotency-Key` and the scope `purchases:write`."""
    actor, club = caller(request, "purchases:write")
    entry = purchase_entry(body, actor, club, idempotency_key(request))
    outcome = recorded_already(request) or record_watched(club, entry, source="api")
    return outcome_answer(outcome, purchase_body(club, outcome.answer, language_of(request)))


@router.post("/purchases/preview", response={200: PreviewOut, REFUSED: ProblemOut, 429: ProblemOut})
def preview(request: HttpRequest, body: PurchaseIn) -> HttpResponse:
    """What recording this purchase would answer now, and why; and which rules it misses, those
    first that a little more money would bring. Nothing is written."""
    actor, club = caller(request, "purchases:read")
    entry = purchase_entry(body, actor, club, "")
    refuse_guessers(actor, entry.member, entry.codes)
    outcome = preview_purchase(club, entry)
    count_guess(actor, entry.member, entry.codes, outcome.error)
    raise_refusal(outcome)
    return json_answer(preview_body(club, outcome.answer, language_of(request)))


@router.post("/purchases/batch", response={200: BatchOut, REFUSED: ProblemOut})
def create_purchases(request: HttpRequest, body: BatchIn) -> HttpResponse:
    """Record up to 1,000 purchases; each carries its own key and succeeds or is refused alone."""
    actor, club = caller(request, "purchases:write")
    lang = language_of(request)
    outcomes: list[Outcome | None] = [None] * len(body.items)
    entries: list[PurchaseEntry] = []
    places: list[int] = []
    for place, item in enumerate(body.items):
        try:
            entries.append(purchase_entry(item, actor, club, item.idempotency_key))
            places.append(place)
        except DomainError as error:
            outcomes[place] = Outcome("refused", {}, error)
    for place, outcome in zip(places, record_batch_watched(club, entries), strict=True):
        outcomes[place] = outcome
    items: list[dict[str, Any]] = []
    for done in outcomes:
        assert done is not None
        if done.error is not None:
            items.append({"status": done.status, "problem": domain_problem(done.error, lang)})
        else:
            purchase = purchase_body(club, done.answer, lang)
            items.append({"status": done.status, "purchase": purchase})
    return json_answer({"items": items})


@router.get("/purchases/{int:purchase_id}", response={200: PurchaseOut, REFUSED: ProblemOut})
def get_purchase(request: HttpRequest, purchase_id: int) -> HttpResponse:
    """A purchase with its lines and returns."""
    actor, _ = caller(request, "purchases:read")
    return json_answer(purchase_detail(access_purchase(actor, purchase_id)))


@router.get("/purchases/{int:purchase_id}/invoice", response={200: InvoiceOut, REFUSED: ProblemOut})
def get_invoice(request: HttpRequest, purchase_id: int) -> HttpResponse:
    """The invoice of a purchase as it was issued, and the documents of what came back of it."""
    actor, _ = caller(request, "purchases:read")
    found = documents_of(access_purchase(actor, purchase_id).pk)
    if not found:
        raise UnknownDocument
    return json_answer(invoice_body(found))


@router.get("/purchases", response={200: dict[str, Any], REFUSED: ProblemOut})
def list_purchases(
    request: HttpRequest,
    since: datetime | None = None,
    until: datetime | None = None,
    after: int = 0,
    limit: int = 100,
) -> HttpResponse:
    """Purchases of the key's branches by number, newest last; `after` continues a listing."""
    actor, club = caller(request, "purchases:read")
    check_offset(since, "since")
    check_offset(until, "until")
    page = purchases_page(
        club.id,
        actor.branch_ids,
        since=since,
        until=until,
        after=after,
        limit=min(max(limit, 1), 500),
    )
    return json_answer(page)


@router.post(
    "/returns",
    response={201: ReturnOut, 200: ReturnOut, REFUSED: ProblemOut},
    openapi_extra=KEY_NEEDED,
)
def create_return(request: HttpRequest, body: ReturnIn) -> HttpResponse:
    """Return a purchase, whole or in part. Needs `Idempotency-Key` and `purchases:write`."""
    actor, club = caller(request, "purchases:write")
    entry = return_entry(body, actor, idempotency_key(request))
    outcome = record_returns(club, [entry])[0]
    return outcome_answer(outcome, outcome.answer)


@router.post(
    "/purchases/{int:purchase_id}/delivery",
    response={201: DeliveryOut, REFUSED: ProblemOut},
    openapi_extra=KEY_NEEDED,
)
def create_delivery(request: HttpRequest, purchase_id: RowId, body: DeliveryIn) -> HttpResponse:
    """Report that a purchase was delivered: points that waited for it can be spent. Needs
    `Idempotency-Key` and `purchases:write`."""
    actor, club = caller(request, "purchases:write")
    check_offset(body.delivered_at, "delivered_at")
    outcome = record_delivery(
        club,
        purchase_id=purchase_id,
        actor=actor,
        at=body.delivered_at,
        key=idempotency_key(request),
    )
    return outcome_answer(outcome, outcome.answer)
