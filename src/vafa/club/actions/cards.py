"""Give members cards, and close those that were lost."""

from __future__ import annotations

import re

from django.db import transaction

from vafa.club.actions.audit import record_audit, thing_of_member
from vafa.club.actions.members import card_number
from vafa.club.errors import CardTaken, InvalidCardNumber, MergedMember
from vafa.club.models import Card, Member
from vafa.core.errors import NotFound
from vafa.core.text import normalize, to_latin_digits

_NUMBER = re.compile(r"[0-9A-Za-z]{4,20}")


def give_card(club_id: int, member_id: int, *, number: str = "", by: str) -> Card:
    """A card for a member: with the printed ``number``, or without one with a fresh one.

    Raises InvalidCardNumber, CardTaken, MergedMember, Member.DoesNotExist.
    """
    typed = to_latin_digits(normalize(number)).replace(" ", "").replace("-", "")
    if typed and not _NUMBER.fullmatch(typed):
        raise InvalidCardNumber
    with transaction.atomic():
        member = _lock(club_id, member_id)
        card, is_new = Card.objects.get_or_create(
            club_id=club_id, number=typed or card_number(), defaults={"member_id": member.pk}
        )
        if not is_new:
            raise CardTaken
        record_audit(
            club_id, by, "card.given", thing_of_member(member), after={"card": card.number}
        )
    return card


def set_card_active(club_id: int, member_id: int, card_id: int, active: bool, *, by: str) -> Card:
    """Close a card that was lost, so that it finds nobody any more, or open it again.

    Raises NotFound for a card that is not hers, MergedMember, Member.DoesNotExist.
    """
    with transaction.atomic():
        member = _lock(club_id, member_id)
        card = (
            Card.objects.select_for_update(of=("self",))
            .filter(pk=card_id, club_id=club_id, member_id=member.pk)
            .first()
        )
        if card is None:
            raise NotFound
        if card.is_active != active:
            card.is_active = active
            card.save(update_fields=["is_active"])
            action = "card.reopened" if active else "card.closed"
            record_audit(club_id, by, action, thing_of_member(member), after={"card": card.number})
    return card


def _lock(club_id: int, member_id: int) -> Member:
    member = Member.objects.select_for_update(of=("self",)).get(pk=member_id, club_id=club_id)
    if member.merged_into_id is not None:
        raise MergedMember
    return member
