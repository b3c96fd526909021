"""Members are reminded before their membership fee runs out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from vafa.club.actor import system_actor
from vafa.club.models import Branch, Member
from vafa.club.reads.context import ClubContext
from vafa.club.reads.fees import members_ending
from vafa.club.reads.members import Reader
from vafa.commerce.models import Order
from vafa.core.clock import now
from vafa.core.jalali import format_date
from vafa.core.money import format_amount
from vafa.engage.actions.emails import can_send
from vafa.engage.actions.telling import ToSay, tell_member
from vafa.engage.errors import NoChannel
from vafa.flows.fees import owe_fee

_AT_ONCE = 500
_TEXTS = {
    "fa": "عضویت شما در باشگاه «{club}» تا پایان {day} اعتبار دارد. حق عضویت دورهٔ بعد {amount} است.",
    "en": "Your membership of {club} is valid until the end of {day}. The fee for the next period is {amount}.",
}
# Of an e-mail.
_SUBJECTS = {
    "fa": "عضویت شما در باشگاه «{club}» رو به پایان است",
    "en": "Your membership of {club} ends soon",
}


def remind_of_fees(club: ClubContext, *, at: datetime | None = None) -> int:
    """Tell everybody whose fee ends within the club's time for it, by a text or an e-mail (see
    ``tell_member``), once for each end, and note what she owes as an order. Returns how many.
    Raises NoChannel where somebody could not be told, once all others are."""
    fee, today = club.fee, club.local_date(at or now())
    branch = Branch.objects.filter(club_id=club.id, is_active=True).order_by("id").first()
    if not fee.amount or not fee.remind_days or branch is None:
        return 0
    told, last, missed = 0, 0, False
    before = today + timedelta(days=fee.remind_days + 1)
    while found := members_ending(club.id, before, after=last, limit=_AT_ONCE):
        last = found[-1].pk
        owing = set(
            Order.objects.filter(
                member_id__in=[m.pk for m in found], kind="fee", state="placed"
            ).values_list("member_id", flat=True)
        )
        for member in found:
            if member.pk in owing:
                continue
            try:
                _remind(club, member, member.branch_id or branch.pk)
                told += 1
            except NoChannel:
                if not can_send(club):
                    # The club has no way at all: the next one could not be told either.
                    raise
                missed = True
    if missed:
        raise NoChannel
    return told


def _remind(club: ClubContext, member: Member, branch_id: int) -> None:
    with transaction.atomic(durable=True):
        locked = Member.objects.select_for_update().get(pk=member.pk)
        owe_fee(club, system_actor(club.id), locked, branch_id)
        if locked.fee_until is None:
            return
        lang = "fa" if (locked.language or club.language) == "fa" else "en"
        text = _TEXTS[lang].format(
            club=club.name,
            day=format_date(locked.fee_until - timedelta(days=1), lang, calendar=club.calendar),
            amount=format_amount(club.fee.amount, club.display_unit, lang),
        )
        reader = Reader(locked.pk, locked.mobile, locked.email, locked.language, locked.consents)
        said = ToSay(text, subject=_SUBJECTS[lang].format(club=club.name))
        tell_member(club, reader, said, "fee", key=f"fee:{locked.pk}:{locked.fee_until}")
