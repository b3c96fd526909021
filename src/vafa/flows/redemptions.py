"""Points become rewards, and reward vouchers are handed over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vafa.club.actor import Actor
from vafa.club.errors import InactiveMember, UnknownMember
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import find_members
from vafa.core.clock import now
from vafa.core.events import NewEvent, append_events
from vafa.core.ids import next_id
from vafa.flows.entries import Outcome
from vafa.flows.keyed import operation_key, run_once
from vafa.ledger.actions.wallets import lock_wallets
from vafa.ledger.rules.planning import Ref
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.actions.redemptions import take_reward, write_redemption
from vafa.program.actions.vouchers import insert_uses, read_vouchers
from vafa.program.models import Redemption, Reward, Voucher
from vafa.program.reads.revisions import live_program
from vafa.program.rules.earning import Part
from vafa.program.rules.vouchers import check_usable


def redeem_reward(
    club: ClubContext,
    *,
    member_id: int,
    reward_id: int,
    actor: Actor,
    key: str = "",
    at: datetime | None = None,
) -> Outcome:
    """Spend the reward's points and issue its voucher to the member.

    ``at`` dates it in the past (history being brought in). Refusals: UnknownMember,
    InactiveMember, RewardUnavailable (inactive, out of stock, another club's),
    InsufficientBalance.
    """
    once = operation_key(actor, "redeem", key, [member_id, reward_id])
    return run_once(club, once, lambda: _redeem(club, member_id, reward_id, actor, at or now()))


def hand_over(
    club: ClubContext,
    *,
    voucher_code: str,
    member_id: int,
    actor: Actor,
    key: str = "",
    at: datetime | None = None,
) -> Outcome:
    """Give the product of a product voucher to its member at the counter; it is used up.

    ``at`` dates it in the past (history being replayed).
    Refusals: VoucherUnusable.
    """
    code = voucher_code.strip().upper()
    once = operation_key(actor, "hand_over", key, [member_id, code])
    return run_once(club, once, lambda: _hand_over(club, code, member_id, actor, at or now()))


def _redeem(
    club: ClubContext, member_id: int, reward_id: int, actor: Actor, at: datetime
) -> dict[str, Any]:
    member = find_members(club.id, [("id", str(member_id))]).get(("id", str(member_id)))
    if member is None:
        raise UnknownMember
    if not member.is_active:
        raise InactiveMember
    unit = club.points_unit_id
    live = live_program(club.id)
    wallets = lock_wallets(club.book_id, [(unit, member_id)], with_lots=[(unit, member_id)])
    reward = take_reward(club.id, reward_id)
    number = next_id("program_decision")
    wallets.plan.spend(unit, member_id, reward.points, Ref("decision", number, at), at=at)
    saw: dict[str, int | str] = {
        "reward": reward.id,
        "name": reward.name,
        "name_en": reward.name_en,
    }
    decision = NewDecision(
        id=number,
        club_id=club.id,
        member_id=member_id,
        revision_id=live.revision_id,
        trigger="redeem",
        points=-reward.points,
        parts=[Part("", "redeem", -reward.points, saw)],
        effective_at=at,
        tier_at=at,
    )
    insert_decisions([decision])
    wallets.write()
    redemption, voucher = write_redemption(
        club, member_id, reward, number, actor=actor.label, at=at
    )
    append_events([_redeemed(club, redemption, reward)])
    return _redeem_answer(redemption, voucher, wallets.plan.balance(unit, member_id, "available"))


def _redeemed(club: ClubContext, redemption: Redemption, reward: Reward) -> NewEvent:
    payload = {
        "redemption": redemption.id,
        "member": redemption.member_id,
        "reward": reward.id,
        "points": reward.points,
    }
    return NewEvent(club.id, "reward.redeemed", payload, redemption.redeemed_at)


def _redeem_answer(redemption: Redemption, voucher: Voucher, available: int) -> dict[str, Any]:
    return {
        "redemption_id": redemption.id,
        "reward_id": redemption.reward_id,
        "member_id": redemption.member_id,
        "points": redemption.points,
        "voucher_code": voucher.code,
        "kind": voucher.kind,
        "value": voucher.value,
        "min_basket": voucher.min_basket,
        "expires_at": voucher.expires_at.isoformat(),
        "balance": {"available": available},
    }


def _hand_over(
    club: ClubContext, code: str, member_id: int, actor: Actor, moment: datetime
) -> dict[str, Any]:
    voucher = read_vouchers(club.id, [code], lock=True).get(code)
    check_usable(voucher, member_id, moment, kind="product")
    assert voucher is not None
    insert_uses([voucher.use(None, moment, actor.label)])
    payload = {"voucher": voucher.id, "member": member_id}
    append_events([NewEvent(club.id, "voucher.handed_over", payload, moment)])
    return {"voucher_code": code, "member_id": member_id, "used_at": moment.isoformat()}
