"""The card that she shows at the till, with the code that changes."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vafa.club.actions.card_codes import card_code
from vafa.club.models import Card
from vafa.core.clock import now
from vafa.core.errors import NotFound
from vafa.web.portal.pages import portal_page, portal_render
from vafa.web.shared.htmx import is_htmx
from vafa.web.shared.sessions import PageRequest


@require_safe
@portal_page
def card(request: PageRequest) -> HttpResponse:
    """Her newest card that is not closed, as a QR code and in digits; the code beside it changes
    each half minute, and the QR code says it too."""
    found = Card.objects.filter(member_id=request.member.id, is_active=True).order_by("-id").first()
    if found is None:
        raise NotFound
    groups = " ".join(found.number[i : i + 4] for i in range(0, len(found.number), 4))
    code, _left = card_code(request.club.id, request.member.id, now())
    context = {
        "number": found.number,
        "groups": groups,
        "code": code,
        "scanned": f"{found.number}*{code}",
    }
    if is_htmx(request):
        return render(request, "portal/_card_code.html", {**context, "member": request.member})
    return portal_render(request, "portal/card.html", context, tab="card")
