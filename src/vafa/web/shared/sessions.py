"""Who is logged in: staff with a password, members with a one-time code.

A session is one or the other, never both: logging in starts a fresh session.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from vafa.club.access import staff_actor
from vafa.club.actions.audit import STRANGER, record_audit
from vafa.club.actions.clubs import thing_of_staff
from vafa.club.actions.second_factor import use_second_factor
from vafa.club.actions.sessions import forget_session, see_session
from vafa.club.actor import Actor
from vafa.club.models import Member, SecondFactor, Staff, User
from vafa.club.permissions import needs_second_factor
from vafa.club.reads.context import ClubContext, club_context
from vafa.club.reads.staff import second_factor_of, staff_with_scope
from vafa.club.staff_errors import WrongSecondFactor
from vafa.core.clock import now
from vafa.core.errors import DomainError, Forbidden
from vafa.core.looking import only_looking
from vafa.web.shared.context import use_calendar, use_club
from vafa.web.shared.errors import error_response
from vafa.web.shared.language import LANGUAGE_SESSION
from vafa.web.shared.origin import client_address
from vafa.web.shared.throttle import (
    count_failure,
    forget_failures,
    one_at_a_time,
    refuse_after_failures,
)

P = ParamSpec("P")
T = TypeVar("T")
_STAFF = "staff_id"
_MEMBER = "member_id"
_SAFE = frozenset({"GET", "HEAD"})
_SEEN = "seen_at"
_SEEN_SECONDS = 5 * 60
# Whose password was right, and when; the second step must follow soon.
_SECOND = "second_step"
_SECOND_SECONDS = 5 * 60
_FACTOR = "factor"
_MOST_WRONG_CODES = 5
_GUARD = "vafa_guard"
_BACKEND = "django.contrib.auth.backends.ModelBackend"


class PageRequest(HttpRequest):
    """A request after ``staff_page`` or ``member_page``: who, and in which club."""

    actor: Actor
    club: ClubContext
    staff: Staff
    member: Member


Page = Callable[Concatenate[PageRequest, P], HttpResponseBase]


class Guard(NamedTuple):
    """Who opens a page of the staff (see ``may_open``)."""

    names: tuple[str, ...]
    by_branch: bool


class WrongPassword(DomainError):
    code = "wrong_password"
    status = 422
    fa = "نام کاربری یا گذرواژه درست نیست."
    en = "The user name or the password is wrong."


class LoginOver(DomainError):
    """The password was typed too long ago, or not at all."""

    code = "login_over"
    status = 409
    fa = "زمان این ورود گذشته است؛ دوباره نام کاربری و گذرواژه را وارد کنید."
    en = "This login took too long; type your user name and password again."


def login_staff(request: HttpRequest, username: str, password: str) -> bool:
    """Start a staff session, or (False) the second step of one, which ``finish_login`` takes.

    Raises WrongPassword, TooManyTries (ten failures in 15 minutes).
    """
    name = username.strip().lower()
    refuse_after_failures("staff", name)
    user = authenticate(request, username=name, password=password)
    staff = user and _staff_of(user)
    if not isinstance(user, User) or not staff:
        with transaction.atomic():
            count_failure("staff", name)
            _audit_failure(name, "login.failed")
        raise WrongPassword
    with transaction.atomic():
        forget_failures("staff", name)
        if second_factor_of(staff.user) is None:
            _enter(request, staff)
            return True
        _leave(request)
        request.session[_SECOND] = [staff.id, now().timestamp()]
        request.session.set_expiry(_SECOND_SECONDS)
    return False


def is_half_in(request: HttpRequest) -> bool:
    """Whether the password was right a moment ago, and the second step is to come."""
    return _half_in(request) is not None


def finish_login(request: HttpRequest, code: str) -> int | None:
    """Start the staff session with a code of her app, or with a recovery code: then how many of
    those are left, else None.

    Raises WrongSecondFactor, TooManyTries (five wrong ones in 15 minutes), LoginOver.
    """
    staff = _half_in(request)
    if staff is None:
        raise LoginOver
    was_recovery = with_second_factor(
        staff.user.username,
        lambda: use_second_factor(staff.user, code),
        wrong=lambda: _audit_failure(staff.user.username, "login.second_failed"),
    )
    with transaction.atomic():
        _enter(request, staff)
    left = SecondFactor.objects.get(user=staff.user).recovery if was_recovery else None
    return len(left) if left is not None else None


def with_second_factor(
    username: str, act: Callable[[], T], *, wrong: Callable[[], None] = lambda: None
) -> T:
    """Do what takes a code of her app; tries that come together take turns, so that each of them is
    counted before the next. ``wrong`` is done with the count of a wrong one.

    Raises WrongSecondFactor, TooManyTries (five wrong ones in 15 minutes).
    """
    with transaction.atomic():
        one_at_a_time(_FACTOR, username)
        refuse_after_failures(_FACTOR, username, most=_MOST_WRONG_CODES)
        try:
            found = act()
        except WrongSecondFactor as error:
            count_failure(_FACTOR, username)
            wrong()
            refusal = error
        else:
            forget_failures(_FACTOR, username)
            return found
    raise refusal


def logout_staff(request: HttpRequest) -> None:
    """End the session."""
    staff = _current_staff(request)
    with transaction.atomic():
        _leave(request)
        if staff is not None:
            _audit(staff, staff_actor(staff).label, "logout")


def login_member(request: HttpRequest, member: Member) -> None:
    """Start a member's session (after her code was checked)."""
    _leave(request)
    request.session.cycle_key()
    request.session[_MEMBER] = member.id
    if member.language:
        request.session[LANGUAGE_SESSION] = member.language
    request.session.set_expiry(30 * 24 * 3600)
    _see(request, member.club_id, member_id=member.id)


