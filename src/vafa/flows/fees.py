"""Membership fees: an order of its own kind, paid at the till or registered in the panel.

A fee is no purchase: it earns nothing and is in no sales figure. (docs/adr/0028)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from vafa.club.actions.audit import record_audit, thing_of_member
from vafa.club.actor import Actor
from vafa.club.errors import InactiveMember, UnknownBranch, UnknownMember
from vafa.club.models import Branch, Member
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import with_merged
from vafa.club.rules.fees import Fee
from vafa.commerce.access import access_order
from vafa.commerce.actions.orders import (
    NewOrderLine,
    OrderTerms,
    add_line,
    bring_to,
    insert_order,
    lock_order,
)
from vafa.commerce.errors import OrderMovedOn
from vafa.commerce.models import Order
from vafa.core.clock import now
from vafa.core.errors import DomainError, InvalidInput
from vafa.core.events import NewEvent, append_events
from vafa.core.text import normalize
from vafa.flows.entries import Outcome
from vafa.flows.keyed import operation_key, run_once
from vafa.program.errors import DoneMeanwhile

_NAME = {"fa": "حق عضویت", "en": "Membership fee"}


class LaterFee(DomainError):
    """A later period is paid too."""

    code = "later_fee"
    status = 409
    fa = "دورهٔ بعدی هم پرداخت شده است؛ نخست همان را پس بدهید."
    en = "A later period is paid too: give that one back first."


class NoFee(DomainError):
    """Membership of this club is free."""

    code = "no_fee"
    status = 409
    fa = "عضویت این باشگاه رایگان است."
    en = "Membership of this club is free."


def pay_fee(
    club: ClubContext,
    actor: Actor,
    member_id: int,
    *,
    branch_id: int,
    payment: str = "",
    key: str = "",
    seen: str | None = None,
) -> Outcome:
    """Note that a member paid for the next period: what she owed is settled, and her membership
    is valid until the day in the answer (exclusive).

    ``seen``: until when the page that asks knew it to be paid (ISO, "" for never); where it is
    another day by now, the refusal is DoneMeanwhile. Other refusals: NoFee, UnknownMember,
    UnknownBranch, InactiveMember.
    """
    asked = {"member_id": member_id, "branch_id": branch_id, "payment": payment}
    once = operation_key(actor, "fee", key, asked)
    return run_once(club, once, lambda: _pay(club, actor, member_id, branch_id, payment, seen))


def give_back_fee(
    club: ClubContext, actor: Actor, order_id: int, *, reason: str, key: str = ""
) -> Outcome:
    """Undo a fee that was registered by mistake: its order is cancelled, and membership is valid as
    long as without it (``fee_until`` of the answer, None for never). What she earned meanwhile stays.

    Only the last paid period can be given back. Refusals: UnknownOrder, OrderMovedOn (no fee, or
    not paid), LaterFee, InvalidInput (reason).
    """
    once = operation_key(actor, "fee_back", key, {"order_id": order_id, "reason": reason})
    return run_once(club, once, lambda: _give_back(club, actor, order_id, reason))


def last_paid_fee(member_id: int) -> Order | None:
    """The order of the last period that a member paid, she or who became her; None for none."""
    return _paid(with_merged(member_id)).first()


def owe_fee(club: ClubContext, actor: Actor, member: Member, branch_id: int) -> Order:
    """The order of the fee that a member owes: the one that waits, else a new one. What waits at
    another price than today's is no more. Within a transaction, her row locked."""
    waiting = Order.objects.select_for_update().filter(member=member, kind="fee", state="placed")
    for found in waiting.order_by("id"):
        if found.total == club.fee.amount:
            return found
        bring_to(found, "cancelled", by=actor.label)
    terms = OrderTerms(branch_id, channel="store")
    made = insert_order(club.id, member.pk, terms, by=actor.label, kind="fee")
    lang = "fa" if club.language == "fa" else "en"
    add_line(made, NewOrderLine(_NAME[lang], club.fee.amount))
    bring_to(made, "placed", by=actor.label)
    return made


