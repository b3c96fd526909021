"""The owner's settings: who works here, and which programs may speak for the club."""

from __future__ import annotations

from django.conf import settings
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
from vafa.web.panel.pages import OWNERS, panel_form, panel_page, panel_render
from vafa.web.panel.roles import role_words
from vafa.web.shared.sessions import PageRequest

_COOKIE = "vafa_new_key"
# Long enough for a slow line, too short to be found in a browser left open.
_COOKIE_SECONDS = 60


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
    return panel_form(request, "panel/staff_form.html", form, section="staff")


@require_POST
@panel_page(*OWNERS)
def activate(request: PageRequest, staff_id: int) -> HttpResponse:
    """Let a person in again, or not any more (``active`` 1 or 0); never the owner herself."""
    person = access_staff(request.actor, staff_id)
    if person.role == "owner":
        raise Forbidden
    set_staff_active(person, request.POST.get("active") == "1", by=request.actor.label)
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
    """Make a key, and go on to the page that shows its secret."""
    form = KeyForm(request.POST or None, branches=access_branches(request.actor))
    if form.is_valid():
        key, secret = create_api_key(
            request.staff.club,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            branch=form.branch_chosen,
            by=request.actor.label,
        )
        return _to_secret(key.id, secret)
    return panel_form(request, "panel/key_form.html", form, section="keys")


@require_safe
@panel_page(*OWNERS)
def key_made(request: PageRequest, key_id: int) -> HttpResponse:
    """The new key's secret, once; looked at again, the page leads to the list of keys."""
    key = access_api_key(request.actor, key_id)
    secret = request.get_signed_cookie(
        _COOKIE, default=None, salt=_cookie_salt(key_id), max_age=_COOKIE_SECONDS
    )
    if secret is None:
        return HttpResponseRedirect(reverse("panel:keys"))
    context = {"key": key, "secret": secret}
    response = panel_render(request, "panel/key_made.html", context, section="keys")
    response.delete_cookie(_COOKIE, path=request.path, samesite="Strict")
    return response


@require_POST
@panel_page(*OWNERS)
def revoke_key(request: PageRequest, key_id: int) -> HttpResponse:
    """The key is refused from now on."""
    key = access_api_key(request.actor, key_id)
    if key.revoked_at is None:
        revoke_api_key(key, by=request.actor.label)
    messages.success(request, _("The key is revoked."))
    return HttpResponseRedirect(reverse("panel:keys"))


def _to_secret(key_id: int, secret: str) -> HttpResponse:
    """To the page of the new key. The browser itself carries the secret there: a session would
    store it in the database, where only its hash may be."""
    target = reverse("panel:key-made", args=[key_id])
    response = HttpResponseRedirect(target)
    response.set_signed_cookie(
        _COOKIE,
        secret,
        salt=_cookie_salt(key_id),
        max_age=_COOKIE_SECONDS,
        path=target,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def _cookie_salt(key_id: int) -> str:
    return f"vafa.panel.key:{key_id}"


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
                by=request.actor.label,
            )
    except IntegrityError:
        form.add_error("username", _("This user name is taken."))
        return False
    return True
