"""Which programs may speak for the club."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.club.access import access_api_key, access_branches
from vafa.club.actions.api_keys import create_api_key, revoke_api_key
from vafa.insight.reads.house import list_keys
from vafa.web.panel.forms.house import SCOPES, KeyForm
from vafa.web.panel.pages import panel_form, panel_page, panel_render
from vafa.web.shared.sessions import PageRequest

_COOKIE = "vafa_new_key"
# Long enough for a slow line, too short to be found in a browser left open.
_COOKIE_SECONDS = 60


@require_safe
@panel_page("keys.manage")
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
@panel_page("keys.manage")
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
@panel_page("keys.manage")
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
@panel_page("keys.manage")
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
