"""Wiring: every room's facets, in the order in which they are offered."""

from __future__ import annotations

from vafa.audience.registry import register_facets
from vafa.club.facets import CLUB_FACETS
from vafa.commerce.facets import COMMERCE_FACETS
from vafa.program.facets import PROGRAM_FACETS


def register_all() -> None:
    """Once, when the application is ready; again it changes nothing."""
    for facets in (COMMERCE_FACETS, PROGRAM_FACETS, CLUB_FACETS):
        register_facets(facets)
