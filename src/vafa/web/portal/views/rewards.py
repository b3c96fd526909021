"""What her points buy, and the vouchers that she has."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.club.reads.members import with_merged
from vafa.core.errors import InvalidInput, NotFound
from vafa.core.idempotency import KeyInFlight
from vafa.flows.redemptions import cancel_redemption, redeem_reward
from vafa.program.access import access_reward
from vafa.program.models import Reward
from vafa.program.reads.draws import has_draws
from vafa.program.reads.redemptions import latest_redemption
from vafa.program.reads.rewards import list_rewards
from vafa.program.reads.standing import standing
from vafa.web.portal.pages import portal_page, portal_render, whole_number
from vafa.web.portal.shelf import her_vouchers, is_shown, offered, reward_tabs, within_reach
from vafa.web.shared.context import current_lang
from vafa.web.shared.errors import with_patience
from vafa.web.shared.offers import SaidVoucher
from vafa.web.shared.sessions import PageRequest


@require_safe
@portal_page
def rewards(request: PageRequest) -> HttpResponse:
    """Rewards within reach, those that are near, and her vouchers with their state."""
    available = standing(request.club, request.member.id).available
    affordable, later = within_reach(request, list_rewards(request.club.id), available)
    show, tabs = reward_tabs(request.GET.get("show", ""), [*affordable, *later])
    context = {
        "available": available,
        "tabs": tabs,
        "affordable": [each for each in affordable if is_shown(each, show)],
        "later": [each for each in later if is_shown(each, show)],
        "vouchers": her_vouchers(request),
        "has_draws": has_draws(request.club.id),
    }
    return portal_render(request, "portal/rewards.html", context, tab="rewards")


@require_http_methods(["GET", "POST"])
@portal_page
def reward(request: PageRequest, reward_id: int) -> HttpResponse:
    """One reward: asks before it takes the points, once however often the button is pressed."""
    found = access_reward(request.actor, reward_id)
    available = standing(request.club, request.member.id).available
    context = {
        "offered": offered(request, [found], available)[0],
        "available": available,
        "left": available - found.points,
        "key": uuid4(),
        "seen": _seen(request, found),
    }
    if request.method != "POST":
        return portal_render(request, "portal/reward.html", context, tab="rewards")
    outcome = redeem_reward(
        request.club,
        member_id=request.member.id,
        reward_id=found.id,
        actor=request.actor,
        key=_key(request.POST.get("key", "")),
        after=whole_number(request.POST.get("seen", "")),
    )
    if outcome.error is not None:
        context["refusal"] = outcome.error.message(current_lang())
        if isinstance(outcome.error, KeyInFlight):  # a fresh key could redeem a second time
            context["key"] = request.POST["key"]
        status = outcome.error.status
        page = portal_render(request, "portal/reward.html", context, tab="rewards", status=status)
        return with_patience(page, outcome.error)
    code = outcome.answer["voucher_code"]
    return HttpResponseRedirect(reverse("portal:voucher", args=[code]) + "?new=1")


@require_safe
@portal_page
def voucher(request: PageRequest, code: str) -> HttpResponse:
    """One voucher of hers: code, QR, conditions and state."""
    context = {"held": _hers(request, code), "is_new": request.GET.get("new") == "1"}
    return portal_render(request, "portal/voucher.html", {**context, "key": uuid4()}, tab="rewards")


@require_POST
@portal_page
def give_up(request: PageRequest, code: str) -> HttpResponse:
    """An unused reward is given up and its points come back, once however often it is asked."""
    found = _hers(request, code)
    if found.voucher.redemption_id is None:
        raise NotFound
    outcome = cancel_redemption(
        request.club,
        redemption_id=found.voucher.redemption_id,
        member_id=request.member.id,
        actor=request.actor,
        key=_key(request.POST.get("key", "")),
    )
    if outcome.error is None:
        return HttpResponseRedirect(reverse("portal:voucher", args=[code]))
    context = {
        "held": _hers(request, code),
        "key": uuid4(),
        "refusal": outcome.error.message(current_lang()),
    }
    status = outcome.error.status
    page = portal_render(request, "portal/voucher.html", context, tab="rewards", status=status)
    return with_patience(page, outcome.error)


def _seen(request: PageRequest, reward: Reward) -> int:
    """Her newest redemption of the reward: a page of before it would take it once more unasked."""
    return latest_redemption(with_merged(request.member.id), reward.id)


def _hers(request: PageRequest, code: str) -> SaidVoucher:
    """Her voucher of that code. Raises NotFound."""
    found = next((held for held in her_vouchers(request) if held.voucher.code == code), None)
    if found is None:
        raise NotFound
    return found


def _key(text: str) -> str:
    """The form's one-time key. Raises InvalidInput when it is not one that we made."""
    try:
        return str(UUID(text))
    except ValueError as error:
        raise InvalidInput(field="key") from error
