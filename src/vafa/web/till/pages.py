"""What every page of the till needs: who works, at which branch, and the frame around it."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from vafa.club.access import access_branches
from vafa.club.actor import BRANCH_MANAGER
from vafa.club.models import Branch
from vafa.web.shared.htmx import redirect
from vafa.web.shared.sessions import PageRequest, staff_page

P = ParamSpec("P")
ROLES = ("owner", "manager", BRANCH_MANAGER, "cashier")
_BRANCH = "till_branch"

Page = Callable[Concatenate["TillRequest", P], HttpResponse]


class TillRequest(PageRequest):
    """A request of staff who stand at a till. ``may_move`` when there are other branches too."""

    branch: Branch
    may_move: bool


def till_page(view: Page[P]) -> Callable[..., HttpResponse]:
    """Only staff who may record purchases, and who have said at which branch.

    Sets ``request.branch``: a cashier's own; others choose one first, and it is kept in the session.
    Never kept in a cache: the next person at this screen is another.
    """

    def page(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        branches = access_branches(request.actor)
        branch = _chosen(request, branches)
        if branch is None:
            return redirect(request, reverse("till:branches"))
        here = cast(TillRequest, request)
        here.branch, here.may_move = branch, len(branches) > 1
        return view(here, *args, **kwargs)

    update_wrapper(page, view)
    return never_cache(staff_page(*ROLES, login_url="till:login")(page))


def choose_branch(request: HttpRequest, branch: Branch) -> HttpResponse:
    """Work at ``branch`` from now on in this session."""
    request.session[_BRANCH] = branch.id
    return HttpResponseRedirect(reverse("till:home"))


def frame(request: TillRequest, active: str) -> dict[str, Any]:
    """The context of the layout; ``active`` names the page: "home" or "recent"."""
    pages = (
        ("home", _("Till"), "calculator"),
        ("recent", _("Recent purchases"), "receipt"),
    )
    return {
        "nav_items": [
            {"label": label, "url": reverse(f"till:{name}"), "icon": icon, "active": name == active}
            for name, label, icon in pages
        ],
        "branch": request.branch,
        "branch_name": request.branch.name,
        "may_move": request.may_move,
        "user_name": str(request.staff.user),
        "logout_url": reverse("till:logout"),
        "home_url": reverse("till:home"),
    }


def _chosen(request: PageRequest, branches: list[Branch]) -> Branch | None:
    if len(branches) == 1:
        return branches[0]
    picked = request.session.get(_BRANCH)
    return next((branch for branch in branches if branch.id == picked), None)
