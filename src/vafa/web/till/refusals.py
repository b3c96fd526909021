"""Refusals as the cashier reads them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from vafa.commerce.errors import ReturnTooLarge
from vafa.core.errors import DomainError, StoredRefusal
from vafa.core.idempotency import KeyReused
from vafa.core.money import format_number
from vafa.web.shared.context import current_lang


def said(error: DomainError) -> str:
    """The sentence of a refusal in the page's language, its numbers in the page's digits."""
    lang = current_lang()
    if error.code == ReturnTooLarge.code:
        # What is left may be a quantity or a sum of money; the page shows both.
        return _("Not more than what is left can be returned.")
    if isinstance(error, KeyReused):
        return _(
            "This bill may have been recorded a moment ago. Look at the recent purchases before you record it again."
        )
    if isinstance(error, StoredRefusal):
        return error.message(lang)
    shown = {
        name: format_number(value, lang) if type(value) is int else value
        for name, value in error.details.items()
    }
    return (error.fa if lang == "fa" else error.en).format(**shown)
