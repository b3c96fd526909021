"""Vouchers: what codes would give, those of a member, and codes in any number."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from vafa.club.access import access_member
from vafa.club.reads.context import ClubContext
from vafa.core.errors import InvalidInput
from vafa.flows.previews import preview_purchase
from vafa.flows.voucher_series import end_code, give_code, made_series
from vafa.program.models import VoucherSeries
from vafa.program.reads.offer_names import offer_names
from vafa.program.reads.rewards import MemberVoucher, member_vouchers
from vafa.program.reads.series import codes_page, find_series, list_series
from vafa.program.rules.offer_words import OfferNames, conditions_words, offer_words
from vafa.web.api.auth import KEY_NEEDED, caller, idempotency_key
from vafa.web.api.language import language_of
from vafa.web.api.parsing import check_offset, known_member, purchase_entry
from vafa.web.api.purchase_schemas import PurchaseIn
from vafa.web.api.rendering import json_answer, outcome_answer, raise_refusal
from vafa.web.api.schemas import REFUSED, ProblemOut, RowId
from vafa.web.api.segment_schemas import After
from vafa.web.api.voucher_schemas import (
    CancelCodeIn,
    CancelledCodeOut,
    CodesOut,
    GiveCodeIn,
    GivenCodeOut,
    SeriesIn,
    SeriesListOut,
    SeriesOut,
    VoucherCheckOut,
    VouchersOut,
)
from vafa.web.shared.guessing import count_guess, refuse_guessers

router = Router(tags=["vouchers"])
_MOST = 1_000
_MOST_OF_MEMBER = 500


@router.post(
    "/vouchers/check", response={200: VoucherCheckOut, REFUSED: ProblemOut, 429: ProblemOut}
)
def check_vouchers(request: HttpRequest, body: PurchaseIn) -> HttpResponse:
    """What the codes would take off this bill, by line; nothing is written. Needs
    `purchases:read`.

    A code that nobody has, that is used up, expired or another member's: one answer for all,
    `voucher_unusable`. Short codes may not be tried too often.
    """
    actor, club = caller(request, "purchases:read")
    entry = purchase_entry(body, actor, club, "")
    if not entry.codes:
        raise InvalidInput(field="vouchers")
    refuse_guessers(actor, entry.member, entry.codes)
    outcome = preview_purchase(club, entry)
    count_guess(actor, entry.member, entry.codes, outcome.error)
    raise_refusal(outcome)
    answer = outcome.answer
    return json_answer(
        {
            "total": entry.total,
            "discount": answer["discount"],
            "to_pay": entry.total - answer["discount"],
            "free_delivery": answer["free_delivery"],
            "vouchers": answer["vouchers"],
            "unused_vouchers": answer["unused_vouchers"],
        }
    )


@router.get("/members/{int:member_id}/vouchers", response={200: VouchersOut, REFUSED: ProblemOut})
def list_member_vouchers(request: HttpRequest, member_id: RowId) -> HttpResponse:
    """A member's vouchers with their state, newest first. Needs `members:read`."""
    actor, club = caller(request, "members:read")
    member = access_member(actor, member_id)
    found = member_vouchers(club.id, member.id, limit=_MOST_OF_MEMBER)
    names, lang = offer_names(club.id, [v.terms for v in found]), language_of(request)
    return json_answer({"items": [_voucher(club, v, names, lang) for v in found]})


@router.get("/voucher-series", response={200: SeriesListOut, REFUSED: ProblemOut})
def get_series_list(request: HttpRequest) -> HttpResponse:
    """The series of codes, newest first. Needs `rewards:read`."""
    _, club = caller(request, "rewards:read")
    return json_answer({"items": [_series(one) for one in list_series(club.id)]})


