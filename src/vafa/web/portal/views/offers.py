"""What stands open for her, all of it."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from vafa.commerce.reads.usual import usual_purchase
from vafa.program.reads.rewards import list_rewards
from vafa.program.reads.standing import standing
from vafa.web.portal.offers import given_vouchers, her_offers
from vafa.web.portal.pages import portal_page, portal_render
from vafa.web.portal.shelf import her_vouchers, is_shown, within_reach
from vafa.web.shared.sessions import PageRequest

_MOST = 50
_NEAR_SHOWN = 3


@require_safe
@portal_page
def offers(request: PageRequest) -> HttpResponse:
    """What was given to her, what holds for her now, what her next purchase would bring, what
    comes, and the rewards that are almost hers."""
    club, member = request.club, request.member
    now = standing(club, member.id)
    _, later = within_reach(request, list_rewards(club.id), now.available)
    usual = usual_purchase(member.id)
    found = her_offers(request, now.tier.code if now.tier else None, _MOST, usual)
    context = {
        "given": given_vouchers(her_vouchers(request)),
        "offers": found,
        "next": found.next,
        "near": [each for each in later if is_shown(each, "near")][:_NEAR_SHOWN],
    }
    return portal_render(request, "portal/offers.html", context, tab="home")
