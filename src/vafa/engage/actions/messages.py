"""Texts to people, through whichever channel the installation has."""

from __future__ import annotations

from django.conf import settings

from vafa.club.reads.context import ClubContext
from vafa.engage.channels.base import Channel
from vafa.engage.channels.outbox import OutboxChannel
from vafa.engage.errors import NoChannel


def channel_for(club: ClubContext) -> Channel:
    """The channel by which this club writes to people. Raises NoChannel."""
    if settings.OUTBOX_PAGE:
        return OutboxChannel()
    raise NoChannel


def send_text(club: ClubContext, recipient: str, text: str, kind: str) -> None:
    """Send ``text`` to an E.164 mobile; ``kind`` says what for ("login_code").

    May use the network: never call it inside a transaction. Raises NoChannel.
    """
    channel_for(club).send(club_id=club.id, recipient=recipient, text=text, kind=kind)
