"""Make a club with its book, first merchant and branches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from vafa.club.actions.audit import SYSTEM, Thing, record_audit
from vafa.club.actions.consents import seed_purposes
from vafa.club.models import (
    Branch,
    Club,
    ClubDisplayUnit,
    Merchant,
    OwnRole,
    Staff,
    StaffBranch,
    User,
)
from vafa.club.reads.context import default_display_unit, forget_contexts
from vafa.core.clock import now
from vafa.core.errors import InvalidInput
from vafa.core.money import CURRENCIES
from vafa.ledger.actions.books import open_book

_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,60}")


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
    """A new club with an empty book of points.

    Raises InvalidInput for an unknown currency or time zone, and for a slug that is no part of an
    address (Latin letters, digits, hyphens).
    """
    if currency not in CURRENCIES:
        raise InvalidInput(field="currency")
    _check_zone(zone)
    if not _SLUG.fullmatch(slug):
        raise InvalidInput(field="slug")
    with transaction.atomic():
        book = open_book(
            name, calendar="gregorian" if calendar == "gregorian" else "jalali", zone=zone
        )
        club = Club.objects.create(
            book=book.book,
            points_unit=book.points,
            credit_unit=book.credit,
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
        seed_purposes(club.id, now())
        settings = {"currency": currency, "zone": zone, "calendar": calendar, "language": language}
        record_audit(club.id, SYSTEM, "club.created", Thing("club", club.id, name), after=settings)
    forget_contexts()
    return club


def create_merchant(club: Club, name: str) -> Merchant:
    """A business in the club."""
    return Merchant.objects.create(club=club, name=name)


def create_branch(
    merchant: Merchant, *, code: str, name: str, kind: str = "store", city: str = ""
) -> Branch:
    """A place of sale; ``kind``: store or online."""
    with transaction.atomic():
        branch = Branch.objects.create(
            club=merchant.club, merchant=merchant, code=code, name=name, kind=kind, city=city
        )
        after = {"code": code, "kind": kind, "city": city}
        thing = Thing("branch", branch.id, name)
        record_audit(merchant.club_id, SYSTEM, "branch.created", thing, after=after)
    return branch


def create_staff(
    club: Club,
    *,
    username: str,
    password: str,
    name: str,
    role: str,
    branch: Branch | None = None,
    more_branches: Sequence[Branch] = (),
    own_role: OwnRole | None = None,
    by: str = SYSTEM,
) -> Staff:
    """A login with a role in the club, at ``branch`` and ``more_branches`` or everywhere; ``by`` is
    the label of who makes it. ``own_role`` is the club's own for the role "own".

    Raises django.db.IntegrityError when the user name is taken.
    """
    with transaction.atomic():
        user = User.objects.create_user(username, password, name=name)
        staff = Staff.objects.create(
            club=club, user=user, role=role, own_role=own_role, branch=branch
        )
        StaffBranch.objects.bulk_create(
            StaffBranch(staff=staff, branch=another) for another in more_branches
        )
        places = [one.name for one in (branch, *more_branches) if one]
        after = {
            "username": user.username,
            "role": str(own_role) if own_role else role,
            "branch": "، ".join(places) or None,
        }
        record_audit(club.id, by, "staff.created", thing_of_staff(staff), after=after)
    return staff


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    # A name that is a folder of the zones' database ("America") or leads out of it is no zone either.
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput(field="zone") from error


def thing_of_staff(staff: Staff) -> Thing:
    """A person of the staff, for the audit."""
    return Thing("staff", staff.id, str(staff.user))
