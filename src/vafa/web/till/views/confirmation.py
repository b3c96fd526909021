"""The member confirms a payment at the till."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vafa.club.access import access_member
from vafa.core.errors import DomainError
from vafa.engage.actions.till_codes import request_till_code
from vafa.web.shared.errors import FRAGMENT_HEADER
from vafa.web.shared.htmx import trigger
from vafa.web.shared.origin import client_address
from vafa.web.till.confirming import confirm
from vafa.web.till.pages import TillRequest, till_page
from vafa.web.till.refusals import said

CONFIRMED_EVENT = "till:confirmed"


@require_POST
@till_page
def take_code(request: TillRequest, member_id: int) -> HttpResponse:
    """The code that she shows or reads; the bill is previewed again when it is right."""
    member = access_member(request.actor, member_id)
    try:
        confirm(request, member, request.POST.get("member_code", "")[:20])
    except DomainError as error:
        return _part(request, member_id, problem=said(error), status=error.status)
    return trigger(_part(request, member_id, confirmed=True), CONFIRMED_EVENT, {"id": member_id})


@require_POST
@till_page
def send_code(request: TillRequest, member_id: int) -> HttpResponse:
    """Send a code to her mobile."""
    member = access_member(request.actor, member_id)
    if not member.mobile:
        problem = _("The club does not know her mobile. She can show the code of her card page.")
        return _part(request, member_id, problem=problem, status=422)
    try:
        request_till_code(request.club, member.mobile, address=client_address(request))
    except DomainError as error:
        return _part(request, member_id, problem=said(error), status=error.status)
    return _part(request, member_id, sent=True)


def _part(
    request: TillRequest, member_id: int, *, status: int = 200, **context: object
) -> HttpResponse:
    response = render(
        request, "till/_confirm.html", {"confirm_member": member_id, **context}, status=status
    )
    response.headers[FRAGMENT_HEADER] = "1"
    return response
