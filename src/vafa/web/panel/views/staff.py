"""Who works here, as what and where; roles of the club's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.club.access import access_branches, access_own_role, access_staff, staff_actor
from vafa.club.actions.clubs import create_staff
from vafa.club.actions.second_factor import reset_by_club
from vafa.club.actions.sessions import end_staff_sessions, sessions_of
from vafa.club.actions.staff import (
    audit_sessions_ended,
    check_role,
    delete_own_role,
    may_change,
    save_own_role,
    set_staff_active,
    set_staff_role,
    stored_role,
)
from vafa.club.models import OwnRole
from vafa.club.permissions import OWN_ROLE, PERMISSIONS, ROLE_PERMISSIONS
from vafa.club.reads.staff import second_factor_of, works_elsewhere
from vafa.club.staff_errors import FactorOfSeveralClubs
from vafa.core.errors import DomainError, Forbidden
from vafa.insight.reads.house import StaffRow, list_staff
from vafa.web.panel.forms.staff import OwnRoleForm, PlaceForm, StaffForm, place_of
from vafa.web.panel.pages import panel_form, panel_page, panel_render
from vafa.web.panel.roles import own_role_words, permission_words, role_words
from vafa.web.shared.context import current_lang
from vafa.web.shared.devices import device_words
from vafa.web.shared.sessions import PageRequest


@require_safe
@panel_page("staff.manage")
def staff(request: PageRequest) -> HttpResponse:
    """Everybody who can log in, and as what; the roles that the club made."""
    roles = _own_roles(request)
    names = {role.pk: own_role_words(role) for role in roles}
    people = [{"person": row, "role": _role(row, names)} for row in list_staff(request.club)]
    context = {
        "rows": people,
        "roles": [
            {
                "role": role,
                "name": names[role.pk],
                "may": [permission_words(p) for p in PERMISSIONS if p in role.permissions],
            }
            for role in roles
        ],
        "built_in": [(role, role_words(role)) for role in ROLE_PERMISSIONS if role != "owner"],
        "me": request.staff.pk,
    }
    return panel_render(request, "panel/staff.html", context, section="staff")


@require_http_methods(["GET", "POST"])
@panel_page("staff.manage")
def new_staff(request: PageRequest) -> HttpResponse:
    """Make a login with a role."""
    form = StaffForm(request.POST or None, **_offer(request))
    if form.is_valid() and _made(request, form):
        messages.success(request, _("The login is ready."))
        return HttpResponseRedirect(reverse("panel:staff"))
    return panel_form(request, "panel/staff_form.html", form, section="staff")


@require_http_methods(["GET", "POST"])
@panel_page("staff.manage")
def edit_staff(request: PageRequest, staff_id: int) -> HttpResponse:
    """A person's role and branches, where she is logged in, and her second step."""
    person = access_staff(request.actor, staff_id)
    initial = place_of(person, staff_actor(person).role)
    form = PlaceForm(request.POST or None, initial=initial, **_offer(request))
    if form.is_valid():
        role, own, branches = form.place
        try:
            set_staff_role(person, role=role, own=own, branches=branches, actor=request.actor)
        except DomainError as error:
            _refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("panel:staff"))
    return panel_form(
        request,
        "panel/staff_edit.html",
        form,
        section="staff",
        person=person,
        name=str(person.user),
        has_factor=second_factor_of(person.user) is not None,
        kept_factor=FactorOfSeveralClubs().message(current_lang())
        if works_elsewhere(person)
        else "",
        sessions=[
            {"row": row, "device": device_words(row.device)}
            for row in sessions_of(staff_id=person.pk)
        ],
        is_me=person.pk == request.staff.pk,
    )


@require_POST
@panel_page("staff.manage")
def activate(request: PageRequest, staff_id: int) -> HttpResponse:
    """Let a person in again, or not any more (``active`` 1 or 0); never oneself."""
    person = access_staff(request.actor, staff_id)
    if person.pk == request.staff.pk:
        raise Forbidden
    set_staff_active(person, request.POST.get("active") == "1", actor=request.actor)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("panel:staff"))


