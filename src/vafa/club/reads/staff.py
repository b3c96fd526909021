"""People of the staff with what decides about them: login, role, branches, second factor."""

from __future__ import annotations

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from vafa.club.models import SecondFactor, Staff, StaffBranch, User
from vafa.club.permissions import OWNER


def staff_with_scope() -> QuerySet[Staff]:
    """Staff with user, second factor, role and branches, in one statement."""
    more = StaffBranch.objects.filter(staff=OuterRef("pk")).values("branch_id")
    found = Staff.objects.select_related("user__second_factor", "branch", "own_role")
    return found.annotate(more_branch_ids=ArraySubquery(more))


def branch_ids_of(staff: Staff) -> list[int]:
    """The branches at which she works, the first one first; none for all of them."""
    if staff.branch_id is None:
        return []
    more = getattr(staff, "more_branch_ids", None)
    if more is None:
        more = staff.more_branches.values_list("branch_id", flat=True)
    return [staff.branch_id, *sorted(more)]


def second_factor_of(user: User) -> SecondFactor | None:
    """Her second factor as far as it is of use: confirmed."""
    found: SecondFactor | None = getattr(user, "second_factor", None)
    return found if found is not None and found.confirmed_at is not None else None


def works_elsewhere(staff: Staff) -> bool:
    """Whether her login lets her into another club too."""
    others = Staff.objects.filter(user_id=staff.user_id, is_active=True)
    return others.exclude(club_id=staff.club_id).exists()


def is_last_owner(staff: Staff) -> bool:
    """Whether nobody else who may log in owns the club."""
    owners = Staff.objects.filter(club_id=staff.club_id, role=OWNER, is_active=True)
    return staff.role == OWNER and not owners.exclude(pk=staff.pk).exists()
