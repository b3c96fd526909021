"""What members may be interested in: the club's categories of products."""

from __future__ import annotations

from collections.abc import Collection

from vafa.commerce.models import Category

# More than these nobody reads through.
_MOST = 60


def interest_choices(club_id: int) -> list[tuple[str, str]]:
    """The first categories of the club, by code and name."""
    rows = Category.objects.filter(club_id=club_id).order_by("name", "id")
    return list(rows.values_list("code", "name")[:_MOST])


def interest_names(club_id: int, codes: Collection[str]) -> list[str]:
    """What these categories are called, as far as they are still there."""
    if not codes:
        return []
    rows = Category.objects.filter(club_id=club_id, code__in=codes).order_by("name", "id")
    return list(rows.values_list("name", flat=True))
