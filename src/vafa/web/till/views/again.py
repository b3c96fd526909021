"""A session ended in the middle of the work: the same person logs in where she stands."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from vafa.club.access import access_branches, staff_actor
from vafa.club.models import Staff
from vafa.club.reads.staff import staff_with_scope
from vafa.core.errors import DomainError
from vafa.web.shared.errors import FRAGMENT_HEADER
from vafa.web.shared.htmx import redirect, trigger
from vafa.web.shared.sessions import finish_login, is_half_in, login_staff, staff_number
from vafa.web.till.pages import keep_branch
from vafa.web.till.refusals import said
from vafa.web.till.tickets import Head, read_head

AGAIN_EVENT = "till:again"


@never_cache
@require_http_methods(["GET", "POST"])
def again(request: HttpRequest) -> HttpResponse:
    """The login of whoever the page that asks was made for, by its signed head: her password, then
    her second step where she has one. When she is in, her branch is as it was, and the page goes on
    (``till:again``); what we did not sign leads to the whole login.
    """
    sent = request.POST if request.method == "POST" else request.GET
    head = _head(sent.get("head", ""))
    number = head.staff if head is not None else 0
    staff = staff_with_scope().filter(pk=number, is_active=True).first()
    if head is None or staff is None:
        return redirect(request, reverse("till:login"))
    if staff_number(request) == staff.pk:
        return _is_in(request, head, staff)
    context = {"head": sent["head"], "who": staff.user, "problem": "", "wants_code": False}
    if request.method == "GET":
        return _form(request, context)
    try:
        if _log_in(request, staff):
            return _is_in(request, head, staff)
    except DomainError as error:
        wants_code = is_half_in(request)
        return _form(request, {**context, "problem": said(error), "wants_code": wants_code}, error)
    return _form(request, {**context, "wants_code": True})


def _log_in(request: HttpRequest, staff: Staff) -> bool:
    """Whether she is in; False when the second step is to come."""
    code = request.POST.get("code", "")
    if code:
        finish_login(request, code[:20])
        return True
    return login_staff(request, staff.user.username, request.POST.get("password", "")[:128])


def _is_in(request: HttpRequest, head: Head, staff: Staff) -> HttpResponse:
    if staff_number(request) != staff.pk:
        # One login of several clubs opens the first of them: this page is of another.
        return redirect(request, reverse("till:home"))
    branches = access_branches(staff_actor(staff))
    branch = next((one for one in branches if one.id == head.branch), None)
    if branch is not None:
        keep_branch(request, branch)
    return trigger(HttpResponse(), AGAIN_EVENT, {})


def _form(
    request: HttpRequest, context: dict[str, object], error: DomainError | None = None
) -> HttpResponse:
    status = error.status if error is not None else 200
    response = render(request, "till/_again.html", context, status=status)
    response.headers[FRAGMENT_HEADER] = "1"
    return response


def _head(sent: str) -> Head | None:
    try:
        return read_head(json.loads(sent[:1000]))[0]
    except ValueError:
        return None
