"""Write who is one with whom, and who shares a wallet."""

from __future__ import annotations

from vafa.club.models import Household, Member
from vafa.core.db import execute

# What she told as the one and not as the other, the fee that she paid for longer, and the rest after
# a change of number; what she allowed as the other does not count for this one.
_TOLD = """
UPDATE club_member k SET email = coalesce(nullif(k.email, ''), g.email),
    city = coalesce(nullif(k.city, ''), g.city),
    education = coalesce(nullif(k.education, ''), g.education),
    acquaintance = coalesce(nullif(k.acquaintance, ''), g.acquaintance),
    interests = CASE WHEN k.interests = '{}' THEN g.interests ELSE k.interests END,
    wedding_date = coalesce(k.wedding_date, g.wedding_date),
    fee_until = greatest(k.fee_until, g.fee_until),
    frozen_until = greatest(k.frozen_until, g.frozen_until)
FROM club_member g WHERE k.id = %s AND g.id = %s
"""


def mark_merged(gone_id: int, keep_id: int) -> None:
    """``gone`` is found as ``keep`` from now on, and so is whoever was merged into her before; what
    is known of ``gone`` alone is known of ``keep``."""
    execute(
        "UPDATE club_member k SET attributes = g.attributes || k.attributes FROM club_member g"
        " WHERE k.id = %s AND g.id = %s AND g.attributes <> '{}'::jsonb",
        [keep_id, gone_id],
    )
    execute(_TOLD, [keep_id, gone_id])
    Member.objects.filter(merged_into_id=gone_id).update(merged_into_id=keep_id)
    Member.objects.filter(pk=gone_id).update(merged_into_id=keep_id, is_active=False)


def open_household(club_id: int, *, holder: int, head_id: int, spenders: str) -> Household:
    """A household with a wallet of its own, whose head is its first member."""
    household = Household.objects.create(
        club_id=club_id, holder=holder, head_id=head_id, spenders=spenders
    )
    join_household(head_id, household.id, holder)
    return household


def join_household(member_id: int, household_id: int, holder: int) -> None:
    """The member uses the household's wallet from now on."""
    Member.objects.filter(pk=member_id).update(household_id=household_id, holder=holder)


def leave_household(member_id: int) -> None:
    """The member uses her own wallet again."""
    Member.objects.filter(pk=member_id).update(household_id=None, holder=None)


def set_household(household_id: int, *, head_id: int, spenders: str) -> None:
    """Who leads it and who may spend: "all" or "head"."""
    Household.objects.filter(pk=household_id).update(head_id=head_id, spenders=spenders)
