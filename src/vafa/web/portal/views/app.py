"""The portal as an app on the phone: its manifest, its service worker, its page without a line."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vafa.club.reads.context import club_context, only_club
from vafa.web.shared.assets import asset_url
from vafa.web.shared.build import ICONS
from vafa.web.shared.context import current_lang
from vafa.web.shared.service_worker import worker_answer
from vafa.web.shared.sessions import current_member

_KEEPS = ("app", "portal", "style", "vazirmatn")
# The ground of look.md, as the splash screen shows it.
_GROUND = "#FBFAF7"


@require_safe
@never_cache
def manifest(request: HttpRequest) -> JsonResponse:
    """What the phone calls the app and how it opens it."""
    member = current_member(request)
    club = club_context(member.club_id) if member else only_club()
    name = club.name if club else _("Vafa")
    lang = current_lang()
    content: dict[str, Any] = {
        "id": reverse("portal:home"),
        "name": name,
        "short_name": name[:12].strip(),
        "lang": lang,
        "dir": "rtl" if lang == "fa" else "ltr",
        "start_url": reverse("portal:home"),
        "scope": reverse("portal:home"),
        "display": "standalone",
        "background_color": _GROUND,
        "theme_color": _GROUND,
        "icons": [
            {
                "src": asset_url(icon),
                "type": "image/png",
                "sizes": f"{size}x{size}",
                "purpose": "maskable" if is_maskable else "any",
            }
            for icon, size, is_maskable in ICONS
        ],
        "shortcuts": [{"name": _("My card"), "url": reverse("portal:card")}],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@require_safe
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the list of what it keeps; other files make it another one."""
    return worker_answer("portal-sw.js", reverse("portal:offline"), *_KEEPS)


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page that the phone keeps: nobody's, until its script puts her card there."""
    return render(request, "portal/offline.html")
