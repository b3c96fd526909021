"""Write invitations into households."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Case, F, Value, When

from vafa.club.models import HouseholdInvitation
from vafa.club.rules.households import LASTS, OPEN, WITHDRAWN
from vafa.club.rules.joining import DIGITS
from vafa.core.db import execute

_LETTERS = 10


def insert_invitation(
    club_id: int, household_id: int, inviter_id: int, mobile: str | None, at: datetime
) -> HouseholdInvitation:
    """A new one with a code of its own; of the same number one that ran out is closed first."""
    HouseholdInvitation.objects.filter(
        household_id=household_id, mobile=mobile, state=OPEN, expires_at__lte=at
    ).update(state=WITHDRAWN, answered_at=at)
    return HouseholdInvitation.objects.create(
        club_id=club_id,
        household_id=household_id,
        inviter_id=inviter_id,
        mobile=mobile,
        code="".join(secrets.choice(DIGITS) for _ in range(_LETTERS)),
        made_at=at,
        expires_at=at + LASTS,
    )


def close_invitation(
    invitation_id: int, state: str, at: datetime, *, member_id: int | None = None
) -> None:
    """It is accepted or declined (by ``member_id``), or withdrawn."""
    HouseholdInvitation.objects.filter(pk=invitation_id, state=OPEN).update(
        state=state, answered_at=at, member_id=member_id
    )


def withdraw_all(household_id: int, at: datetime) -> None:
    """Nobody can come into this household any more by what is open."""
    HouseholdInvitation.objects.filter(household_id=household_id, state=OPEN).update(
        state=WITHDRAWN, answered_at=at
    )


def forget_old_invitations(before: datetime) -> None:
    """Of invitations that ran out before then nobody needs the numbers any more."""
    HouseholdInvitation.objects.filter(mobile__isnull=False, expires_at__lt=before).update(
        mobile=None, state=Case(When(state=OPEN, then=Value(WITHDRAWN)), default=F("state"))
    )


def forget_invited(
    club_id: int, member_ids: Sequence[int], mobiles: Sequence[str], at: datetime
) -> None:
    """The numbers that were invited and are these people's are known no more."""
    execute(
        "UPDATE club_householdinvitation SET mobile = NULL,"
        f" state = CASE WHEN state = '{OPEN}' THEN '{WITHDRAWN}' ELSE state END,"
        " answered_at = coalesce(answered_at, %s)"
        " WHERE club_id = %s AND mobile IS NOT NULL AND (mobile = ANY(%s) OR member_id = ANY(%s))",
        [at, club_id, list(mobiles), list(member_ids)],
    )
