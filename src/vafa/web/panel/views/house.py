"""The owner's settings: who works here, and which programs may speak for the club."""

from __future__ import annotations

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.club.access import access_api_key, access_branches, access_staff
from vafa.club.actions.api_keys import create_api_key, revoke_api_key
from vafa.club.actions.clubs import create_staff, set_staff_active
from vafa.core.errors import Forbidden
from vafa.insight.reads.house import list_keys, list_staff
from vafa.web.panel.forms.house import SCOPES, KeyForm, StaffForm
from vafa.web.panel.pages import OWNERS, form_status, panel_page, panel_render
from vafa.web.shared.sessions import PageRequest


@require_safe
@panel_page(*OWNERS)
def staff(request: PageRequest) -> HttpResponse:
    """Everybody who can log in, and as what."""
    rows = [{"person": row, "role": role_words(row.role)} for row in list_staff(request.club)]
    return panel_render(request, "panel/staff.html", {"rows": rows}, section="staff")


@require_http_methods(["GET", "POST"])
@panel_page(*OWNERS)
def new_staff(request: PageRequest) -> HttpResponse:
    """Make a login with a role."""
    form = StaffForm(request.POST or None, branches=access_branches(request.actor))
    if form.is_valid() and _made(request, form):
        messages.success(request, _("The login is ready."))
        return HttpResponseRedirect(reverse("panel:staff"))
    return panel_render(
        request,
        "panel/staff_form.html",
        {"form": form},
        section="staff",
        status=form_status(form.is_bound),
    )


@require_POST
@panel_page(*OWNERS)
def activate(request: PageRequest, staff_id: int) -> HttpResponse:
    """Let a person in again, or not any more (``active`` 1 or 0); never the owner herself."""
    person = access_staff(request.actor, staff_id)
    if person.role == "owner":
        raise Forbidden
    set_staff_active(person, request.POST.get("active") == "1")
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("panel:staff"))


@require_safe
@panel_page(*OWNERS)
def keys(request: PageRequest) -> HttpResponse:
    """The API keys with what each may do."""
    words = dict(SCOPES)
    rows = [
        {
            "key": row,
            "dialog": f"revoke-{row.id}",
            "scopes": [words.get(scope, scope) for scope in row.scopes],
        }
        for row in list_keys(request.club)
    ]
    return panel_render(request, "panel/keys.html", {"rows": rows}, section="keys")


@require_http_methods(["GET", "POST"])
@panel_page(*OWNERS)
def new_key(request: PageRequest) -> HttpResponse:
    """Make a key; its secret is on the answering page and nowhere else."""
    form = KeyForm(request.POST or None, branches=access_branches(request.actor))
    if form.is_valid():
        key, secret = create_api_key(
            request.staff.club,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            branch=form.branch_chosen,
        )
        context = {"key": key, "secret": secret}
        return panel_render(request, "panel/key_made.html", context, section="keys")
    return panel_render(
        request,
        "panel/key_form.html",
        {"form": form},
        section="keys",
        status=form_status(form.is_bound),
    )


@require_POST
@panel_page(*OWNERS)
def revoke_key(request: PageRequest, key_id: int) -> HttpResponse:
    """The key is refused from now on."""
    key = access_api_key(request.actor, key_id)
    if key.revoked_at is None:
        revoke_api_key(key)
    messages.success(request, _("The key is revoked."))
    return HttpResponseRedirect(reverse("panel:keys"))


def role_words(role: str) -> str:
    """A role's name."""
    return {
        "owner": _("Owner"),
        "manager": _("Manager"),
        "accountant": _("Accountant"),
        "cashier": _("Cashier"),
    }.get(role, role)


def _made(request: PageRequest, form: StaffForm) -> bool:
    data = form.cleaned_data
    try:
        with transaction.atomic():
            create_staff(
                request.staff.club,
                username=data["username"],
                password=data["password"],
                name=data["name"],
                role=data["role"],
                branch=form.branch_chosen,
            )
    except IntegrityError:
        form.add_error("username", _("This user name is taken."))
        return False
    return True
