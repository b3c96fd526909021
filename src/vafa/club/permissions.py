"""What staff may do, by name, and which of it each built-in role may.

A permission says what; where is said by the branches of the person (``Actor.branch_ids``). What
permissions and roles are called, the panel says.
"""

from __future__ import annotations

PERMISSIONS = (
    "members.view",
    "members.edit",
    "members.merge",
    "members.erase",
    "members.export",
    "segments.edit",
    "purchases.view",
    "purchases.record",
    "returns.record",
    "invoices.issue",
    "corrections.make",
    "corrections.approve",
    "program.view",
    "program.edit",
    "program.publish",
    # Terms and rules of her own branch, within the limits that the programme sets.
    "branch.terms",
    "rewards.edit",
    "draws.run",
    "codes.edit",
    "messages.view",
    "messages.settings",
    "reports.view",
    "reports.schedule",
    "imports.run",
    "products.edit",
    "branches.edit",
    "staff.manage",
    "keys.manage",
    "ledger.view",
    "ledger.check",
    "audit.view",
    "club.settings",
    "till.sell",
    "till.return",
    "till.reconcile",
)
# Any of these lets somebody into the panel at all.
PANEL_PERMISSIONS = tuple(one for one in PERMISSIONS if not one.startswith("till."))
ALL = frozenset(PERMISSIONS)
OWNER, MANAGER, MARKETER, ACCOUNTANT = "owner", "manager", "marketer", "accountant"
ANALYST, SUPPORT, CASHIER = "analyst", "support", "cashier"
# What a manager acts as who has branches: those alone to manage.
BRANCH_MANAGER = "branch_manager"
# The roles that a person is stored with; the last is a role that the club made itself.
BUILT_IN = (OWNER, MANAGER, MARKETER, ACCOUNTANT, ANALYST, SUPPORT, CASHIER)
OWN_ROLE = "own"
# Who moves the most value, or hands out rights, shows more than a password.
SECOND_FACTOR_ROLES = frozenset({OWNER, ACCOUNTANT})
_SECOND_FACTOR_FOR = frozenset(
    {"staff.manage", "keys.manage", "corrections.approve", "club.settings"}
)

_TILL = frozenset({"till.sell", "till.return", "till.reconcile"})
_OWNERS_ALONE = frozenset(
    {
        "staff.manage",
        "keys.manage",
        "messages.settings",
        "ledger.check",
        "audit.view",
        "club.settings",
    }
)
ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    OWNER: ALL,
    MANAGER: ALL - _OWNERS_ALONE,
    BRANCH_MANAGER: _TILL
    | {"purchases.view", "purchases.record", "returns.record", "program.view", "branch.terms"}
    | {"reports.view", "reports.schedule"},
    MARKETER: frozenset(
        {
            "members.view",
            "segments.edit",
            "purchases.view",
            "program.view",
            "program.edit",
            "program.publish",
            "rewards.edit",
            "draws.run",
            "codes.edit",
            "messages.view",
            "reports.view",
            "reports.schedule",
        }
    ),
    ACCOUNTANT: frozenset(
        {
            "members.view",
            "members.merge",
            "purchases.view",
            "invoices.issue",
            "corrections.make",
            "corrections.approve",
            "program.view",
            "messages.view",
            "reports.view",
            "reports.schedule",
            "ledger.view",
            "audit.view",
            "till.reconcile",
        }
    ),
    ANALYST: frozenset(
        {
            "members.view",
            "members.export",
            "purchases.view",
            "program.view",
            "messages.view",
            "reports.view",
            "reports.schedule",
            "ledger.view",
        }
    ),
    SUPPORT: frozenset(
        {
            "members.view",
            "members.edit",
            "members.merge",
            "purchases.view",
            "purchases.record",
            "returns.record",
            "invoices.issue",
            "corrections.make",
            "program.view",
            "messages.view",
        }
    ),
    CASHIER: _TILL - {"till.reconcile"},
}


def needs_second_factor(role: str, permissions: frozenset[str]) -> bool:
    """Whether who has this role proves herself by a second step: owners, accountants, and roles of
    the club's own that may as much."""
    return role in SECOND_FACTOR_ROLES or (
        role == OWN_ROLE and bool(permissions & _SECOND_FACTOR_FOR)
    )
