"""The membership fee is paid at the till."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from vafa.club.access import access_member
from vafa.core.errors import InvalidInput
from vafa.flows.fees import pay_fee
from vafa.web.till.pages import TillRequest, till_page
from vafa.web.till.refusals import said
from vafa.web.till.views.members import pane


@require_POST
@till_page
def take_fee(request: TillRequest, member_id: int) -> HttpResponse:
    """She paid for the next period; asked again with the same key, or by a page that knows of less
    than is paid, nothing more happens."""
    member, key = access_member(request.actor, member_id), request.POST.get("key", "")
    if not key or len(key) > 128 or "\x00" in key:
        raise InvalidInput(field="key")
    outcome = pay_fee(
        request.club,
        request.actor,
        member.id,
        branch_id=request.branch.id,
        key=key,
        seen=request.POST.get("seen"),
    )
    if outcome.error is not None:
        return pane(request, member, pane_problem=said(outcome.error))
    return pane(request, access_member(request.actor, member_id), fee_paid=True)
