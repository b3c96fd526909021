"""Wiring: every room's facets, in the order in which they are offered, and who uses segments."""

from __future__ import annotations

from vafa.audience.reads.segments import register_guard, register_uses
from vafa.audience.registry import register_facets
from vafa.club.attribute_facets import ATTRIBUTE_FACETS
from vafa.club.detail_facets import DETAIL_FACETS
from vafa.club.facets import CLUB_FACETS
from vafa.commerce.facets import COMMERCE_FACETS
from vafa.program.facets import PROGRAM_FACETS
from vafa.program.reads.reward_access import segment_uses
from vafa.program.reads.segment_uses import rules_of_segment
from vafa.program.reads.tier_segments import guard_segments


def register_all() -> None:
    """Once, when the application is ready; again it changes nothing."""
    for facets in (COMMERCE_FACETS, PROGRAM_FACETS, CLUB_FACETS, DETAIL_FACETS, ATTRIBUTE_FACETS):
        register_facets(facets)
    register_uses(rules_of_segment)
    register_uses(segment_uses)
    register_guard(guard_segments)
