"""Members are told before something of theirs expires."""

from __future__ import annotations

from datetime import datetime, timedelta

from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import readers_of_wallet
from vafa.core.clock import now
from vafa.core.jalali import format_date
from vafa.core.money import format_amount, format_number
from vafa.engage.actions.emails import can_send
from vafa.engage.actions.telling import ToSay, tell_member
from vafa.engage.errors import NoChannel
from vafa.flows.warnings import note_warned, to_be_warned
from vafa.ledger.actions.aging import Moved

_TEXTS = {
    "fa": "{amount} شما در باشگاه «{club}» تا پایان {day} مهلت دارد.",
    "en": "{amount} of yours at {club} can be used until the end of {day}.",
}
# Of an e-mail, by language and whether it is about credit.
_SUBJECTS = {
    ("fa", False): "مهلت امتیازهای شما در باشگاه «{club}»",
    ("fa", True): "مهلت اعتبار شما در باشگاه «{club}»",
    ("en", False): "Points of yours at {club} run out soon",
    ("en", True): "Credit of yours at {club} runs out soon",
}


def warn_of_expiry(club: ClubContext, *, at: datetime | None = None) -> int:
    """Tell everybody whose points or credit expire within the club's warning time, by a text or an
    e-mail (see ``tell_member``).

    Each is told once of each date; a wallet that nobody can be written to (no mobile, no address)
    is noted as told, since nothing would ever expire there otherwise. Returns how many wallets.
    Raises NoChannel where somebody could not be told, once all others are.
    """
    moment, told, missed = at or now(), 0, False
    for unit in (club.points_unit_id, club.credit_unit_id):
        for holder, soon in to_be_warned(club, unit, moment):
            if _warn(club, unit, holder, soon):
                note_warned(club, unit, holder, soon, moment)
                told += 1
            elif not can_send(club):
                # The club has no way at all: the next one could not be told either.
                raise NoChannel
            else:
                missed = True
    if missed:
        raise NoChannel
    return told


def _warn(club: ClubContext, unit: int, holder: int, soon: list[Moved]) -> bool:
    """Whether somebody who uses the wallet is told, or nobody has a number or an address."""
    readers = readers_of_wallet(club.id, holder)
    # A crash before the note does not write to them twice.
    key = f"expiry:{unit}:{holder}:{soon[-1].at:%Y%m%d%H%M}"
    missed = 0
    for reader in readers:
        lang = "fa" if (reader.language or club.language) == "fa" else "en"
        subject = _SUBJECTS[lang, unit == club.credit_unit_id].format(club=club.name)
        said = ToSay(_text(club, unit, soon, lang), subject=subject)
        try:
            tell_member(club, reader, said, "expiry", key=f"{key}:{reader.id}")
        except NoChannel:
            missed += 1
    return missed < len(readers) or not readers


def _text(club: ClubContext, unit: int, soon: list[Moved], lang: str) -> str:
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