@router.post(
    "/voucher-series",
    response={201: SeriesOut, REFUSED: ProblemOut},
    openapi_extra=KEY_NEEDED,
)
def create_series(request: HttpRequest, body: SeriesIn) -> HttpResponse:
    """Make codes. Needs `Idempotency-Key` and `redemptions:write`. The worker makes them: `made`
    says how many are there."""
    actor, club = caller(request, "redemptions:write")
    for field in ("starts_at", "expires_at"):
        check_offset(getattr(body, field), field)
    outcome = made_series(club, actor, key=idempotency_key(request), **body.model_dump())
    if outcome.error is None:
        answer = _series(find_series(club.id, outcome.answer["series_id"]))
        return outcome_answer(outcome, answer)
    return outcome_answer(outcome, outcome.answer)


@router.get("/voucher-series/{int:series_id}/codes", response={200: CodesOut, REFUSED: ProblemOut})
def list_codes(
    request: HttpRequest, series_id: RowId, after: After = 0, limit: int = 100
) -> HttpResponse:
    """The codes of a series in order (`after` continues). Needs `redemptions:write`."""
    _, club = caller(request, "redemptions:write")
    series = find_series(club.id, series_id)
    count = min(max(limit, 1), _MOST)
    rows = codes_page(series.pk, after=after, limit=count)
    items = [
        {
            "code": row.code,
            "member_id": row.member_id,
            "times_used": row.times,
            "taken_off": row.amount,
            "is_cancelled": row.last == "cancelled" or series.cancelled_at is not None,
        }
        for row in rows
    ]
    return json_answer({"items": items, "next_after": rows[-1].id if len(rows) == count else None})


@router.post(
    "/vouchers", response={201: GivenCodeOut, REFUSED: ProblemOut}, openapi_extra=KEY_NEEDED
)
def create_voucher(request: HttpRequest, body: GiveCodeIn) -> HttpResponse:
    """Give the next free code of a series to a member. Needs `Idempotency-Key` and
    `redemptions:write`."""
    actor, club = caller(request, "redemptions:write")
    outcome = give_code(
        club,
        series_id=body.series_id,
        member_id=known_member(club, body.member),
        actor=actor,
        key=idempotency_key(request),
    )
    return outcome_answer(outcome, outcome.answer)


@router.post(
    "/vouchers/cancel",
    response={201: CancelledCodeOut, REFUSED: ProblemOut},
    openapi_extra=KEY_NEEDED,
)
def cancel_voucher(request: HttpRequest, body: CancelCodeIn) -> HttpResponse:
    """From now on this code does not work. Needs `Idempotency-Key` and `redemptions:write`."""
    actor, club = caller(request, "redemptions:write")
    key = idempotency_key(request)
    outcome = end_code(club, code=body.code.strip(), actor=actor, key=key)
    return outcome_answer(outcome, outcome.answer)


def _voucher(club: ClubContext, v: MemberVoucher, names: OfferNames, lang: str) -> dict[str, Any]:
    unit = club.display_unit
    called = v.reward_name_en if lang == "en" and v.reward_name_en else v.reward_name
    return {
        "code": v.code,
        "kind": v.kind,
        "text": offer_words(v.kind, v.left, v.terms, unit, lang, names) or called,
        "conditions": conditions_words(v.min_basket, v.terms, unit, lang, names, kind=v.kind),
        "left": v.left,
        "min_basket": v.min_basket,
        "max_uses": v.max_uses,
        "times_used": v.times,
        "state": v.state,
        "starts_at": v.starts_at,
        "expires_at": v.expires_at,
    }


def _series(series: VoucherSeries) -> dict[str, Any]:
    return {
        "series_id": series.pk,
        "name": series.name,
        "kind": series.kind,
        "value": series.value,
        "min_basket": series.min_basket,
        "max_uses": series.max_uses,
        "terms": series.terms,
        "starts_at": series.starts_at,
        "expires_at": series.expires_at,
        "wanted": series.wanted,
        "made": series.made,
        "is_cancelled": series.cancelled_at is not None,
    }
