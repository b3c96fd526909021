"""In by mobile and one-time code; a mobile that is nobody's yet may join."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.club.actions.attributes import stored_attributes
from vafa.club.actions.members import NewMember
from vafa.club.actor import Actor
from vafa.club.errors import TooManyTries
from vafa.club.joining_errors import ClubIsClosed
from vafa.club.models import Club, Member
from vafa.club.reads.context import ClubContext, club_by_slug, club_context, only_club
from vafa.club.reads.joining import last_request_of
from vafa.club.rules.joining import WAITING
from vafa.core.clock import now
from vafa.core.errors import DomainError
from vafa.engage.actions.login_codes import check_code, request_code
from vafa.flows.enrolment import Enrolled, enrol_members
from vafa.flows.invitations import Invitation
from vafa.flows.joining import Brought, ask_to_join
from vafa.program.actions.referrals import remember_device
from vafa.program.errors import ReferralIsOff, UnknownInvitation
from vafa.program.reads.revisions import live_program
from vafa.web.portal.door import TRIES, WRONG, door_of, ways_of
from vafa.web.portal.forms import CodeForm, JoinForm, LoginForm
from vafa.web.portal.pages import page_calendar
from vafa.web.shared.context import current_lang, use_club
from vafa.web.shared.errors import handles_errors
from vafa.web.shared.invites import (
    device_of,
    forget_invite,
    forget_joining_code,
    invite_of,
    mark_device,
)
from vafa.web.shared.joining import fee_words
from vafa.web.shared.origin import client_address
from vafa.web.shared.sessions import current_member, login_member, logout_member
from vafa.web.shared.throttle import count_failure, refuse_after_failures

# What the session remembers between the three steps of a login.
_ASKED = "portal_asked"
_PROVED = "portal_proved"
# A proved mobile waits this long for its owner to fill in the form.
_PROOF_SECONDS = 15 * 60


@never_cache
@handles_errors
def enter(request: HttpRequest, slug: str) -> HttpResponse:
    """The door of one club: home for its members, the login for everybody else."""
    club = club_by_slug(slug)
    member = current_member(request)
    if member is not None and member.club_id == club.id:
        return HttpResponseRedirect(reverse("portal:home"))
    return HttpResponseRedirect(reverse("portal:login", args=[slug]))


@never_cache
@require_http_methods(["GET", "POST"])
@handles_errors
def login(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Asks for the mobile and sends a code to it, to members and strangers alike."""
    club = club_by_slug(slug) if slug else only_club()
    if club is None:
        return render(request, "portal/clubs.html", {"clubs": Club.objects.order_by("name", "id")})
    use_club(request, club)
    member = current_member(request)
    if member is not None and member.club_id == club.id:
        return HttpResponseRedirect(_next(request, request.GET.get("next", "")))
    form = LoginForm(request.POST or None)
    if form.is_valid():
        mobile = form.cleaned_data["mobile"]
        try:
            request_code(club, mobile, address=client_address(request))
        except DomainError as error:
            return _refused(request, "portal/login.html", form, "mobile", error)
        request.session[_ASKED] = [club.id, mobile, request.GET.get("next", "")]
        return HttpResponseRedirect(reverse("portal:code"))
    return render(request, "portal/login.html", {"form": form}, status=_status(form))


@never_cache
@require_http_methods(["GET", "POST"])
@handles_errors
def code(request: HttpRequest) -> HttpResponse:
    """Takes the code; a member is in, a stranger goes on to join."""
    asked = _asked(request)
    if asked is None:
        return HttpResponseRedirect(reverse("portal:login"))
    club, mobile, target = asked
    use_club(request, club)
    context = {"mobile": mobile, "login_url": reverse("portal:login", args=[club.slug])}
    form = CodeForm(request.POST or None)
    if not form.is_valid():
        status = _status(form)
        return render(request, "portal/code.html", {**context, "form": form}, status=status)
    try:
        member = check_code(
            club, mobile, form.cleaned_data["code"], address=client_address(request)
        )
    except DomainError as error:
        return _refused(request, "portal/code.html", form, "code", error, context)
    if member is None:
        del request.session[_ASKED]
        # The proof is worth a session: nobody may plant one in another's browser beforehand.
        request.session.cycle_key()
        request.session[_PROVED] = [club.id, mobile, now().timestamp(), target]
        return HttpResponseRedirect(reverse("portal:join"))
    login_member(request, member)
    return _entered(request, club, member, target)


@require_POST
@handles_errors
def send_again(request: HttpRequest) -> HttpResponse:
    """A fresh code to the same mobile; the one before is void."""
    asked = _asked(request)
    if asked is None:
        return HttpResponseRedirect(reverse("portal:login"))
    club, mobile, _ = asked
    use_club(request, club)
    try:
        request_code(club, mobile, address=client_address(request))
    except DomainError as error:
        context = {"mobile": mobile, "login_url": reverse("portal:login", args=[club.slug])}
        form = CodeForm({"code": "-"})
        form.is_valid()
        return _refused(request, "portal/code.html", form, "code", error, context)
    return HttpResponseRedirect(reverse("portal:code"))


