"""Which language a page speaks, and the two switches (language, theme) that every page has.

A browser's Accept-Language is not asked: in Iran it is often English on devices whose owner
reads Persian.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from vafa.club.actions.members import remember_language
from vafa.web.shared.context import LANGUAGE_CHOSEN, THEME_COOKIE, THEMES, use_calendar

LANGUAGE_COOKIE: Final = "vafa_lang"
LANGUAGE_SESSION: Final = "vafa_lang"
# As ``sessions`` writes it.
MEMBER_SESSION: Final = "member_id"
LANGUAGES: Final = ("fa", "en")
_A_YEAR: Final = 365 * 24 * 3600


def chosen_language(request: HttpRequest) -> str | None:
    """What the person chose: in this session, in their profile, or on this device; else None."""
    session = getattr(request, "session", None)
    candidates: list[str] = []
    if session is not None and settings.SESSION_COOKIE_NAME in request.COOKIES:
        candidates.append(str(session.get(LANGUAGE_SESSION, "")))
        # Only then does reading the user cost no query that the page would not make anyway.
        if SESSION_KEY in session:
            candidates.append(str(getattr(request.user, "language", "") or ""))
    candidates.append(request.COOKIES.get(LANGUAGE_COOKIE, ""))
    return next((c for c in candidates if c in LANGUAGES), None)


class LanguageMiddleware:
    """Speaks the chosen language, else Persian; ``use_club`` may change it to the club's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = chosen_language(request)
        setattr(request, LANGUAGE_CHOSEN, chosen is not None)
        translation.activate(chosen or "fa")
        try:
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "fa")
            patch_vary_headers(response, ("Cookie",))
            return response
        finally:
            translation.deactivate()
            timezone.deactivate()
            use_calendar("")


def _back(request: HttpRequest) -> HttpResponseRedirect:
    target = request.POST.get("next") or request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if safe else "/")


def _remember(request: HttpRequest, lang: str) -> None:
    """A member's language is hers on every device, and in messages."""
    member_id = request.session.get(MEMBER_SESSION)
    if member_id is not None:
        remember_language(member_id, lang)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keeps the posted ``lang`` for this session and this device, and goes back to ``next``."""
    response = _back(request)
    lang = request.POST.get("lang", "")
    if lang in LANGUAGES:
        if hasattr(request, "session") and settings.SESSION_COOKIE_NAME in request.COOKIES:
            request.session[LANGUAGE_SESSION] = lang
            _remember(request, lang)
        response.set_cookie(
            LANGUAGE_COOKIE,
            lang,
            max_age=_A_YEAR,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keeps the posted ``theme`` (auto, light, dark) on this device, and goes back to ``next``."""
    response = _back(request)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE, theme, max_age=_A_YEAR, secure=request.is_secure(), samesite="Lax"
        )
    return response
