"""What somebody who asked to join is told when the club has decided."""

from __future__ import annotations

from vafa.club.models import JoiningRequest
from vafa.club.reads.context import ClubContext
from vafa.club.rules.joining import ACCEPTED, WAITING

_ACCEPTED = {
    "fa": "درخواست شما پذیرفته شد: از حالا عضو باشگاه «{club}» هستید.",
    "en": "Your request was accepted: you are a member of {club} now.",
}
_REFUSED = {
    "fa": "باشگاه «{club}» درخواست عضویت شما را نپذیرفت.",
    "en": "{club} did not accept your request to join.",
}


def told_about_request(club: ClubContext, request_id: int) -> tuple[str, str]:
    """The mobile that asked, and what it is told; both empty while nothing is decided, and for a
    request that was forgotten since."""
    asked = JoiningRequest.objects.filter(pk=request_id, club_id=club.id).first()
    if asked is None or not asked.mobile or asked.state == WAITING:
        return "", ""
    texts = _ACCEPTED if asked.state == ACCEPTED else _REFUSED
    lang = "fa" if club.language == "fa" else "en"
    said = texts[lang].format(club=club.name)
    return asked.mobile, f"{said} {asked.reason}".strip()
