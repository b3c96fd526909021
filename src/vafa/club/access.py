"""The only doors from a face to a row: fetch and authorise in one step.

A row of another club, or one that the actor may not know of, is NotFound (404). A thing that the
actor lacks the permission for is Forbidden (403).
"""

from __future__ import annotations

from vafa.club.actor import Actor
from vafa.club.errors import (
    MissingScope,
    UnknownBranch,
    UnknownMember,
    UnknownMerchant,
    UnknownTask,
)
from vafa.club.joining_errors import UnknownJoiningRequest
from vafa.club.models import (
    ApiKey,
    Branch,
    JoiningCode,
    JoiningRequest,
    Member,
    Merchant,
    NumberChange,
    OwnRole,
    Staff,
    Task,
)
from vafa.club.number_errors import UnknownNumberChange
from vafa.club.permissions import ALL, BRANCH_MANAGER, MANAGER, ROLE_PERMISSIONS
from vafa.club.reads.staff import branch_ids_of, staff_with_scope
from vafa.core.errors import Forbidden, NotFound


def staff_actor(staff: Staff) -> Actor:
    """The actor that a person of the staff is. With branches she works only there, and a manager
    with branches manages those alone."""
    branches = None if staff.branch_id is None else frozenset(branch_ids_of(staff))
    role = BRANCH_MANAGER if staff.role == MANAGER and branches else staff.role
    own = staff.own_role
    permissions = ALL & frozenset(own.permissions) if own else ROLE_PERMISSIONS[role]
    return Actor("staff", staff.id, staff.club_id, role, branches, permissions=permissions)


def require_permission(actor: Actor, permission: str) -> None:
    """Raise Forbidden unless the actor is staff with ``permission``."""
    if actor.kind != "staff" or not actor.may(permission):
        raise Forbidden


def require_scope(actor: Actor, scope: str) -> None:
    """Raise MissingScope unless the key was given ``scope``."""
    if scope not in actor.scopes:
        raise MissingScope(scope=scope)


def access_member(actor: Actor, member_id: int) -> Member:
    """A member of the actor's club; a member only reaches herself. Raises UnknownMember."""
    member = Member.objects.filter(pk=member_id, club_id=actor.club_id).first()
    if member is None or (actor.kind == "member" and actor.id != member.id):
        raise UnknownMember
    return member


def access_branch(actor: Actor, branch_id: int) -> Branch:
    """A branch at which the actor may work. Raises UnknownBranch."""
    branch = Branch.objects.filter(pk=branch_id, club_id=actor.club_id).first()
    if branch is None or not actor.may_use_branch(branch.id):
        raise UnknownBranch
    return branch


def access_branches(actor: Actor) -> list[Branch]:
    """The active branches at which the actor may work, by code."""
    branches = Branch.objects.filter(club_id=actor.club_id, is_active=True).order_by("code")
    return [branch for branch in branches if actor.may_use_branch(branch.id)]


def access_own_role(actor: Actor, role_id: int) -> OwnRole:
    """A role that the actor's club made, for who manages staff. Raises Forbidden or NotFound."""
    require_permission(actor, "staff.manage")
    role = OwnRole.objects.filter(pk=role_id, club_id=actor.club_id).first()
    if role is None:
        raise NotFound
    return role


def access_number_change(actor: Actor, change_id: int) -> NumberChange:
    """A change of a member's number in the actor's club. Raises UnknownNumberChange."""
    change = NumberChange.objects.filter(pk=change_id, club_id=actor.club_id).first()
    if change is None:
        raise UnknownNumberChange
    return change


def access_api_key(actor: Actor, key_id: int) -> ApiKey:
    """An API key of the actor's club, for who manages keys. Raises Forbidden or NotFound."""
    require_permission(actor, "keys.manage")
    key = ApiKey.objects.filter(pk=key_id, club_id=actor.club_id).first()
    if key is None:
        raise NotFound
    return key


def access_staff(actor: Actor, staff_id: int) -> Staff:
    """A person of the club's staff, for who manages it. Raises Forbidden or NotFound."""
    require_permission(actor, "staff.manage")
    staff = staff_with_scope().filter(pk=staff_id, club_id=actor.club_id).first()
    if staff is None:
        raise NotFound
    return staff


def access_merchant(actor: Actor, merchant_id: int) -> Merchant:
    """A business of the actor's club. Raises UnknownMerchant."""
    found = Merchant.objects.filter(pk=merchant_id, club_id=actor.club_id).first()
    if found is None:
        raise UnknownMerchant
    return found


def access_joining_code(actor: Actor, code_id: int) -> JoiningCode:
    """A code of the actor's club that people join with. Raises NotFound."""
    found = JoiningCode.objects.filter(pk=code_id, club_id=actor.club_id).first()
    if found is None:
        raise NotFound
    return found


def access_joining_request(actor: Actor, request_id: int) -> JoiningRequest:
    """Somebody who asked to join the actor's club. Raises UnknownJoiningRequest."""
    found = JoiningRequest.objects.filter(pk=request_id, club_id=actor.club_id).first()
    if found is None:
        raise UnknownJoiningRequest
    return found


def access_task(actor: Actor, task_id: int) -> Task:
    """A task that the actor asked for; of her whole club for who may settle its affairs.

    Raises UnknownTask; Forbidden for what somebody else of her club asked for.
    """
    task = Task.objects.filter(pk=task_id, club_id=actor.club_id).first()
    if task is None:
        raise UnknownTask
    if task.asked_by != actor.label and not actor.may("club.settings"):
        raise Forbidden
    return task
