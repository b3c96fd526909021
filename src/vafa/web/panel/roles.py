"""What roles are called."""

from __future__ import annotations

from django.utils.translation import gettext as _


def role_words(role: str) -> str:
    """A role's name."""
    return {
        "owner": _("Owner"),
        "manager": _("Manager"),
        "accountant": _("Accountant"),
        "cashier": _("Cashier"),
    }.get(role, role)
