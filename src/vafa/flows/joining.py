"""The door of a club: who may come in, by which way, and who has to ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction

from vafa.club.actions.joining import (
    NewJoining,
    keep_request,
    note_joinings,
    told_of,
    use_joining_code,
)
from vafa.club.actions.members import NewMember
from vafa.club.actor import Actor
from vafa.club.errors import MemberExists
from vafa.club.joining_errors import (
    ClubIsClosed,
    JoiningCodeSpent,
    JoiningNeedsNoRequest,
    ReceiptDoesNotOpen,
    UnknownJoiningCode,
)
from vafa.club.models import JoiningCode, JoiningRequest
from vafa.club.reads.context import ClubContext
from vafa.club.reads.joining import find_joining_code, joining_terms
from vafa.club.reads.members import find_members
from vafa.club.rules.joining import APPROVAL, CODE, INVITATION, RECEIPT, Terms
from vafa.commerce.reads.purchases import unclaimed_bill
from vafa.core.idempotency import retry_lost_race
from vafa.core.text import normalize, to_latin_digits

# History that is brought in, and Vafa itself, ask nobody.
_UNASKED = ("import", "system")


class Brought(NamedTuple):
    """What somebody who wants to join has: the club's code, or a receipt's number and sum (the
    currency's smallest unit; both stand on the paper). ``request_id``: the club accepted her;
    ``history``: she stands in a file of members or purchases that the club brings in."""

    code: str = ""
    receipt_no: str = ""
    receipt_total: int = 0
    request_id: int | None = None
    history: bool = False


class Way(NamedTuple):
    """By which way people come in ("" where nothing need be known of it)."""

    way: str = ""
    code: JoiningCode | None = None
    request_id: int | None = None
    purchase_id: int | None = None

    def of(self, person: NewMember) -> NewMember:
        """The person, of the branch whose code she came with where no other is named."""
        if self.code is None or self.code.branch_id is None or person.branch_id is not None:
            return person
        return person._replace(branch_id=self.code.branch_id)


def open_door(
    club: ClubContext, brought: Brought, *, actor: Actor, invited: bool, moment: datetime
) -> Way:
    """By which way somebody comes in who brought this, ``invited`` by a member or not.

    Raises ClubIsClosed, UnknownJoiningCode, JoiningCodeSpent, ReceiptDoesNotOpen.
    """
    if brought.history or actor.kind in _UNASKED:
        return Way()
    terms, code = joining_terms(club.id), _code(club, brought.code, moment)
    if brought.request_id is not None:
        return Way(APPROVAL, code, brought.request_id)
    if terms.is_open:
        return Way(CODE if code else "", code)
    if terms.by_code and code is not None and code.opens:
        return Way(CODE, code)
    if terms.by_invitation and invited:
        return Way(INVITATION, code)
    if terms.by_receipt_of is not None and brought.receipt_no:
        return Way(RECEIPT, code, purchase_id=_bill(club, terms, brought, moment))
    raise ClubIsClosed(ways=", ".join(terms.ways))


def note_way(club: ClubContext, way: Way, member_ids: Sequence[int], moment: datetime) -> None:
    """These came in so; within the transaction of their joining.

    Raises JoiningCodeSpent where others were quicker, ReceiptDoesNotOpen for a bill used before.
    """
    if not way.way or not member_ids:
        return
    code_id = way.code.pk if way.code else None
    if code_id is not None:
        use_joining_code(club.id, code_id, len(member_ids), club.local_date(moment))
    rows = [NewJoining(n, way.way, code_id, way.request_id, way.purchase_id) for n in member_ids]
    try:
        with transaction.atomic():
            note_joinings(club.id, rows, moment)
    except IntegrityError as error:
        raise ReceiptDoesNotOpen from error


def ask_to_join(
    club: ClubContext,
    person: NewMember,
    *,
    actor: Actor,
    invitation: str = "",
    code: str = "",
) -> JoiningRequest:
    """Ask the club to take somebody in; asked again it is the same request, with what is said now.

    Raises JoiningNeedsNoRequest, MemberExists, ClubIsClosed (no mobile to answer to).
    """

    def ask() -> JoiningRequest:
        with transaction.atomic(durable=True):
            return _ask(club, person, actor, invitation, code)

    return retry_lost_race(ask)


def _ask(
    club: ClubContext, person: NewMember, actor: Actor, invitation: str, code: str
) -> JoiningRequest:
    terms = joining_terms(club.id)
    if terms.is_open or not terms.by_approval:
        raise JoiningNeedsNoRequest
    if not person.mobile:
        raise ClubIsClosed(ways=", ".join(terms.ways))
    if find_members(club.id, [("mobile", person.mobile)]):
        raise MemberExists
    return keep_request(
        club.id,
        person.mobile,
        by=actor.label,
        name=person.name,
        birth_date=person.birth_date,
        branch_id=person.branch_id,
        invitation=invitation[:40],
        code=code[:20],
        told=told_of(person),
    )


def _code(club: ClubContext, typed: str, moment: datetime) -> JoiningCode | None:
    if not typed:
        return None
    found = find_joining_code(club.id, typed)
    if found is None:
        raise UnknownJoiningCode
    if found.is_spent_on(club.local_date(moment)):
        raise JoiningCodeSpent
    return found


def _bill(club: ClubContext, terms: Terms, brought: Brought, moment: datetime) -> int:
    number = to_latin_digits(normalize(brought.receipt_no))
    since = moment - timedelta(days=terms.receipt_days)
    assert terms.by_receipt_of is not None
    if brought.receipt_total < terms.by_receipt_of:
        raise ReceiptDoesNotOpen
    found = unclaimed_bill(club.id, number, brought.receipt_total, since)
    if found is None:
        raise ReceiptDoesNotOpen
    return found
