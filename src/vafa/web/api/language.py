"""The language in which the API explains itself."""

from __future__ import annotations

from django.http import HttpRequest


def language_of(request: HttpRequest) -> str:
    """ "fa" when Accept-Language begins with it, else "en": programs speak English by default."""
    return "fa" if request.headers.get("Accept-Language", "").lower().startswith("fa") else "en"
