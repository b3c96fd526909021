"""What the audit calls the settings of joining and of the business."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _


def business_field_words() -> dict[str, str]:
    """The fields in the order in which they are shown."""
    return {
        "mode": _("Who may join"),
        "by_invitation": _("By a member's invitation"),
        "by_code": _("By a code of the club"),
        "by_receipt_of": _("By a purchase of at least"),
        "receipt_days": _("not older than"),
        "by_approval": _("By approval"),
        "opens": _("Opens a closed club"),
        "most_uses": _("Uses"),
        "last_day": _("Last day"),
        "sku": _("Code (SKU)"),
        "category": _("Category"),
        "price": _("Price"),
        "step": _("Step"),
    }


def mode_words(mode: str) -> str:
    """Who may join."""
    return {"open": _("Everybody"), "closed": _("Not everybody")}.get(mode, mode)


def asked_words(asked: Sequence[object]) -> str:
    """When a detail of members is asked, and whether one must answer: [when, must]."""
    when, must = asked
    said = {
        "never": _("Not asked"),
        "profile": _("In the profile"),
        "joining": _("When joining"),
    }.get(str(when), str(when))
    return _("%(when)s, required") % {"when": said} if must else said
