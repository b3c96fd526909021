"""What was spent at a till without a line and was not there any more: a person settles it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from vafa.club.actions.audit import Thing, record_audit
from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import wallet_of
from vafa.core.clock import now
from vafa.core.errors import InvalidInput
from vafa.core.events import NewEvent, append_events
from vafa.core.ids import next_id
from vafa.core.text import normalize
from vafa.flows.entries import MAX_REASON
from vafa.ledger.actions.wallets import lock_wallets
from vafa.ledger.rules.state import Ref
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.actions.offline_sales import open_for_settling, settle_sale
from vafa.program.models import OfflineSale
from vafa.program.offline_errors import NothingShort
from vafa.program.reads.revisions import live_program
from vafa.program.rules.earning import Part

WAYS = ("points", "money", "write_off")


def settle_offline_sale(
    club: ClubContext, number: int, *, how: str, note: str, actor: Actor
) -> None:
    """Settle one open sale, once; audited.

    ``how``: "points" takes what is short from what she has and earns next (her balance may fall
    below zero, as after a return), "money" was settled with her beside Vafa, "write_off" is borne
    by the branch. Raises OfflineSaleSettled, NothingShort, InvalidInput.
    """
    if how not in WAYS:
        raise InvalidInput(field="how")
    why = normalize(note)
    if len(why) > MAX_REASON or "\x00" in why:
        raise InvalidInput(field="note")
    with transaction.atomic(durable=True):
        sale = open_for_settling(club.id, number)
        decision = _take(club, sale, why) if how == "points" else None
        settle_sale(sale, how=how, note=why, by=actor.label, at=now(), decision_id=decision)
        record_audit(
            club.id,
            actor.label,
            "offline.settled",
            Thing("offline_sale", sale.pk, _label(sale)),
            after={"how": how, "points": sale.short_points, "credit": sale.short_credit},
            reason=why,
            branch_id=sale.branch_id,
        )


def _label(sale: OfflineSale) -> str:
    return (sale.member.name if sale.member else "") or sale.customer


def _take(club: ClubContext, sale: OfflineSale, why: str) -> int:
    if sale.member_id is None or not (sale.short_points or sale.short_credit):
        raise NothingShort
    moment, live = now(), live_program(club.id)
    who = wallet_of(sale.member_id)
    amounts = [
        (unit, amount)
        for unit, amount in (
            (club.points_unit_id, sale.short_points),
            (club.credit_unit_id, sale.short_credit),
        )
        if amount
    ]
    wallets = [(unit, who.holder) for unit, _ in amounts]
    locked = lock_wallets(club.book_id, wallets, with_lots=wallets, at=moment)
    decision = next_id("program_decision")
    ref = Ref("decision", decision, moment)
    for unit, amount in amounts:
        locked.plan.claw_back(unit, who.holder, amount, (), ref)
    saw: dict[str, Any] = {"sale": sale.pk} | ({"reason": why} if why else {})
    if sale.short_credit:
        saw["credit"] = -sale.short_credit
    insert_decisions(
        [
            NewDecision(
                id=decision,
                club_id=club.id,
                member_id=who.member_id,
                revision_id=live.revision_id,
                trigger="offline",
                points=-sale.short_points,
                credit=-sale.short_credit,
                parts=[Part("", "offline", -sale.short_points, saw)],
                effective_at=moment,
                tier_at=moment,
            )
        ]
    )
    locked.write()
    payload = {
        "member": who.member_id,
        "points": -sale.short_points,
        "credit": -sale.short_credit,
    }
    append_events([NewEvent(club.id, "offline.settled", payload, moment)])
    return decision
