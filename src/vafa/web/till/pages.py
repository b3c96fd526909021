"""What every page of the till needs: who works, at which branch, and the frame around it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from vafa.club.access import access_branches
from vafa.club.models import Branch
from vafa.core.clock import now
from vafa.program.reads.offline_sales import count_offline
from vafa.web.shared.htmx import is_htmx, redirect
from vafa.web.shared.sessions import PageRequest, staff_page
from vafa.web.till.tickets import Head

P = ParamSpec("P")
DOORS = ("till.sell", "till.return")
_BRANCH = "till_branch"

Page = Callable[Concatenate["TillRequest", P], HttpResponseBase]


class TillRequest(PageRequest):
    """A request of staff who stand at a till. ``may_move`` when there are other branches too."""

    branch: Branch
    may_move: bool


def till_page(view: Page[P]) -> Callable[..., HttpResponseBase]:
    """Only staff who may record purchases, and who have said at which branch.

    Sets ``request.branch``: a cashier's own; others choose one first, and it is kept in the session.
    A page made for somebody else, before another logged in here, is loaded anew: nothing is done in
    a name that the cashier does not see. Never kept in a cache: the next person at this screen is
    another.
    """

    def page(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        branches = access_branches(request.actor)
        branch = _chosen(request, branches)
        if branch is None:
            return redirect(request, reverse("till:branches"))
        if _is_of_another(request):
            return redirect(request, reverse("till:home"))
        here = cast(TillRequest, request)
        here.branch, here.may_move = branch, len(branches) > 1
        return view(here, *args, **kwargs)

    update_wrapper(page, view)
    return never_cache(staff_page(*DOORS, login_url="till:login", by_branch=True)(page))


def choose_branch(request: HttpRequest, branch: Branch) -> HttpResponse:
    """Work at ``branch`` from now on in this session."""
    keep_branch(request, branch)
    return HttpResponseRedirect(reverse("till:home"))


def keep_branch(request: HttpRequest, branch: Branch) -> None:
    """Note in the session that she stands at ``branch``."""
    request.session[_BRANCH] = branch.id


def frame(request: TillRequest, active: str) -> dict[str, Any]:
    """The context of the layout; ``active`` names the page: "home", "recent", "shift",
    "reconciliation" (shown where something is open), "offline"."""
    pages = [
        ("home", _("Till"), "calculator"),
        ("recent", _("Recent purchases"), "receipt"),
        ("shift", _("Shift"), "wallet-cards"),
    ]
    is_whole = not is_htmx(request)
    if active == "reconciliation" or (is_whole and _is_something_open(request)):
        pages.append(("reconciliation", _("Offline"), "wifi-off"))
    head = Head("", request.club.id, request.branch.id, request.staff.id, now().isoformat(), 0)
    return {
        "nav_items": [
            {
                "label": label,
                "url": reverse(f"till:{name}"),
                "icon": icon,
                "active": name == active,
                "wide": name == "reconciliation",  # on a phone the shift leads there
            }
            for name, label, icon in pages
        ],
        "branch": request.branch,
        "till_head": json.dumps({**asdict(head), "mac": head.sign()}),
        "branch_name": request.branch.name,
        "may_move": request.may_move,
        "user_name": str(request.staff.user),
        "account_url": reverse("panel:security"),
        "logout_url": reverse("till:logout"),
        "home_url": reverse("till:home"),
    }


def _is_something_open(request: TillRequest) -> bool:
    return count_offline(request.club, [request.branch.id]) > 0


def _is_of_another(request: PageRequest) -> bool:
    """Whether the page that asks was made for somebody else, before this browser's login changed."""
    said = request.headers.get("X-Till-Staff", "")
    return bool(said) and said != str(request.staff.id)


def _chosen(request: PageRequest, branches: list[Branch]) -> Branch | None:
    if len(branches) == 1:
        return branches[0]
    picked = request.session.get(_BRANCH)
    return next((branch for branch in branches if branch.id == picked), None)
