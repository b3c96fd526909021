"""What a member is told who is invited into a household."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings

from vafa.club.models import HouseholdInvitation
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import Reader, reader_of_mobile
from vafa.club.rules.households import DAY, OPEN, TOLD_A_DAY
from vafa.core.clock import now
from vafa.core.jalali import format_date
from vafa.engage.actions.telling import ToSay
from vafa.engage.models import Email, Message

_SUBJECTS = {
    "fa": "دعوت به خانوار در باشگاه «{club}»",
    "en": "An invitation to a household at {club}",
}
_TEXTS = {
    "fa": "{who} شما را در باشگاه «{club}» به خانوار خود دعوت کرده است. تا {day} در پرتال باشگاه پاسخ دهید.",
    "en": "{who} invites you to a household at {club}. Please answer in the portal until {day}.",
}
_SOMEBODY = {"fa": "یکی از اعضا", "en": "A member"}
KIND = "household"
_PAGE = "/portal/household/invitation/"


class Told(NamedTuple):
    """Who is told, and what; ``key`` makes it one a day for a household."""

    reader: Reader
    said: ToSay
    key: str


def told_of_household(club: ClubContext, invitation_id: int) -> Told | None:
    """What the invited member hears; None for who is no member, was told of too many today, or has
    answered already. Nobody who is not a member is written to."""
    found = HouseholdInvitation.objects.select_related("inviter").get(
        pk=invitation_id, club_id=club.id
    )
    if found.mobile is None or found.state != OPEN or found.expires_at <= now():
        return None
    reader = reader_of_mobile(club.id, found.mobile)
    if reader is None or _told_today(reader.id) >= TOLD_A_DAY:
        return None
    lang = "fa" if (reader.language or club.language) == "fa" else "en"
    text = _TEXTS[lang].format(
        who=found.inviter.name.split(" ")[0] or _SOMEBODY[lang],
        club=club.name,
        day=format_date(club.local_date(found.expires_at), lang, calendar=club.calendar),
    )
    base = str(settings.PUBLIC_URL).rstrip("/")
    if base:
        text += f"\n{base}{_PAGE}{found.code}/"
    said = ToSay(text, subject=_SUBJECTS[lang].format(club=club.name))
    day = club.local_date(found.made_at)
    return Told(reader, said, f"household:{found.household_id}:{reader.id}:{day}")


def _told_today(member_id: int) -> int:
    hers = {"member_id": member_id, "kind": KIND, "created_at__gt": now() - DAY}
    return Message.objects.filter(**hers).count() + Email.objects.filter(**hers).count()
