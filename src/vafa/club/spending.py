"""Who may spend, and be given something: the one place where every door of value asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from vafa.club.errors import InactiveMember, MayNotSpend
from vafa.club.number_errors import SpendingFrozen
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import FoundMember, who_left
from vafa.core.jalali import format_date
from vafa.core.text import to_persian_digits


def refuse_spending(club: ClubContext, member: FoundMember, at: datetime) -> None:
    """Raise SpendingFrozen while her number is new, MayNotSpend where her household lets only its
    head spend."""
    refuse_frozen(club, member, at)
    if not member.may_spend:
        raise MayNotSpend


def refuse_frozen(club: ClubContext, member: FoundMember, at: datetime) -> None:
    """Raise SpendingFrozen while her number is new: also for vouchers, which need no household."""
    if member.frozen_until is None or member.frozen_until <= at:
        return
    until = member.frozen_until.astimezone(club.tz)
    raise SpendingFrozen(
        until=until.isoformat(timespec="minutes"),
        until_fa=frozen_words(club, member.frozen_until, "fa"),
        until_en=frozen_words(club, member.frozen_until, "en"),
    )


def refuse_left(member_ids: Iterable[int]) -> None:
    """Raise InactiveMember where one of them has left since she was looked up: asked behind the lock
    of their wallets, so that nothing is given to whom the club has let go."""
    if who_left(member_ids):
        raise InactiveMember


def frozen_words(club: ClubContext, until: datetime, lang: str) -> str:
    """The moment for people: «یکشنبه ۱ آذر ۱۴۰۵، ساعت ۱۴:۳۰»."""
    local = until.astimezone(club.tz)
    calendar = club.calendar if lang == "fa" else "gregorian"
    clock = f"{local:%H:%M}"
    if lang == "fa":
        return (
            f"{format_date(local.date(), 'fa', calendar=calendar)}، ساعت {to_persian_digits(clock)}"
        )
    return f"{format_date(local.date(), 'en', calendar=calendar)}, {clock}"
