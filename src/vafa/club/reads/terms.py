"""The club's terms of membership: which version holds, and which members must have accepted."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from vafa.club.models import Member, Terms
from vafa.core.cache import TtlCache
from vafa.core.clock import now
from vafa.core.errors import NotFound

_SECONDS = 5.0


class Published(NamedTuple):
    """A version and since when it holds."""

    version: int
    starts_at: datetime
    asks_again: bool


_published: TtlCache[int, tuple[Published, ...]] = TtlCache(_SECONDS)


def forget_terms() -> None:
    """After a change in this process."""
    _published.clear()


def version_in_force(club_id: int) -> int:
    """The version that holds now, at most five seconds old; 0 where a club has no terms."""
    return max((p.version for p in _begun(club_id)), default=0)


def version_asked(club_id: int) -> int:
    """The oldest version that satisfies: whoever accepted none since is asked at her next visit.
    0 where a club has no terms."""
    begun = _begun(club_id)
    if not begun:
        return 0
    again = [p.version for p in begun if p.asks_again]
    return max(again, default=min(p.version for p in begun))


def must_accept(member: Member) -> bool:
    """Whether the member has to accept the terms before she goes on."""
    return member.terms_version < version_asked(member.club_id)


def terms_in_force(club_id: int) -> Terms | None:
    """The terms that hold now; None where a club has none."""
    version = version_in_force(club_id)
    return Terms.objects.filter(club_id=club_id, version=version).first() if version else None


def terms_version(club_id: int, version: int) -> Terms:
    """A version that holds or did. Raises NotFound."""
    found = Terms.objects.filter(club_id=club_id, version=version, starts_at__lte=now()).first()
    if found is None:
        raise NotFound
    return found


def draft_of(club_id: int) -> Terms | None:
    """What is being written."""
    return Terms.objects.filter(club_id=club_id, version__isnull=True).first()


def list_terms(club_id: int) -> list[Terms]:
    """The published versions, the newest first."""
    return list(
        Terms.objects.filter(club_id=club_id, version__isnull=False).order_by("-version")[:200]
    )


def _begun(club_id: int) -> list[Published]:
    moment = now()
    return [p for p in _published.get(club_id, lambda: _load(club_id)) if p.starts_at <= moment]


def _load(club_id: int) -> tuple[Published, ...]:
    rows = Terms.objects.filter(club_id=club_id, version__isnull=False).order_by("version")
    return tuple(
        Published(number, start, again)
        for number, start, again in rows.values_list("version", "starts_at", "asks_again")
        if number is not None and start is not None
    )
