"""Rewards and redemptions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from vafa.club.errors import UnknownMember
from vafa.club.reads.members import find_members
from vafa.flows.redemptions import cancel_redemption, redeem_reward
from vafa.program.models import Reward
from vafa.program.reads.offer_names import offer_names
from vafa.program.reads.rewards import list_rewards, terms_of
from vafa.program.rules.offer_words import OfferNames, offer_words
from vafa.web.api.auth import KEY_NEEDED, caller, idempotency_key
from vafa.web.api.language import language_of
from vafa.web.api.parsing import member_ref
from vafa.web.api.rendering import json_answer, outcome_answer
from vafa.web.api.reward_schemas import CancelledOut, RedemptionIn, RedemptionOut, RewardOut
from vafa.web.api.schemas import REFUSED, ProblemOut, RowId

router = Router(tags=["rewards"])


@router.get("/rewards", response={200: list[RewardOut], REFUSED: ProblemOut})
def get_rewards(request: HttpRequest) -> HttpResponse:
    """The club's active rewards, cheapest first."""
    _, club = caller(request, "rewards:read")
    lang = language_of(request)
    found = list_rewards(club.id)
    names = offer_names(club.id, [terms_of(reward.terms) for reward in found])
    return json_answer([_reward(one, club.display_unit, lang, names) for one in found])


@router.post(
    "/redemptions",
    response={201: RedemptionOut, REFUSED: ProblemOut},
    openapi_extra=KEY_NEEDED,
)
def create_redemption(request: HttpRequest, body: RedemptionIn) -> HttpResponse:
    """Points for a reward. Needs `Idempotency-Key` and the scope `redemptions:write`.

    The points are held until its voucher is used, and come back when it is given up or runs out.
    """
    actor, club = caller(request, "redemptions:write")
    key = idempotency_key(request)
    ref = member_ref(body.member)
    member = find_members(club.id, [ref]).get(ref)
    if member is None:
        raise UnknownMember
    outcome = redeem_reward(
        club, member_id=member.id, reward_id=body.reward_id, actor=actor, key=key
    )
    return outcome_answer(outcome, outcome.answer)


@router.post(
    "/redemptions/{int:redemption_id}/cancel",
    response={201: CancelledOut, REFUSED: ProblemOut},
    openapi_extra=KEY_NEEDED,
)
def cancel(request: HttpRequest, redemption_id: RowId) -> HttpResponse:
    """Give an unused reward up; its points come back. Needs `Idempotency-Key` and
    `redemptions:write`."""
    actor, club = caller(request, "redemptions:write")
    key = idempotency_key(request)
    outcome = cancel_redemption(club, redemption_id=redemption_id, actor=actor, key=key)
    return outcome_answer(outcome, outcome.answer)


def _reward(reward: Reward, unit: str, lang: str, names: OfferNames) -> dict[str, Any]:
    terms = terms_of(reward.terms)
    return {
        "id": reward.id,
        "name": reward.name if lang == "fa" or not reward.name_en else reward.name_en,
        "kind": reward.kind,
        "points": reward.points,
        "value": reward.value,
        "min_basket": reward.min_basket,
        "valid_days": reward.valid_days,
        "stock": reward.stock,
        "text": offer_words(reward.kind, reward.value, terms, unit, lang, names),
        "terms": reward.terms,
        "max_uses": reward.max_uses,
        "starts_at": reward.starts_at,
        "ends_at": reward.ends_at,
        "tiers": reward.tiers,
        "segment": reward.segment,
        "per_member": reward.per_member,
    }
