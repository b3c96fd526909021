"""Why something of a sale without a line is open, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _


def why_words() -> dict[str, str]:
    """A sentence for each ``why`` of an OfflineSale."""
    return {
        "balance": _("Spent elsewhere meanwhile: recorded without this payment."),
        "terms": _("The rules do not allow this payment: recorded without it."),
        "allowance": _("More than she may spend offline: recorded without this payment."),
        "snapshot": _("The till's list was not ours: recorded without this payment."),
        "stale": _("The till's list was too old: recorded without this payment."),
        "voucher": _("The voucher could not be used: recorded without it."),
        "confirm": _("The member had not confirmed it: recorded without this payment."),
        "blocked": _("The member is not active: recorded without her."),
        "receipt": _("The receipt number was used already: recorded under another."),
        "refused": _("It could not be recorded."),
    }


def how_words() -> dict[str, str]:
    """A sentence for each way in which an OfflineSale was settled."""
    return {
        "points": _("Taken from the member's next points"),
        "money": _("Settled in money"),
        "write_off": _("Borne by the branch"),
    }
