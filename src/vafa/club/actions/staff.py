"""What a person of the staff may: her role, her branches, whether she is let in; own roles."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction

from vafa.club.actions.audit import Thing, changes, record_audit
from vafa.club.actions.clubs import thing_of_staff
from vafa.club.actions.sessions import end_staff_sessions
from vafa.club.actor import Actor
from vafa.club.errors import UnknownBranch
from vafa.club.models import Branch, Club, OwnRole, Staff, StaffBranch
from vafa.club.permissions import (
    ALL,
    BRANCH_MANAGER,
    BUILT_IN,
    CASHIER,
    MANAGER,
    OWN_ROLE,
    ROLE_PERMISSIONS,
)
from vafa.club.reads.staff import branch_ids_of, is_last_owner, staff_with_scope
from vafa.club.staff_errors import (
    BranchesNeeded,
    LastOwner,
    NotYoursToGive,
    RoleInUse,
    RoleNameTaken,
    UnknownRole,
)
from vafa.core.db import execute
from vafa.core.errors import InvalidInput
from vafa.core.text import normalize

_ROLE_FIELDS = ("name", "name_en", "permissions", "of_branches")


def set_staff_role(
    staff: Staff, *, role: str, own: OwnRole | None, branches: Sequence[Branch], actor: Actor
) -> None:
    """Give a person another role or other branches (none: all of them); a built-in ``role`` or, with
    "own", the club's own. Her sessions see it from the next request on.

    Raises NotYoursToGive, LastOwner, BranchesNeeded, UnknownRole, UnknownBranch.
    """
    check_role(role, own, branches, actor)
    with transaction.atomic():
        _lock_staff(staff.club_id)
        now_is = staff_with_scope().get(pk=staff.pk)
        may_change(actor, now_is)
        if role != now_is.role and is_last_owner(now_is):
            raise LastOwner
        before = facts_of(now_is)
        now_is.role, now_is.own_role = stored_role(role), own
        now_is.branch = branches[0] if branches else None
        now_is.save(update_fields=["role", "own_role", "branch"])
        set_more_branches(now_is, branches)
        after = facts_of(staff_with_scope().get(pk=staff.pk))
        was, will = changes(before, after)
        if will:
            record_audit(
                staff.club_id,
                actor.label,
                "staff.changed",
                thing_of_staff(now_is),
                before=was,
                after=will,
            )


def set_staff_active(staff: Staff, active: bool, *, actor: Actor) -> None:
    """Let a person of the staff in, or not any more: her sessions end at once.

    Raises LastOwner, NotYoursToGive.
    """
    with transaction.atomic():
        _lock_staff(staff.club_id)
        now_is = staff_with_scope().get(pk=staff.pk)
        may_change(actor, now_is)
        if not active and is_last_owner(now_is):
            raise LastOwner
        changed = Staff.objects.filter(pk=staff.pk, is_active=not active).update(is_active=active)
        staff.is_active = active
        if not active:
            end_staff_sessions(staff.pk)
        if changed:
            action = "staff.activated" if active else "staff.deactivated"
            record_audit(staff.club_id, actor.label, action, thing_of_staff(staff))


def save_own_role(
    club: Club,
    role: OwnRole | None,
    *,
    name: str,
    name_en: str,
    permissions: Collection[str],
    of_branches: bool,
    actor: Actor,
) -> OwnRole:
    """Make a role of the club's own, or change one; who has it may what it says at once.

    Raises NotYoursToGive where it would allow more than its maker may (or did before),
    RoleNameTaken, UnknownRole, InvalidInput (name, permissions), and BranchesNeeded where somebody who has
    it works everywhere.
    """
    given = ALL & frozenset(permissions)
    if not given:
        raise InvalidInput(field="permissions")
    said = normalize(name)
    with transaction.atomic():
        _lock_staff(club.pk)
        if role is not None:
            # As it is by now: somebody may have given it more meanwhile, or taken it away.
            role = OwnRole.objects.filter(pk=role.pk).first()
            if role is None:
                raise UnknownRole
        had = frozenset(role.permissions) & ALL if role else frozenset()
        if not (given | had) <= actor.permissions:
            raise NotYoursToGive
        if not said or said in BUILT_IN:
            raise InvalidInput(field="name")
        if OwnRole.objects.filter(club=club, name=said).exclude(pk=role.pk if role else 0).exists():
            raise RoleNameTaken
        if of_branches and role and role.staff.filter(branch__isnull=True).exists():
            raise BranchesNeeded
        before = _role_facts(role) if role else {}
        made = role or OwnRole(club=club)
        made.name, made.name_en = said, normalize(name_en)
        made.permissions, made.of_branches = sorted(given), of_branches
        made.save(update_fields=_ROLE_FIELDS if role else None)
        was, will = changes(before, _role_facts(made))
        if will:
            action = "role.changed" if role else "role.created"
            thing = Thing("role", made.pk, made.name)
            record_audit(club.pk, actor.label, action, thing, before=was, after=will)
    return made


def delete_own_role(role: OwnRole, *, actor: Actor) -> None:
    """Take a role away that nobody has. Raises RoleInUse."""
    with transaction.atomic():
        _lock_staff(role.club_id)
        if role.staff.exists():
            raise RoleInUse
        thing = Thing("role", role.pk, role.name)
        record_audit(role.club_id, actor.label, "role.deleted", thing, before=_role_facts(role))
        role.delete()


def check_role(role: str, own: OwnRole | None, branches: Sequence[Branch], actor: Actor) -> None:
    """Raise NotYoursToGive for a role that may more than ``actor``, BranchesNeeded for one that works at
    branches of hers only, UnknownRole and UnknownBranch for what is not of the actor's club."""
    if role == OWN_ROLE:
        if own is None or own.club_id != actor.club_id:
            raise UnknownRole
        gives = ALL & frozenset(own.permissions)
    elif role in ROLE_PERMISSIONS:
        gives = ROLE_PERMISSIONS[role]
    else:
        raise UnknownRole
    if not gives <= actor.permissions:
        raise NotYoursToGive
    if any(b.club_id != actor.club_id or not actor.may_use_branch(b.id) for b in branches):
        raise UnknownBranch
    if actor.is_of_branches and not branches:
        raise NotYoursToGive
    needs = role in (CASHIER, BRANCH_MANAGER) or (own is not None and own.of_branches)
    if needs and not branches:
        raise BranchesNeeded


