"""Make a club with its book, first merchant and branches."""

from __future__ import annotations

from datetime import date

from vafa.club.models import Branch, Club, ClubDisplayUnit, Merchant, Staff, User
from vafa.club.reads.context import default_display_unit, forget_contexts
from vafa.core.errors import InvalidInput
from vafa.core.money import CURRENCIES
from vafa.ledger.actions.books import open_book


def create_club(
    *,
    name: str,
    slug: str,
    currency: str = "IRR",
    zone: str = "Asia/Tehran",
    calendar: str = "jalali",
    language: str = "fa",
    display_unit: str = "",
) -> Club:
    """A new club with an empty book of points. Raises InvalidInput for an unknown currency."""
    if currency not in CURRENCIES:
        raise InvalidInput(field="currency")
    book = open_book(name)
    club = Club.objects.create(
        book=book.book,
        points_unit=book.points,
        name=name,
        slug=slug,
        currency=currency,
        zone=zone,
        calendar=calendar,
        language=language,
    )
    ClubDisplayUnit.objects.create(
        club=club,
        unit=display_unit or default_display_unit(currency),
        effective_from=date(2000, 1, 1),
    )
    forget_contexts()
    return club


def create_merchant(club: Club, name: str) -> Merchant:
    """A business in the club."""
    return Merchant.objects.create(club=club, name=name)


def create_branch(
    merchant: Merchant, *, code: str, name: str, kind: str = "store", city: str = ""
) -> Branch:
    """A place of sale; ``kind``: store or online."""
    return Branch.objects.create(
        club=merchant.club, merchant=merchant, code=code, name=name, kind=kind, city=city
    )


def create_staff(
    club: Club, *, username: str, password: str, name: str, role: str, branch: Branch | None = None
) -> Staff:
    """A login with a role in the club."""
    user = User.objects.create_user(username, password, name=name)
    return Staff.objects.create(club=club, user=user, role=role, branch=branch)


def set_staff_active(staff: Staff, active: bool) -> None:
    """Let a person of the staff in, or not any more (from her next request on)."""
    staff.is_active = active
    staff.save(update_fields=["is_active"])
