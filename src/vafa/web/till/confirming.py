"""From a limit on, a payment with points or credit needs the member's own word.

She gives it by the changing code of her card page (scanned with her card, or typed), or by a code
that comes to her mobile. It is good for her next minutes at this till.
"""

from __future__ import annotations

import re
from datetime import timedelta

from django.db import transaction

from vafa.club.actions.card_codes import use_card_code
from vafa.club.errors import WrongCode
from vafa.club.models import Member
from vafa.core.clock import now
from vafa.core.text import to_latin_digits
from vafa.engage.actions.till_codes import use_till_code
from vafa.flows.entries import PurchaseEntry
from vafa.program.reads.revisions import live_program
from vafa.web.shared.origin import client_address
from vafa.web.shared.throttle import count_failure, forget_failures, refuse_after_failures
from vafa.web.till.pages import TillRequest

_GOOD_FOR = timedelta(minutes=5)
_CONFIRMED = "till_confirmed"
_SCANNED = re.compile(r"\*(\d{6})\s*$")


def must_confirm(request: TillRequest, entry: PurchaseEntry) -> bool:
    """Whether the bill takes so much of a member's value that she must say so, and has not."""
    terms = live_program(request.club.id).program.till
    much = 0 < terms.confirm_points <= entry.pay_points
    much = much or 0 < terms.confirm_credit <= entry.pay_credit
    if not much or entry.member is None:
        return False
    member, moment = request.session.get(_CONFIRMED, (0, 0))
    return str(member) != entry.member[1] or now().timestamp() - moment > _GOOD_FOR.total_seconds()


def confirm(request: TillRequest, member: Member, code: str) -> None:
    """Take the code that she shows or reads: of her card page, or of the message to her mobile.

    Raises WrongCode, and TooManyTries after ten wrong ones in a quarter of an hour.
    """
    name = f"{request.club.id}:{member.id}"
    refuse_after_failures("cardcode", name)
    try:
        use_card_code(request.club.id, member.id, code)
    except WrongCode:
        _by_message(request, member, code, name)
    with transaction.atomic():
        forget_failures("cardcode", name)
    request.session[_CONFIRMED] = (member.id, now().timestamp())


def confirm_by_scan(request: TillRequest, member: Member, scanned: str) -> None:
    """A card that was scanned from her page brings its code along; one that is over says nothing."""
    found = _SCANNED.search(to_latin_digits(scanned))
    if found is None:
        return
    name = f"{request.club.id}:{member.id}"
    refuse_after_failures("cardcode", name)
    try:
        use_card_code(request.club.id, member.id, found[1])
    except WrongCode:
        _count(name)
        return
    request.session[_CONFIRMED] = (member.id, now().timestamp())


def _by_message(request: TillRequest, member: Member, code: str, name: str) -> None:
    if not member.mobile:
        _count(name)
        raise WrongCode
    try:
        use_till_code(request.club, member.mobile, code, address=client_address(request))
    except WrongCode:
        _count(name)
        raise


def _count(name: str) -> None:
    with transaction.atomic():
        count_failure("cardcode", name)