def fee_standing(club: ClubContext, member: Member) -> dict[str, Any] | None:
    """How a member stands with the fee, for the faces; None where membership is free.

    ``until`` is the first day that is not covered, ``is_due`` and ``earns`` are of today, and
    ``to_until`` is what a payment of today would bring.
    """
    fee, today = club.fee, club.local_date(now())
    if not fee.amount:
        return None
    joined = club.local_date(member.joined_at)
    return {
        "amount": fee.amount,
        "until": member.fee_until,
        "is_due": fee.is_due(member.fee_until, joined, today),
        "earns": fee.lets_earn(member.fee_until, joined, today),
        "to_until": fee.covers(member.fee_until, today, club.calendar)[1],
    }


def _pay(
    club: ClubContext,
    actor: Actor,
    member_id: int,
    branch_id: int,
    payment: str,
    seen: str | None,
) -> dict[str, Any]:
    fee: Fee = club.fee
    if not fee.amount:
        raise NoFee
    member = Member.objects.select_for_update().filter(pk=member_id, club_id=club.id).first()
    if member is None:
        raise UnknownMember
    if not member.is_active:
        raise InactiveMember
    if seen is not None and seen != (member.fee_until.isoformat() if member.fee_until else ""):
        raise DoneMeanwhile
    branch = Branch.objects.filter(pk=branch_id, club_id=club.id, is_active=True).first()
    if branch is None or not actor.may_use_branch(branch.pk):
        raise UnknownBranch
    order = owe_fee(club, actor, member, branch.pk)
    today: date = club.local_date(now())
    start, until = fee.covers(member.fee_until, today, club.calendar)
    bring_to(order, "registering", by=actor.label)
    bring_to(
        order,
        "registered",
        by=actor.label,
        payment=payment,
        covers_from=start,
        covers_until=until,
        branch_id=branch.pk,
    )
    bring_to(order, "closed", by=actor.label)
    Member.objects.filter(pk=member.pk).update(fee_until=until)
    record_audit(
        club.id,
        actor.label,
        "fee.paid",
        thing_of_member(member),
        before={"fee_until": member.fee_until},
        after={"fee_until": until},
        branch_id=branch.pk,
    )
    payload = {"order": order.pk, "member": member.pk, "total": order.total}
    append_events([NewEvent(club.id, "fee.paid", payload, now())])
    return {"order_id": order.pk, "member_id": member.pk, "fee_until": until.isoformat()}


def _give_back(club: ClubContext, actor: Actor, order_id: int, reason: str) -> dict[str, Any]:
    why = normalize(reason)
    if not why:
        raise InvalidInput(field="reason")
    told = access_order(actor, order_id)
    if told.kind != "fee" or told.member is None:
        raise OrderMovedOn
    keeper = told.member.merged_into_id or told.member.pk
    member = Member.objects.select_for_update().get(pk=keeper)
    order = lock_order(club.id, order_id)
    rest = _paid(with_merged(member.pk)).exclude(pk=order.pk)
    left = rest.first()
    until = left.covers_until if left else None
    if order.state == "closed" and until and order.covers_until and until > order.covers_until:
        raise LaterFee
    bring_to(order, "cancelled", by=actor.label, reason=why)
    Member.objects.filter(pk=member.pk).update(fee_until=until)
    record_audit(
        club.id,
        actor.label,
        "fee.given_back",
        thing_of_member(member),
        before={"fee_until": member.fee_until},
        after={"fee_until": until},
        reason=why,
        branch_id=order.branch_id,
    )
    payload = {"order": order.pk, "member": member.pk, "total": order.total}
    append_events([NewEvent(club.id, "fee.given_back", payload, now())])
    return {
        "order_id": order.pk,
        "member_id": member.pk,
        "fee_until": until.isoformat() if until else None,
    }


def _paid(member_ids: Sequence[int]) -> QuerySet[Order]:
    """Paid periods of these, the one that ends last first."""
    paid = Order.objects.filter(member_id__in=member_ids, kind="fee", state="closed")
    return paid.order_by("-covers_until", "-id")
