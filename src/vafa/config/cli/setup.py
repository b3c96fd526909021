"""Loading Django."""

from __future__ import annotations

import os

import django

from vafa.core.garbage import collect_seldom


def setup_django() -> None:
    """Loads Django with Vafa's settings; opens no connection."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vafa.config.settings")
    django.setup()
    collect_seldom()
