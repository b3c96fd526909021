"""Who may join a club, the codes that open it, and who asks."""

from __future__ import annotations

from collections.abc import Sequence

from vafa.club.models import JoiningCode, JoiningRequest, JoiningTerms, Member
from vafa.club.rules.joining import WAITING, Terms, clean_code


def joining_terms(club_id: int) -> Terms:
    """What holds now; a club that never said anything is open to all."""
    found = JoiningTerms.objects.filter(club_id=club_id).order_by("-version").first()
    if found is None:
        return Terms()
    return Terms(**{field: getattr(found, field) for field in Terms._fields})


def numbers_of_who_left(club_id: int, mobiles: Sequence[str]) -> set[str]:
    """Those of the mobiles with which somebody was a member of the club and has left it."""
    if not mobiles:
        return set()
    left = Member.objects.filter(club_id=club_id, former_mobile__in=mobiles)
    return {number for number in left.values_list("former_mobile", flat=True) if number}


def find_joining_code(club_id: int, typed: str) -> JoiningCode | None:
    """The code that somebody typed or came with, closed ones too; None for none of the club's."""
    text = clean_code(typed)
    return JoiningCode.objects.filter(club_id=club_id, code=text).first() if text else None


def count_joining_codes(club_id: int) -> int:
    """How many codes the club ever made."""
    return JoiningCode.objects.filter(club_id=club_id).count()


def list_joining_codes(club_id: int, *, limit: int, offset: int = 0) -> Sequence[JoiningCode]:
    """A page of the club's codes, those in use first, the newest first."""
    rows = JoiningCode.objects.filter(club_id=club_id).select_related("branch")
    return list(rows.order_by("-is_active", "-id")[offset : offset + limit])


def count_joining_requests(club_id: int, state: str = WAITING) -> int:
    """How many requests are in that state."""
    return JoiningRequest.objects.filter(club_id=club_id, state=state).count()


def list_joining_requests(
    club_id: int, state: str, *, limit: int, offset: int = 0
) -> Sequence[JoiningRequest]:
    """A page of them: of those that wait the oldest first, of the others the newest."""
    rows = JoiningRequest.objects.filter(club_id=club_id, state=state)
    order = ("asked_at", "id") if state == WAITING else ("-asked_at", "-id")
    return list(rows.select_related("branch").order_by(*order)[offset : offset + limit])


def last_request_of(club_id: int, mobile: str) -> JoiningRequest | None:
    """What this mobile last asked; None if it never did."""
    rows = JoiningRequest.objects.filter(club_id=club_id, mobile=mobile)
    return rows.order_by("-asked_at", "-id").first()