def logout_member(request: HttpRequest) -> None:
    """End the session."""
    _leave(request)


def current_member(request: HttpRequest) -> Member | None:
    """The active member of this session, on pages that strangers see too."""
    return Member.objects.filter(pk=request.session.get(_MEMBER, 0), is_active=True).first()


def staff_page(
    *names: str, login_url: str, by_branch: bool = False, before_factor: bool = False
) -> Callable[[Page[P]], Callable[..., HttpResponseBase]]:
    """Only staff with one of these permissions see the page (see ``may_open``); others get 403,
    strangers the login page. Who must set up a second step first sees nothing but the pages for it,
    which say ``before_factor``.

    Sets ``request.actor``, ``request.club`` and ``request.staff``; renders DomainErrors.
    """

    def decorate(view: Page[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def page(request: PageRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            staff = _current_staff(request)
            if staff is None:
                return to_login(request, login_url)
            request.staff, request.actor = staff, staff_actor(staff)
            request.club = club_context(staff.club_id)
            use_club(request, request.club)
            if not before_factor and lacks_second_factor(staff, request.actor):
                return _go(request, reverse("panel:security"))
            _note_seen(request, staff.club_id, staff_id=staff.id)
            opens = may_open(request.actor, names, by_branch=by_branch)
            return _guarded(request, opens, view, *args, **kwargs)

        page.__dict__[_GUARD] = Guard(names, by_branch)
        return page

    return decorate


def guard_of(view: object) -> Guard | None:
    """Who opens a page, also when other decorators stand around its guard; None for no staff's."""
    found = getattr(view, _GUARD, None)
    return found if isinstance(found, Guard) else None


def member_page(view: Page[P]) -> Callable[..., HttpResponseBase]:
    """Only a logged-in, active member sees the page. Sets ``request.member``, ``actor``, ``club``."""

    @wraps(view)
    def page(request: PageRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        member = current_member(request)
        if member is None:
            return to_login(request, "portal:login")
        request.member = member
        request.actor = Actor("member", member.id, member.club_id)
        request.club = club_context(member.club_id)
        use_club(request, request.club)
        use_calendar(member.calendar)
        _note_seen(request, member.club_id, member_id=member.id)
        return _guarded(request, True, view, *args, **kwargs)

    return page


def may_open(actor: Actor, names: Sequence[str], *, by_branch: bool = False) -> bool:
    """Whether a page for who has one of these permissions (none: for all staff) opens to ``actor``.
    Who has only some of the branches opens what says that it keeps her to them."""
    return (by_branch or not actor.is_of_branches) and (not names or any(map(actor.may, names)))


def _current_staff(request: HttpRequest) -> Staff | None:
    if not request.user.is_authenticated:
        return None
    found = staff_with_scope().filter(
        pk=request.session.get(_STAFF, 0), user_id=request.user.pk, is_active=True
    )
    return found.first()


def staff_number(request: HttpRequest) -> int | None:
    """Which staff is logged in, if any, on pages that strangers see too."""
    staff = _current_staff(request)
    return staff.pk if staff is not None else None


def session_has_new_key(request: PageRequest, old: str) -> None:
    """After Django gave this session another key than ``old``, its row is made anew."""
    forget_session(old)
    _see(request, request.staff.club_id, staff_id=request.staff.id)


def lacks_second_factor(staff: Staff, actor: Actor) -> bool:
    """Whether her role must have a second step here, and she has none yet."""
    is_due = settings.SECOND_FACTOR and needs_second_factor(actor.role, actor.permissions)
    return is_due and second_factor_of(staff.user) is None


def _enter(request: HttpRequest, staff: Staff) -> None:
    """A fresh session of hers; she is told where her second step was taken away meanwhile."""
    _leave(request)
    login(request, staff.user, backend=_BACKEND)
    request.session[_STAFF] = staff.id
    _see(request, staff.club_id, staff_id=staff.id)
    _audit(staff, staff_actor(staff).label, "login.succeeded")
    if staff.user.factor_reset_at is not None:
        User.objects.filter(pk=staff.user.pk).update(factor_reset_at=None)
        messages.warning(
            request, _("The second step of your login was taken away. Set it up again.")
        )


def _leave(request: HttpRequest) -> None:
    if request.session.session_key:
        forget_session(request.session.session_key)
    logout(request)


def _half_in(request: HttpRequest) -> Staff | None:
    number, at = request.session.get(_SECOND, [0, 0.0])
    if abs(now().timestamp() - at) > _SECOND_SECONDS:
        return None
    return staff_with_scope().filter(pk=number, is_active=True, user__is_active=True).first()


def _note_seen(
    request: HttpRequest, club_id: int, *, staff_id: int | None = None, member_id: int | None = None
) -> None:
    """Once in five minutes, that somebody is there."""
    if abs(now().timestamp() - request.session.get(_SEEN, 0.0)) > _SEEN_SECONDS:
        _see(request, club_id, staff_id=staff_id, member_id=member_id)


def _see(
    request: HttpRequest, club_id: int, *, staff_id: int | None = None, member_id: int | None = None
) -> None:
    moment, key = now(), request.session.session_key
    assert key is not None, "whoever is logged in has a session that is stored"
    request.session[_SEEN] = moment.timestamp()
    see_session(
        club_id,
        key,
        staff_id=staff_id,
        member_id=member_id,
        device=request.headers.get("User-Agent", ""),
        address=client_address(request),
        at=moment,
    )


def _audit_failure(name: str, action: str) -> None:
    """A try at a login that exists, in every club that it belongs to; other names are nobody's.

    The throttle of failures bounds how many of them there are.
    """
    for staff in Staff.objects.filter(user__username=name).select_related("user"):
        _audit(staff, STRANGER, action)


def _audit(staff: Staff, actor: str, action: str) -> None:
    record_audit(staff.club_id, actor, action, thing_of_staff(staff), branch_id=staff.branch_id)


def _staff_of(user: Any) -> Staff | None:
    return staff_with_scope().filter(user=user, is_active=True).order_by("id").first()


def to_login(request: HttpRequest, login_url: str) -> HttpResponse:
    """Lead whoever is a stranger to a face's login, and from there back to the page."""
    return _go(request, f"{reverse(login_url)}?{urlencode({'next': _page_of(request)})}")


def _page_of(request: HttpRequest) -> str:
    """The page that somebody looks at: a form's address or that of a fragment is none."""
    is_htmx = bool(request.headers.get("HX-Request"))
    if request.method in _SAFE and not is_htmx:
        return request.get_full_path()
    shown = request.headers.get("HX-Current-URL" if is_htmx else "Referer", "")
    try:
        return urlsplit(shown)._replace(scheme="", netloc="", fragment="").geturl() or "/"
    except ValueError:
        return "/"


def _go(request: HttpRequest, target: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def _guarded(
    request: PageRequest, opens: bool, view: Page[P], *args: P.args, **kwargs: P.kwargs
) -> HttpResponseBase:
    try:
        if not opens:
            raise Forbidden
        if request.method in _SAFE:
            with only_looking():
                return view(request, *args, **kwargs)
        return view(request, *args, **kwargs)
    except DomainError as error:
        return error_response(request, error)
