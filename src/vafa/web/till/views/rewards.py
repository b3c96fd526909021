"""Points become rewards at the counter."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from vafa.club.access import access_member
from vafa.core.errors import InvalidInput
from vafa.flows.redemptions import cancel_redemption, hand_over, redeem_reward
from vafa.program.access import access_reward
from vafa.web.shared.context import current_lang
from vafa.web.shared.htmx import trigger
from vafa.web.till.bill import number_or_none, voucher_code
from vafa.web.till.pages import TillRequest, till_page
from vafa.web.till.refusals import said
from vafa.web.till.views.members import pane

VOUCHER_EVENT = "till:voucher"


@require_POST
@till_page
def redeem(request: TillRequest, member_id: int, reward_id: int) -> HttpResponse:
    """Spend her points on a reward; a voucher goes onto the bill that is open."""
    member = access_member(request.actor, member_id)
    reward = access_reward(request.actor, reward_id)
    outcome = redeem_reward(
        request.club,
        member_id=member.id,
        reward_id=reward.id,
        actor=request.actor,
        key=_key(request),
        after=number_or_none(request.POST.get("seen", "")),
    )
    if outcome.error is not None:
        return pane(request, member, pane_problem=said(outcome.error))
    name = (reward.name_en if current_lang() == "en" else "") or reward.name
    response = pane(request, member, redeemed=outcome.answer, reward_name=name)
    if outcome.answer["kind"] == "voucher":
        trigger(response, VOUCHER_EVENT, {"code": outcome.answer["voucher_code"]})
    return response


@require_POST
@till_page
def give(request: TillRequest, member_id: int) -> HttpResponse:
    """The product of a voucher changes hands."""
    member = access_member(request.actor, member_id)
    outcome = hand_over(
        request.club,
        voucher_code=voucher_code(request.POST.get("code", "")),
        member_id=member.id,
        actor=request.actor,
        key=_key(request),
    )
    if outcome.error is not None:
        return pane(request, member, pane_problem=said(outcome.error))
    return pane(request, member, handed=True)


@require_POST
@till_page
def give_up(request: TillRequest, member_id: int) -> HttpResponse:
    """An unused reward is given up; its points come back."""
    member = access_member(request.actor, member_id)
    number = number_or_none(request.POST.get("redemption", ""))
    if number is None:
        raise InvalidInput(field="redemption")
    outcome = cancel_redemption(
        request.club,
        redemption_id=number,
        member_id=member.id,
        actor=request.actor,
        key=_key(request),
    )
    if outcome.error is not None:
        return pane(request, member, pane_problem=said(outcome.error))
    return pane(request, member, given_up=outcome.answer)


def _key(request: TillRequest) -> str:
    key = request.POST.get("key", "")
    if not key or len(key) > 128 or "\x00" in key:
        raise InvalidInput(field="key")
    return key