@never_cache
@require_http_methods(["GET", "POST"])
@handles_errors
def join(request: HttpRequest) -> HttpResponse:
    """Makes the owner of a proved mobile a member."""
    club_id, mobile, proved_at, target = request.session.get(_PROVED, [0, "", 0.0, ""])
    if now().timestamp() - proved_at > _PROOF_SECONDS:
        return HttpResponseRedirect(reverse("portal:login"))
    club = club_context(club_id)
    use_club(request, club)
    door, last = door_of(request, club), last_request_of(club.id, mobile)
    if last is not None and last.state == WAITING and not door.opens_itself:
        return HttpResponseRedirect(reverse("portal:waiting"))
    form = JoinForm(
        request.POST or None, club=club, calendar=page_calendar(club), asked=door.fields
    )
    context = {
        "mobile": mobile,
        "slug": club.slug,
        "door": door,
        "last": last,
        "ways": ways_of(club, door),
        "fee": fee_words(club),
    }
    if not form.is_valid():
        context["form"] = form
        return render(request, "portal/join.html", context, status=_status(form))
    person = NewMember(
        mobile=mobile,
        attributes=stored_attributes(club.id, form.told_attributes),
        consents=form.given,
        terms_version=form.accepted,
        **form.told,
    )
    try:
        refuse_after_failures(TRIES, mobile)
        enrolled = _enrol(request, club, person, door.brought(form.cleaned_data))
    except ClubIsClosed as error:
        if not door.terms.by_approval:
            return _refused(request, "portal/join.html", form, None, error, context)
        actor = Actor("member", 0, club.id)
        ask_to_join(club, person, actor=actor, invitation=door.invitation, code=door.code)
        return HttpResponseRedirect(reverse("portal:waiting"))
    except tuple(WRONG) as error:
        count_failure(TRIES, mobile)
        field = WRONG[type(error)] if WRONG[type(error)] in form.fields else None
        return _refused(request, "portal/join.html", form, field, error, context)
    except TooManyTries as error:
        return _refused(request, "portal/join.html", form, None, error, context)
    if enrolled.error is not None and enrolled.error.code != "member_exists":
        return _refused(request, "portal/join.html", form, "name", enrolled.error, context)
    # Whoever enrolled her meanwhile (a double click, the till): the mobile is proved to be hers.
    member = Member.objects.get(club_id=club.id, mobile=mobile)
    login_member(request, member)
    response = _entered(request, club, member, target)
    forget_invite(response)
    forget_joining_code(response)
    return response


@never_cache
@require_safe
@handles_errors
def waiting(request: HttpRequest) -> HttpResponse:
    """What became of the request of a proved mobile."""
    club_id, mobile, proved_at, _ = request.session.get(_PROVED, [0, "", 0.0, ""])
    if now().timestamp() - proved_at > _PROOF_SECONDS:
        return HttpResponseRedirect(reverse("portal:login"))
    club = club_context(club_id)
    use_club(request, club)
    last = last_request_of(club.id, mobile)
    if last is None or last.state != WAITING:
        return HttpResponseRedirect(reverse("portal:login", args=[club.slug]))
    context = {"mobile": mobile, "last": last}
    return render(request, "portal/waiting.html", context)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    member = current_member(request)
    logout_member(request)
    if member is None or only_club() is not None:
        return HttpResponseRedirect(reverse("portal:login"))
    return HttpResponseRedirect(reverse("portal:login", args=[club_context(member.club_id).slug]))


def _enrol(
    request: HttpRequest, club: ClubContext, person: NewMember, brought: Brought
) -> Enrolled:
    """Enrol her, with the invitation that her browser carries while it is good."""
    # She has no number yet: the one who joins is named as member 0.
    actor = Actor("member", 0, club.id)
    code = invite_of(request, club)
    if code:
        try:
            invitation = Invitation(code, device_of(request))
            return enrol_members(
                club, [person], actor=actor, invitation=invitation, brought=brought
            )[0]
        except (ReferralIsOff, UnknownInvitation):
            # What was good when she opened the link is not any more; she is welcome all the same.
            pass
    return enrol_members(club, [person], actor=actor, brought=brought)[0]


def _entered(
    request: HttpRequest, club: ClubContext, member: Member, target: str
) -> HttpResponseRedirect:
    """On to where she was going; where invitations are rewarded, her browser is remembered."""
    response = HttpResponseRedirect(_next(request, target))
    if live_program(club.id).program.referral.is_on:
        remember_device(member.id, mark_device(request, response))
    return response


def _asked(request: HttpRequest) -> tuple[ClubContext, str, str] | None:
    stored = request.session.get(_ASKED)
    if stored is None:
        return None
    club_id, mobile, target = stored
    return club_context(club_id), mobile, target


def _next(request: HttpRequest, target: str) -> str:
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    home: str = reverse("portal:home")
    return target if safe and target.startswith(home) else home


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


def _refused(
    request: HttpRequest,
    template: str,
    form: Any,
    field: str | None,
    error: DomainError,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """The same form again with the refusal at its field, or above it."""
    form.add_error(field, error.message(current_lang()))
    return render(request, template, {**(context or {}), "form": form}, status=error.status)
