"""A face's service worker as it is served: its script, with the list of what it keeps before it."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.templatetags.static import static

from vafa.web.shared.assets import MANIFEST, asset_url, built_files

# Only the phone itself asks for these, once, when it installs.
_ICONS = ".png"


def worker_answer(script: str, page: str, *stems: str) -> HttpResponse:
    """The built ``script`` ("till-sw.js"), which keeps the ``page`` at that address and all built
    files whose names begin with one of ``stems``; other files make it another worker."""
    itself = script.removesuffix(".js")
    files = [one for one in built_files(*stems) if itself not in one and not one.endswith(_ICONS)]
    keeps = [page, *files, static("img/logo.svg")]
    body = (MANIFEST.parent / asset_url(script).rsplit("/", 1)[-1]).read_text()
    text = f"self.KEEPS = {json.dumps(keeps)};\nself.PAGE = {json.dumps(page)};\n{body}"
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")
