"""``{% help_url request %}``: where the guide speaks of the page that is open."""

from __future__ import annotations

from django import template
from django.http import HttpRequest

from vafa.web.shared.context import current_lang
from vafa.web.shared.help import PLACES, help_address

register = template.Library()


@register.simple_tag
def help_url(request: HttpRequest | None, known: object = False) -> str:
    """The address of chapter and section for the open page. For any other page the contents, or,
    where it must be a ``known`` one, nothing."""
    match = getattr(request, "resolver_match", None)
    page = match.view_name if match else ""
    return "" if known and page not in PLACES else help_address(page, current_lang())
