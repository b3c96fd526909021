"""What roles and permissions are called."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from vafa.club.models import OwnRole
from vafa.club.permissions import BRANCH_MANAGER, OWN_ROLE, ROLE_PERMISSIONS
from vafa.web.shared.context import current_lang

Options = list[tuple[str, str]]


def role_words(role: str) -> str:
    """A role's name; one that the club made is called as it is written."""
    return {
        "owner": _("Owner"),
        "manager": _("Manager"),
        BRANCH_MANAGER: _("Manager of a branch"),
        "marketer": _("Marketer"),
        "accountant": _("Accountant"),
        "analyst": _("Analyst"),
        "support": _("Support"),
        "cashier": _("Cashier"),
    }.get(role, role)


def own_role_words(role: OwnRole) -> str:
    """The name of a role of the club's own, in the page's language where it has one."""
    return role.name_en if role.name_en and current_lang() == "en" else role.name


def role_options(permissions: Collection[str], own_roles: Sequence[OwnRole]) -> Options:
    """The roles that who has ``permissions`` may give, each with what it is for."""
    said = {
        "cashier": _("Cashier: works at the till of a branch"),
        BRANCH_MANAGER: _("Manager of branches: sells there, and sets their own terms and rules"),
        "manager": _("Manager: everything but staff and keys"),
        "marketer": _("Marketer: rules, rewards, draws, segments and reports"),
        "accountant": _("Accountant: looks, corrects points, issues invoices"),
        "analyst": _("Analyst: looks at everything, and takes figures away"),
        "support": _("Support: helps members, records and returns purchases"),
        "owner": _("Owner: everything"),
    }
    mine = frozenset(permissions)
    found = [(role, words) for role, words in said.items() if ROLE_PERMISSIONS[role] <= mine]
    own = [
        (f"{OWN_ROLE}:{role.pk}", own_role_words(role))
        for role in own_roles
        if frozenset(role.permissions) <= mine
    ]
    return found + own


def permission_groups() -> list[tuple[str, Options]]:
    """All permissions in words, by what they are about."""
    return [
        (
            _("Members"),
            [
                ("members.view", _("See members and their histories")),
                ("members.edit", _("Change members' details, open and close memberships")),
                ("members.merge", _("Merge members, make households")),
                ("members.erase", _("Erase a member's data on her request")),
                ("members.export", _("Take the list of members away as a file")),
                ("segments.edit", _("Make segments and attributes of members")),
            ],
        ),
        (
            _("Purchases and invoices"),
            [
                ("purchases.view", _("See purchases and returns")),
                ("purchases.record", _("Record purchases by phone")),
                ("returns.record", _("Record returns")),
                ("invoices.issue", _("Issue invoices")),
                ("corrections.make", _("Correct points and credit by hand")),
                ("corrections.approve", _("Approve what others asked for")),
            ],
        ),
        (
            _("Rules and rewards"),
            [
                ("program.view", _("See rules, tiers and rewards")),
                ("program.edit", _("Prepare rules and tiers")),
                ("program.publish", _("Publish rules and tiers")),
                ("branch.terms", _("Set the terms of her own branches")),
                ("rewards.edit", _("Make and change rewards")),
                ("draws.run", _("Hold draws")),
                ("codes.edit", _("Make and hand out codes")),
            ],
        ),
        (
            _("Messages and reports"),
            [
                ("messages.view", _("See messages")),
                ("messages.settings", _("Set up text messages")),
                ("reports.view", _("See the club's figures")),
                ("reports.schedule", _("Have reports sent regularly")),
            ],
        ),
        (
            _("Till"),
            [
                ("till.sell", _("Sell at the till")),
                ("till.return", _("Take goods back at the till")),
                ("till.reconcile", _("Settle what the till recorded offline")),
            ],
        ),
        (
            _("The club"),
            [
                ("imports.run", _("Bring data in from files")),
                ("products.edit", _("Change products")),
                ("branches.edit", _("Change branches and merchants")),
                ("staff.manage", _("Manage staff and roles")),
                ("keys.manage", _("Manage API keys")),
                ("ledger.view", _("See the check of the ledger")),
                ("ledger.check", _("Start the check of the ledger")),
                ("audit.view", _("See the audit")),
                ("club.settings", _("Change the club's settings")),
            ],
        ),
    ]


def permission_words(name: str) -> str:
    """One permission in words."""
    known = {one: words for _group, rows in permission_groups() for one, words in rows}
    return known.get(name, name)