@require_POST
@panel_page("staff.manage")
def end_sessions(request: PageRequest, staff_id: int) -> HttpResponse:
    """Log a person out everywhere; oneself everywhere else."""
    person = access_staff(request.actor, staff_id)
    may_change(request.actor, person)
    with transaction.atomic():
        end_staff_sessions(person.pk, but=request.session.session_key or "")
        audit_sessions_ended(person, by=request.actor.label)
    messages.success(request, _("Logged out everywhere."))
    return HttpResponseRedirect(reverse("panel:edit-staff", args=[person.pk]))


@require_POST
@panel_page("staff.manage")
def reset_factor(request: PageRequest, staff_id: int) -> HttpResponse:
    """Take another person's lost second step away, where her login is for this club alone; her own one
    ends in her own account."""
    person = access_staff(request.actor, staff_id)
    may_change(request.actor, person)
    if person.pk == request.staff.pk:
        raise Forbidden
    if reset_by_club(person, by=request.actor.label):
        messages.success(request, _("The second step is taken away; the person will be told."))
    return HttpResponseRedirect(reverse("panel:edit-staff", args=[person.pk]))


@require_http_methods(["GET", "POST"])
@panel_page("staff.manage")
def new_role(request: PageRequest) -> HttpResponse:
    """Make a role of the club's own, beginning with what a built-in one may (``?like=``)."""
    like = ROLE_PERMISSIONS.get(request.GET.get("like", ""), frozenset())
    initial = {"permissions": [p for p in PERMISSIONS if p in like]}
    return _role_page(request, None, initial)


@require_http_methods(["GET", "POST"])
@panel_page("staff.manage")
def edit_role(request: PageRequest, role_id: int) -> HttpResponse:
    """Change a role of the club's own."""
    role = access_own_role(request.actor, role_id)
    return _role_page(request, role, OwnRoleForm.values_of(role))


@require_POST
@panel_page("staff.manage")
def remove_role(request: PageRequest, role_id: int) -> HttpResponse:
    """Take a role away that nobody has."""
    role = access_own_role(request.actor, role_id)
    try:
        delete_own_role(role, actor=request.actor)
    except DomainError as error:
        messages.error(request, error.message(current_lang()))
    else:
        messages.success(request, _("The role is removed."))
    return HttpResponseRedirect(reverse("panel:staff"))


def _role_page(request: PageRequest, role: OwnRole | None, initial: dict[str, Any]) -> HttpResponse:
    mine = request.actor.permissions
    form = OwnRoleForm(request.POST or None, initial=initial, mine=mine)
    if form.is_valid():
        try:
            save_own_role(request.staff.club, role, actor=request.actor, **form.cleaned_data)
        except DomainError as error:
            _refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("panel:staff"))
    return panel_form(request, "panel/role_form.html", form, section="staff", role_edited=role)


def _offer(request: PageRequest) -> dict[str, Any]:
    return {
        "branches": access_branches(request.actor),
        "own_roles": _own_roles(request),
        "permissions": request.actor.permissions,
    }


def _own_roles(request: PageRequest) -> list[OwnRole]:
    return list(OwnRole.objects.filter(club_id=request.club.id).order_by("name", "id"))


def _role(row: StaffRow, names: dict[int, str]) -> str:
    if row.own_role is not None:
        return names[row.own_role]
    return role_words("branch_manager" if row.role == "manager" and row.branches else row.role)


def _made(request: PageRequest, form: StaffForm) -> bool:
    data = form.cleaned_data
    role, own, branches = form.place
    try:
        check_role(role, own, branches, request.actor)
        with transaction.atomic():
            create_staff(
                request.staff.club,
                username=data["username"],
                password=data["password"],
                name=data["name"],
                role=OWN_ROLE if own else stored_role(role),
                own_role=own,
                branch=branches[0] if branches else None,
                more_branches=branches[1:],
                by=request.actor.label,
            )
    except IntegrityError:
        form.add_error("username", _("This user name is taken."))
        return False
    except DomainError as error:
        _refuse(form, error)
        return False
    return True


def _refuse(form: PlaceForm | OwnRoleForm, error: DomainError) -> None:
    """The refusal at the field that it is about."""
    field = {"branches_needed": "branches", "role_name_taken": "name"}.get(error.code)
    if error.code == "branches_needed" and isinstance(form, OwnRoleForm):
        field = "of_branches"
    form.add_error(field, error.message(current_lang()))
