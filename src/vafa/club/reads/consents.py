"""What a club asks consent for, and what its members said."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from vafa.club.models import Consent, ConsentPurpose
from vafa.club.rules.consents import consent_key
from vafa.core.cache import TtlCache

_SECONDS = 5.0


class Asked(NamedTuple):
    """One consent that members are asked for: a purpose by one channel, in the words of today."""

    key: str
    purpose: ConsentPurpose
    channel: str


_purposes: TtlCache[int, tuple[ConsentPurpose, ...]] = TtlCache(_SECONDS)


def list_purposes(club_id: int, *, with_closed: bool = False) -> list[ConsentPurpose]:
    """The club's purposes in the words that hold, at most five seconds old."""
    found = _purposes.get(club_id, lambda: _load(club_id))
    return [purpose for purpose in found if with_closed or purpose.is_active]


def forget_purposes() -> None:
    """After a change in this process."""
    _purposes.clear()


def asked_consents(club_id: int) -> list[Asked]:
    """Every consent that members are asked for, in order."""
    return [
        Asked(consent_key(purpose.code, channel), purpose, channel)
        for purpose in list_purposes(club_id)
        for channel in purpose.channels
    ]


class Said(NamedTuple):
    """What a member once said about a consent, and in which words she was asked (0: none)."""

    at: datetime
    purpose: str
    channel: str
    is_given: bool
    face: str
    actor: str
    version: int


def consent_history(member_ids: list[int], limit: int = 200) -> list[Said]:
    """What these memberships (one person's) said, the newest first."""
    rows = Consent.objects.filter(member_id__in=member_ids).order_by("-at", "-id")[:limit]
    return [Said(r.at, r.purpose, r.channel, r.is_given, r.face, r.actor, r.version) for r in rows]


def _load(club_id: int) -> tuple[ConsentPurpose, ...]:
    rows = (
        ConsentPurpose.objects.filter(club_id=club_id).order_by("code", "-version").distinct("code")
    )
    first = {
        code: number
        for number, code in ConsentPurpose.objects.filter(club_id=club_id, version=1).values_list(
            "id", "code"
        )
    }
    return tuple(sorted(rows, key=lambda purpose: first[purpose.code]))
