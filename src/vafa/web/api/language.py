"""The language in which the API explains itself."""

from __future__ import annotations

from django.http import HttpRequest


def language_of(request: HttpRequest) -> str:
    """ "fa" when Accept-Language begins with it, else "en": programs speak English by default."""
    return said_language(request.headers.get("Accept-Language", ""))


def said_language(accepted: str) -> str:
    """The same of the header's value."""
    return "fa" if accepted.lower().startswith("fa") else "en"
