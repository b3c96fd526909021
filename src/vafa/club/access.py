"""The only doors from a face to a row: fetch and authorise in one step.

A row of another club, or one that the actor may not know of, is NotFound (404). A thing that the
actor's role may not do is Forbidden (403).
"""

from __future__ import annotations

from collections.abc import Iterable

from vafa.club.actor import Actor
from vafa.club.errors import MissingScope, UnknownBranch, UnknownMember
from vafa.club.models import ApiKey, Branch, Member, Staff
from vafa.core.errors import Forbidden, NotFound


def require_role(actor: Actor, roles: Iterable[str]) -> None:
    """Raise Forbidden unless the actor is staff in one of ``roles``."""
    if actor.kind != "staff" or actor.role not in set(roles):
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


def access_api_key(actor: Actor, key_id: int) -> ApiKey:
    """An API key of the actor's club, for its owner. Raises Forbidden or NotFound."""
    require_role(actor, ("owner",))
    key = ApiKey.objects.filter(pk=key_id, club_id=actor.club_id).first()
    if key is None:
        raise NotFound
    return key


def access_staff(actor: Actor, staff_id: int) -> Staff:
    """A staff role of the actor's club, for its owner. Raises Forbidden or NotFound."""
    require_role(actor, ("owner",))
    staff = Staff.objects.filter(pk=staff_id, club_id=actor.club_id).select_related("user").first()
    if staff is None:
        raise NotFound
    return staff
