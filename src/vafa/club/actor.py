"""Who acts: one typed value for staff, members, shop programs, imports and the system."""

from __future__ import annotations

from dataclasses import dataclass

SCOPES = (
    "members:read",
    "members:write",
    "purchases:read",
    "purchases:write",
    "rewards:read",
    "redemptions:write",
    "corrections:write",
    "events:write",
)


@dataclass(frozen=True, slots=True)
class Actor:
    """``kind``: staff, member, key, import or system; ``id`` within its kind.

    ``branch_ids`` None means every branch of the club. ``role`` and ``permissions`` (see
    ``permissions.py``) are of staff alone.
    """

    kind: str
    id: int
    club_id: int
    role: str = ""
    branch_ids: frozenset[int] | None = None
    scopes: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """How rows name the actor: "staff:12"."""
        return f"{self.kind}:{self.id}"

    def may(self, permission: str) -> bool:
        """Whether the actor has this permission, at whichever branches are hers."""
        return permission in self.permissions

    @property
    def is_of_branches(self) -> bool:
        """Whether only some of the club's branches are hers."""
        return self.branch_ids is not None

    def may_use_branch(self, branch_id: int) -> bool:
        """Whether the actor may record at this branch."""
        return self.branch_ids is None or branch_id in self.branch_ids


def system_actor(club_id: int) -> Actor:
    """Vafa itself: jobs that nobody asked for."""
    return Actor("system", 0, club_id)


def import_actor(club_id: int, number: int = 0) -> Actor:
    """An import from a file, by its number."""
    return Actor("import", number, club_id)
