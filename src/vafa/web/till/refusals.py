"""Refusals as the cashier reads them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from vafa.commerce.errors import ReturnTooLarge
from vafa.core.errors import DomainError
from vafa.core.idempotency import KeyInFlight, KeyReused
from vafa.web.shared.context import current_lang


def said(error: DomainError) -> str:
    """The sentence of a refusal in the page's language."""
    if error.code == ReturnTooLarge.code:
        # What is left may be a quantity or a sum of money; the page shows both.
        return _("Not more than what is left can be returned.")
    if isinstance(error, KeyReused | KeyInFlight):
        return _(
            "This bill may have been recorded a moment ago. Look at the recent purchases before you record it again."
        )
    return error.message(current_lang())