def stored_role(role: str) -> str:
    """As which a role is stored: the manager of branches is a manager who has some."""
    return MANAGER if role == BRANCH_MANAGER else role


def may_change(actor: Actor, staff: Staff) -> None:
    """Raise NotYoursToGive where the person may more than ``actor``: nobody takes power upwards."""
    own = staff.own_role
    role = BRANCH_MANAGER if staff.role == MANAGER and staff.branch_id else staff.role
    may = ALL & frozenset(own.permissions) if own else ROLE_PERMISSIONS[role]
    if not may <= actor.permissions:
        raise NotYoursToGive


def set_more_branches(staff: Staff, branches: Sequence[Branch]) -> None:
    """Make these her branches, beside the first of them, which her row names."""
    StaffBranch.objects.filter(staff=staff).delete()
    StaffBranch.objects.bulk_create(
        StaffBranch(staff=staff, branch=branch) for branch in branches[1:]
    )


def facts_of(staff: Staff) -> dict[str, object]:
    """What the audit keeps of a person's place."""
    names = dict(Branch.objects.filter(pk__in=branch_ids_of(staff)).values_list("id", "name"))
    role = str(staff.own_role) if staff.own_role else staff.role
    return {"role": role, "branch": "، ".join(names[n] for n in branch_ids_of(staff)) or None}


def _role_facts(role: OwnRole) -> dict[str, object]:
    return {
        "name": role.name,
        "name_en": role.name_en,
        "permissions": list(role.permissions),
        "of_branches": role.of_branches,
    }


def _lock_staff(club_id: int) -> None:
    """Two who change staff at the same moment see each other: of two owners one stays."""
    execute("SELECT pg_advisory_xact_lock(hashtextextended('club staff', %s))", [club_id])


def audit_sessions_ended(staff: Staff, *, by: str) -> None:
    """Note that her sessions, or some of them, were ended; inside the transaction that did it."""
    record_audit(staff.club_id, by, "staff.logged_out", thing_of_staff(staff))
