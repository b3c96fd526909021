"""Orders in words."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from vafa.core.money import format_number
from vafa.web.shared.context import current_lang

_KINDS = {"draft": "muted", "placed": "warning", "registering": "warning", "registered": "info"}


def state_words(state: str) -> str:
    """How staff call a state of an order."""
    return {
        "draft": _("Being written"),
        "placed": _("Ordered"),
        "registering": _("Being recorded"),
        "registered": _("Recorded as a purchase"),
        "delivered": _("Delivered"),
        "closed": _("Finished"),
        "cancelled": _("Cancelled"),
    }[state]


def state_kind(state: str) -> str:
    """The kind of its badge."""
    return _KINDS.get(state, "success" if state in ("delivered", "closed") else "muted")


def quantity_words(thousandths: int) -> str:
    """A quantity in the page's digits: «۲», «۰٫۵»."""
    return format_number((Decimal(thousandths) / 1000).normalize(), current_lang())


def seller_field_words() -> dict[str, str]:
    """What the audit calls the details of who sells."""
    return {
        "address": _("Address"),
        "postcode": _("Postcode"),
        "phone": _("Telephone"),
        "economic_code": _("Economic code"),
        "national_id": _("National ID"),
        "registration_no": _("Registration number"),
        "months": _("For how many months"),
        "first_free_days": _("Free days at the beginning"),
        "grace_days": _("Days of grace"),
        "remind_days": _("Reminder, days before the end"),
        "fee_until": _("Fee paid until"),
    }
