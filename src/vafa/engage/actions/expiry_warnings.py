"""Members are told before something of theirs expires."""

from __future__ import annotations

from datetime import datetime, timedelta

from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import readers_of_wallet
from vafa.core.clock import now
from vafa.core.jalali import format_date
from vafa.core.money import format_amount, format_number
from vafa.engage.actions.messages import send_text
from vafa.flows.warnings import note_warned, to_be_warned
from vafa.ledger.actions.aging import Moved

_TEXTS = {
    "fa": "{amount} شما در باشگاه «{club}» تا پایان {day} مهلت دارد.",
    "en": "{amount} of yours at {club} can be used until the end of {day}.",
}


def warn_of_expiry(club: ClubContext, *, at: datetime | None = None) -> int:
    """Write to everybody whose points or credit expire within the club's warning time.

    Each is told once of each date; a wallet that nobody can be written to (no mobile) is noted
    as told, since nothing would ever expire there otherwise. Returns how many wallets.
    Raises NoChannel.
    """
    moment, told = at or now(), 0
    for unit in (club.points_unit_id, club.credit_unit_id):
        for holder, soon in to_be_warned(club, unit, moment):
            # A crash before the note does not write to them twice.
            key = f"expiry:{unit}:{holder}:{soon[-1].at:%Y%m%d%H%M}"
            for reader in readers_of_wallet(club.id, holder):
                text = _text(club, unit, soon, reader.language or club.language)
                send_text(
                    club,
                    reader.mobile,
                    text,
                    "expiry",
                    key=f"{key}:{reader.mobile}",
                    member_id=reader.member_id,
                )
            note_warned(club, unit, holder, soon, moment)
            told += 1
    return told


def _text(club: ClubContext, unit: int, soon: list[Moved], language: str) -> str:
    lang = "fa" if language == "fa" else "en"
    lines = []
    for moved in soon:
        last_day = club.local_date(moved.at - timedelta(seconds=1))
        lines.append(
            _TEXTS[lang].format(
                amount=_amount(club, unit, moved.amount, lang),
                club=club.name,
                day=format_date(last_day, lang, calendar=club.calendar),
            )
        )
    return "\n".join(lines)


def _amount(club: ClubContext, unit: int, amount: int, lang: str) -> str:
    if unit == club.credit_unit_id:
        money = format_amount(amount, club.display_unit, lang)
        return f"{money} اعتبار" if lang == "fa" else f"{money} of credit"
    number = format_number(amount, lang)
    return f"{number} امتیاز" if lang == "fa" else f"{number} points"
