"""Who is logged in: staff with a password, members with a one-time code.

A session is one or the other, never both: logging in starts a fresh session.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib.auth import authenticate, login, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from vafa.club.actions.audit import STRANGER, record_audit
from vafa.club.actions.clubs import thing_of_staff
from vafa.club.actor import BRANCH_MANAGER, Actor
from vafa.club.models import Member, Staff, User
from vafa.club.reads.context import ClubContext, club_context
from vafa.core.errors import DomainError, Forbidden
from vafa.web.shared.context import use_club
from vafa.web.shared.errors import error_response
from vafa.web.shared.throttle import count_failure, forget_failures, refuse_after_failures

P = ParamSpec("P")
_STAFF = "staff_id"
_MEMBER = "member_id"


class PageRequest(HttpRequest):
    """A request after ``staff_page`` or ``member_page``: who, and in which club."""

    actor: Actor
    club: ClubContext
    staff: Staff
    member: Member


Page = Callable[Concatenate[PageRequest, P], HttpResponse]


class WrongPassword(DomainError):
    code = "wrong_password"
    status = 422
    fa = "نام کاربری یا گذرواژه درست نیست."
    en = "The user name or the password is wrong."


def login_staff(request: HttpRequest, username: str, password: str) -> Staff:
    """Start a staff session. Raises WrongPassword, TooManyTries (ten failures in 15 minutes)."""
    name = username.strip().lower()
    refuse_after_failures("staff", name)
    user = authenticate(request, username=name, password=password)
    role = user and _role_of(user)
    if not isinstance(user, User) or not role:
        with transaction.atomic():
            count_failure("staff", name)
            _audit_failure(name)
        raise WrongPassword
    with transaction.atomic():
        forget_failures("staff", name)
        logout(request)
        login(request, user)
        request.session[_STAFF] = role.id
        _audit(role, staff_actor(role).label, "login.succeeded")
    return role


def logout_staff(request: HttpRequest) -> None:
    """End the session."""
    staff = _current_staff(request)
    with transaction.atomic():
        logout(request)
        if staff is not None:
            _audit(staff, staff_actor(staff).label, "logout")


def login_member(request: HttpRequest, member: Member) -> None:
    """Start a member's session (after her code was checked)."""
    logout(request)
    request.session.cycle_key()
    request.session[_MEMBER] = member.id
    request.session.set_expiry(30 * 24 * 3600)


def logout_member(request: HttpRequest) -> None:
    """End the session."""
    logout(request)


def current_member(request: HttpRequest) -> Member | None:
    """The active member of this session, on pages that strangers see too."""
    return Member.objects.filter(pk=request.session.get(_MEMBER, 0), is_active=True).first()


def staff_page(*roles: str, login_url: str) -> Callable[[Page[P]], Callable[..., HttpResponse]]:
    """Only staff in ``roles`` see the page; others get 403, strangers the login page.

    Sets ``request.actor``, ``request.club`` and ``request.staff``; renders DomainErrors.
    """

    def decorate(view: Page[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def page(request: PageRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            staff = _current_staff(request)
            if staff is None:
                return _to_login(request, login_url)
            request.staff, request.actor = staff, staff_actor(staff)
            request.club = club_context(staff.club_id)
            use_club(request, request.club)
            return _guarded(request, roles, view, *args, **kwargs)

        return page

    return decorate


def member_page(view: Page[P]) -> Callable[..., HttpResponse]:
    """Only a logged-in, active member sees the page. Sets ``request.member``, ``actor``, ``club``."""

    @wraps(view)
    def page(request: PageRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        member = current_member(request)
        if member is None:
            return _to_login(request, "portal:login")
        request.member = member
        request.actor = Actor("member", member.id, member.club_id)
        request.club = club_context(member.club_id)
        use_club(request, request.club)
        return _guarded(request, (), view, *args, **kwargs)

    return page


def staff_actor(staff: Staff) -> Actor:
    """The actor that a staff role stands for; a role with a branch works only there, and a manager
    with a branch manages nothing else."""
    branches = None if staff.branch_id is None else frozenset({staff.branch_id})
    role = BRANCH_MANAGER if staff.role == "manager" and branches else staff.role
    return Actor("staff", staff.id, staff.club_id, role, branches)


def _current_staff(request: HttpRequest) -> Staff | None:
    if not request.user.is_authenticated:
        return None
    return (
        Staff.objects.filter(
            pk=request.session.get(_STAFF, 0), user_id=request.user.pk, is_active=True
        )
        .select_related("user", "branch")
        .first()
    )


def _audit_failure(name: str) -> None:
    """A try at a login that exists, in every club that it belongs to; other names are nobody's.

    The throttle of failures bounds how many of them there are.
    """
    for staff in Staff.objects.filter(user__username=name).select_related("user"):
        _audit(staff, STRANGER, "login.failed")


def _audit(staff: Staff, actor: str, action: str) -> None:
    record_audit(staff.club_id, actor, action, thing_of_staff(staff), branch_id=staff.branch_id)


def _role_of(user: Any) -> Staff | None:
    return Staff.objects.filter(user=user, is_active=True).order_by("id").first()


def _to_login(request: HttpRequest, login_url: str) -> HttpResponse:
    target = f"{reverse(login_url)}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def _guarded(
    request: PageRequest, roles: tuple[str, ...], view: Page[P], *args: P.args, **kwargs: P.kwargs
) -> HttpResponse:
    try:
        if roles and request.actor.role not in roles:
            raise Forbidden
        return view(request, *args, **kwargs)
    except DomainError as error:
        return error_response(request, error)
