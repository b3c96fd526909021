"""The card that she shows at the till."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from vafa.club.models import Card
from vafa.core.errors import NotFound
from vafa.web.portal.pages import portal_page, portal_render
from vafa.web.shared.sessions import PageRequest


@require_safe
@portal_page
def card(request: PageRequest) -> HttpResponse:
    """Her newest card that is not closed, as a QR code and in digits."""
    found = Card.objects.filter(member_id=request.member.id, is_active=True).order_by("-id").first()
    if found is None:
        raise NotFound
    groups = " ".join(found.number[i : i + 4] for i in range(0, len(found.number), 4))
    context = {"number": found.number, "groups": groups}
    return portal_render(request, "portal/card.html", context, tab="card")
