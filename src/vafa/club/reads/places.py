"""The businesses of a club and where they sell."""

from __future__ import annotations

from vafa.club.models import Branch, Merchant


def list_merchants(club_id: int) -> list[Merchant]:
    """The club's businesses by name, their branches at hand (``merchant.branches.all()``)."""
    rows = Merchant.objects.filter(club_id=club_id).prefetch_related("branches")
    return list(rows.order_by("name", "id"))


def list_club_branches(club_id: int) -> list[Branch]:
    """All branches by code, closed ones too, with their merchants."""
    rows = Branch.objects.filter(club_id=club_id).select_related("merchant")
    return list(rows.order_by("code"))
