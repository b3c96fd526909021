"""Where the built files are: names with a hash in them, listed in ``static/build/manifest.json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

MANIFEST: Final = Path(__file__).parent / "static" / "build" / "manifest.json"
# What lies beside the built files and is for no browser to load.
_NOT_LOADED: Final = {".gz", ".ttf", ".json"}
_cache: dict[int, dict[str, str]] = {}


def asset_url(name: str) -> str:
    """The address of a built file ("app.js", "style.css", "charts.js", "scan.js").

    Raises ImproperlyConfigured when the assets were not built.
    """
    try:
        version = MANIFEST.stat().st_mtime_ns
        if version not in _cache:
            _cache.clear()
            _cache[version] = json.loads(MANIFEST.read_text())
        return static("build/" + _cache[version][name])
    except (FileNotFoundError, KeyError) as error:
        raise ImproperlyConfigured(
            f"The asset {name!r} is not built: run `python -m vafa.web.shared.build`."
        ) from error


def built_files(*stems: str) -> list[str]:
    """The addresses of all built files whose names begin so ("app", "vazirmatn-arabic"), sorted."""
    names = sorted(
        file.name
        for file in MANIFEST.parent.iterdir()
        if file.suffix not in _NOT_LOADED and not file.name.startswith(".")
    )
    wanted = tuple(stems)
    return [static(f"build/{name}") for name in names if name.split(".")[0].startswith(wanted)]
