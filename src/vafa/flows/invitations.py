"""A member's invitation code, and what happens when somebody joins with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils.crypto import constant_time_compare, salted_hmac

from vafa.club.actor import Actor
from vafa.club.models import Member
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import wallet_of
from vafa.core.text import normalize, to_latin_digits
from vafa.program.actions.referrals import NewReferral, insert_referrals
from vafa.program.errors import ReferralIsOff, UnknownInvitation
from vafa.program.reads.referrals import is_known_device
from vafa.program.reads.revisions import live_program

# Without letters that look like digits or like each other.
_DIGITS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_TAG = 6


class Invitation(NamedTuple):
    """With which code somebody joins, and in which browser ("" where there is none)."""

    code: str
    device: str = ""


class Invites(NamedTuple):
    """Who invites."""

    member_id: int
    name: str

    @property
    def first_name(self) -> str:
        """As much of the name as a stranger may read."""
        return self.name.split(" ")[0] if self.name else ""


def invitation_code(club: ClubContext, member_id: int) -> str:
    """The member's own code: her number, and a tag that nobody can make up."""
    return _written(member_id) + _tag(club, member_id)


def who_invites(club: ClubContext, code: str) -> Invites:
    """The active member whose code this is. Raises UnknownInvitation, ReferralIsOff."""
    if not live_program(club.id).program.referral.is_on:
        raise ReferralIsOff
    text = to_latin_digits(normalize(code)).upper().replace("-", "").replace(" ", "")
    number = _read(text[:-_TAG])
    if number is None or not constant_time_compare(text[-_TAG:], _tag(club, number)):
        raise UnknownInvitation
    found = Member.objects.filter(club_id=club.id, pk=number).first()
    if found is None:
        raise UnknownInvitation
    now_is = wallet_of(found.id).member_id
    member = Member.objects.filter(pk=now_is, is_active=True).first()
    if member is None:
        raise UnknownInvitation
    return Invites(member.id, member.name)


def note_referrals(
    club: ClubContext,
    joined: Sequence[tuple[int, Invites, Invitation]],
    at: datetime,
    actor: Actor,
) -> None:
    """These new members were invited; within the transaction of their joining."""
    insert_referrals(
        [
            NewReferral(
                club.id,
                inviter.member_id,
                friend,
                actor.label,
                invitation.device,
                "device" if is_known_device(inviter.member_id, invitation.device) else "",
                at,
            )
            for friend, inviter, invitation in joined
        ]
    )


def _tag(club: ClubContext, member_id: int) -> str:
    digest = salted_hmac("vafa.invitation", f"{club.id}:{member_id}", algorithm="sha256").digest()
    return "".join(_DIGITS[byte % len(_DIGITS)] for byte in digest[:_TAG])


def _written(number: int) -> str:
    base, text = len(_DIGITS), ""
    while True:
        number, digit = divmod(number, base)
        text = _DIGITS[digit] + text
        if not number:
            return text


def _read(text: str) -> int | None:
    if not 0 < len(text) <= 12 or any(letter not in _DIGITS for letter in text):
        return None
    number = 0
    for letter in text:
        number = number * len(_DIGITS) + _DIGITS.index(letter)
    return number
