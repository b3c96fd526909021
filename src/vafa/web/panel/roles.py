"""What roles are called."""

from __future__ import annotations

from django.utils.translation import gettext as _

from vafa.club.actor import BRANCH_MANAGER


def role_words(role: str) -> str:
    """A role's name."""
    return {
        "owner": _("Owner"),
        "manager": _("Manager"),
        BRANCH_MANAGER: _("Manager of a branch"),
        "accountant": _("Accountant"),
        "cashier": _("Cashier"),
    }.get(role, role)
