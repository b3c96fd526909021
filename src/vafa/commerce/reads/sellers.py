"""Who sells, as documents say it."""

from __future__ import annotations

from vafa.club.models import Branch
from vafa.commerce.models import SellerDetails
from vafa.commerce.rules.documents import SELLER, seller_of


def details_of(found: SellerDetails | None) -> dict[str, str]:
    """What was set of a merchant or branch, by the names of ``SELLER``."""
    return {field: getattr(found, field) if found else "" for field in SELLER}


def seller_at(branch: Branch) -> dict[str, str]:
    """What a document of this branch says: its own details, else its merchant's."""
    rows = SellerDetails.objects.filter(branch=branch) | SellerDetails.objects.filter(
        merchant=branch.merchant_id
    )
    found = sorted(rows, key=lambda row: row.branch_id is None)
    return seller_of(*map(details_of, found), name=branch.merchant.name)


def seller_rows(club_id: int) -> dict[tuple[str, int], SellerDetails]:
    """What was set in a club, by (merchant or branch, its number)."""
    rows = SellerDetails.objects.filter(club_id=club_id)
    return {
        ("branch", row.branch_id)
        if row.branch_id is not None
        else ("merchant", row.merchant_id or 0): row
        for row in rows
    }
