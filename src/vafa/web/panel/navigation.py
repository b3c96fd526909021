"""Where one can go in the panel: eight groups by what one wants to do, each with its pages.

A page shows itself here with one line. The pages of the group in which one is stand under it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vafa.club.actor import Actor
from vafa.club.permissions import PANEL_PERMISSIONS
from vafa.web.shared.sessions import may_open


@dataclass(frozen=True, slots=True)
class Place:
    """A page: the name of its address, which is also its ``section``, and who finds it: as its
    view says (see ``panel_page``)."""

    name: str
    label: Promise
    names: tuple[str, ...]
    by_branch: bool = False

    def opens(self, actor: Actor) -> bool:
        """Whether ``actor`` finds the page; that of one's own branch only who has no others."""
        if self.name == "my-branch" and not actor.is_of_branches:
            return False
        return may_open(actor, self.names, by_branch=self.by_branch)


@dataclass(frozen=True, slots=True)
class Group:
    """What one wants to do, and the pages for it; the first one that she may see opens."""

    label: Promise
    icon: str
    places: tuple[Place, ...]


GROUPS = (
    Group(
        _("Overview"),
        "layout-dashboard",
        (
            Place("dashboard", _("Overview"), ("reports.view", "support")),
            Place("my-branch", _("My branch"), ("branch.terms",), by_branch=True),
        ),
    ),
    Group(
        _("Members"),
        "users",
        (
            Place("members", _("Members"), ("members.view",)),
            Place("segments", _("Segments"), ("members.view",)),
            Place("number-changes", _("Changed numbers"), ("members.edit", "corrections.approve")),
            Place("joining", _("Joining"), ("members.edit", "codes.edit", "club.settings")),
            Place("profile-fields", _("Details of members"), ("club.settings",)),
            Place("terms", _("Terms of membership"), ("club.settings",)),
            Place("fee", _("Membership fee"), ("club.settings",)),
        ),
    ),
    Group(
        _("Purchases and invoices"),
        "receipt",
        (
            Place("purchases", _("Purchases"), ("purchases.view",), by_branch=True),
            Place("orders", _("Orders"), ("purchases.record",), by_branch=True),
            Place("invoices", _("Invoices"), ("purchases.view",), by_branch=True),
            Place("reconciliation", _("Offline"), ("till.reconcile",), by_branch=True),
        ),
    ),
    Group(
        _("Rules and rewards"),
        "gift",
        (
            Place("program", _("Rules and tiers"), ("program.view",), by_branch=True),
            Place("rewards", _("Rewards"), ("program.view",)),
            Place("draws", _("Draws"), ("draws.run",)),
        ),
    ),
    Group(
        _("Conversation"),
        "message-square",
        (
            Place("messages", _("Messages"), ("messages.view",)),
            Place("consents", _("Consents"), ("club.settings",)),
        ),
    ),
    Group(
        _("Reports"),
        "chart-column",
        (Place("reports", _("Reports"), ("reports.view",), by_branch=True),),
    ),
    Group(
        _("Branches and products"),
        "store",
        (
            Place("branches", _("Branches"), ("reports.view", "branches.edit")),
            Place("merchants", _("Merchants"), ("reports.view", "branches.edit")),
            Place("products", _("Products"), ("reports.view", "products.edit")),
            Place("sellers", _("Invoice details"), ("branches.edit",)),
        ),
    ),
    Group(
        _("Settings"),
        "settings",
        (
            Place("setup", _("Setting up"), ("club.settings",)),
            Place("staff", _("Staff"), ("staff.manage",)),
            Place("email", _("E-mail"), ("messages.settings",)),
            Place("keys", _("API keys"), ("keys.manage",)),
            Place("imports", _("Files brought in"), ("imports.run",)),
            Place("tasks", _("Long work"), PANEL_PERMISSIONS, by_branch=True),
            Place("ledger", _("Ledger check"), ("ledger.view",)),
            Place("audit", _("Audit"), ("audit.view",)),
        ),
    ),
)


def first_place(actor: Actor) -> str:
    """The address of the first page that opens to ``actor`` beside the overview; "" for none."""
    places = [place for group in GROUPS for place in group.places if place.name != "dashboard"]
    return next((reverse(f"panel:{place.name}") for place in places if place.opens(actor)), "")


def navigation(actor: Actor, section: str) -> list[dict[str, Any]]:
    """The groups as the frame draws them for ``actor``, while ``section`` is open."""
    found = [(group, [p for p in group.places if p.opens(actor)]) for group in GROUPS]
    return [_drawn(group, places, section) for group, places in found if places]


def _drawn(group: Group, places: list[Place], section: str) -> dict[str, Any]:
    is_here = any(place.name == section for place in places)
    alone = len(places) == 1
    return {
        "label": places[0].label if alone else group.label,
        "url": reverse(f"panel:{places[0].name}"),
        "icon": group.icon,
        "active": is_here and alone,
        "items": [
            {
                "label": place.label,
                "url": reverse(f"panel:{place.name}"),
                "active": place.name == section,
            }
            for place in places
        ]
        if is_here and not alone
        else [],
    }
