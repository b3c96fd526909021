"""The language and the look of what the commands print."""

from __future__ import annotations

import gettext as _gettext
import os
from contextlib import suppress
from functools import cache
from pathlib import Path

from rich.console import Console

console = Console(highlight=False, soft_wrap=True)
error_console = Console(stderr=True, highlight=False, soft_wrap=True)


def language() -> str:
    """ "fa" or "en": VAFA_LANG, else the terminal's own language, else English."""
    chosen = os.environ.get("VAFA_LANG", "")
    if chosen in {"fa", "en"}:
        return chosen
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "fa" if value.startswith("fa") else "en"
    return "en"


@cache
def _catalogue(lang: str) -> _gettext.NullTranslations:
    folder = Path(__file__).parent / "locale"
    return _gettext.translation("django", folder, languages=[lang], fallback=True)


def gettext(text: str) -> str:
    """The sentence in the terminal's language, without needing Django."""
    return _catalogue(language()).gettext(text)


def tell(text: str, *, markup: bool = False, style: str = "") -> None:
    """Says something to whoever watches the terminal; nothing ends because nobody can be told.

    The terminal may be gone, or be a file on a disk that is full.
    """
    with suppress(OSError):
        error_console.print(text, markup=markup, style=style)
