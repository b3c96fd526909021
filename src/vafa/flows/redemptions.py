"""Points become rewards: they are held for the voucher, and spent when it is used.

A voucher that is cancelled, or expires unused, ends the hold: the points go back into the lots
that they came from, or, where these have expired meanwhile, into one that lasts some days more.
Chances in a draw are given at once, and go back with the points (chance_rewards.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from vafa.club.actor import Actor
from vafa.club.errors import InactiveMember, UnknownMember
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import FoundMember, find_members, wallet_of, with_merged
from vafa.club.spending import refuse_frozen, refuse_left, refuse_spending
from vafa.core.clock import now
from vafa.core.errors import NotFound
from vafa.core.events import NewEvent, append_events
from vafa.core.ids import next_id
from vafa.flows.chance_rewards import (
    CLOSED,
    chance_parts,
    open_draw_of,
    refusal,
    take_chances_back,
)
from vafa.flows.deeds import do_deeds
from vafa.flows.entries import Outcome
from vafa.flows.keyed import operation_key, run_once
from vafa.ledger.actions.wallets import lock_wallets
from vafa.ledger.actions.writing import Wallets
from vafa.ledger.reads.holds import holds_for
from vafa.ledger.reads.lots import taken_by
from vafa.ledger.rules.holds import capture, release, reserve
from vafa.ledger.rules.state import HoldState, Ref
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.actions.redemptions import put_back, take_reward, write_redemption
from vafa.program.actions.vouchers import NewUse, insert_uses, read_vouchers
from vafa.program.errors import DoneMeanwhile, RedemptionFinal, VoucherSetAside
from vafa.program.models import Redemption, Reward, Voucher
from vafa.program.reads.chance_access import draws_of_decisions
from vafa.program.reads.redemptions import Redeemed, latest_redemption, redemptions_of
from vafa.program.reads.revisions import live_program
from vafa.program.reads.reward_access import reasons_against
from vafa.program.rules.earning import Part
from vafa.program.rules.offers import AT_COUNTER
from vafa.program.rules.terms import grace_until, slides_with
from vafa.program.rules.vouchers import check_usable


def redeem_reward(
    club: ClubContext,
    *,
    member_id: int,
    reward_id: int,
    actor: Actor,
    key: str = "",
    at: datetime | None = None,
    after: int | None = None,
) -> Outcome:
    """Hold the reward's points and issue its voucher to the member.

    ``at`` dates it in the past (history being brought in). ``after``: her newest redemption of this
    reward as the page that asks showed it (0: none); where there is a newer one, the refusal is
    DoneMeanwhile. Other refusals: UnknownMember,
    InactiveMember, MayNotSpend, SpendingFrozen, RewardUnavailable (inactive, out of stock,
    another club's), RewardNotForHer, CodesGone, DrawTakesNoChances, DrawChancesFull,
    InsufficientBalance.
    """
    once = operation_key(actor, "redeem", key, {"member": member_id, "reward_id": reward_id})
    moment = at or now()
    return run_once(club, once, lambda: _redeem(club, member_id, reward_id, actor, moment, after))


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
    Refusals: VoucherUnusable, SpendingFrozen.
    """
    code = voucher_code.strip().upper()
    once = operation_key(actor, "hand_over", key, {"member": member_id, "voucher_code": code})
    return run_once(club, once, lambda: _hand_over(club, code, member_id, actor, at or now()))


def cancel_redemption(
    club: ClubContext,
    *,
    redemption_id: int,
    actor: Actor,
    member_id: int | None = None,
    key: str = "",
) -> Outcome:
    """Give an unused voucher up and the points back; ``member_id`` asserts whose it is.

    Refusals: NotFound, RedemptionFinal (used, run out or given up before), VoucherSetAside (for a
    bill at this moment), DrawListClosed.
    """
    once = operation_key(actor, "cancel", key, {"redemption_id": redemption_id})
    return run_once(club, once, lambda: _cancel(club, redemption_id, member_id, actor))


def give_up_within(club: ClubContext, redemption_id: int, *, actor: Actor) -> None:
    """``cancel_redemption`` within the transaction of another flow. Raises NotFound,
    RedemptionFinal, VoucherSetAside, DrawListClosed."""
    _cancel(club, redemption_id, None, actor)


def end_redemptions(club: ClubContext, holds: Sequence[HoldState], at: datetime) -> int:
    """Give the points of rewards back whose vouchers expired unused or whose draw was cancelled,
    and spend those of chances in a list that was closed; returns how many.

    ``holds`` are theirs as read before; whatever was resolved meanwhile, or is of a draw that is
    being worked at, is left alone. Must run inside a transaction.
    """
    wallets, still_open = _lock(club, [hold.source_id for hold in holds], at)
    steps = draws_of_decisions([hold.source_id for hold in still_open])
    due = [h for h in still_open if _is_due(h, steps.get(h.source_id, ""), at)]
    found = redemptions_of(club.id, decisions=[hold.source_id for hold in due])
    for hold, redeemed in zip(due, found, strict=True):
        if steps.get(hold.source_id) in CLOSED:
            voucher = read_vouchers(club.id, [redeemed.voucher_code], lock=True)
            insert_uses([voucher[redeemed.voucher_code].use("counter", None, at, "system")])
            capture(wallets.plan, hold, hold.amount, (), Ref("hold", hold.id, at), at=at)
        else:
            _give_back(club, wallets, hold, redeemed, "expired", "system", at)
    wallets.write()
    return len(due)


def _is_due(hold: HoldState, step: str, at: datetime) -> bool:
    if step in ("cancelled", "busy"):
        return step == "cancelled"
    return hold.expires_at is not None and hold.expires_at <= at


def _redeem(
    club: ClubContext,
    member_id: int,
    reward_id: int,
    actor: Actor,
    at: datetime,
    after: int | None,
) -> dict[str, Any]:
    member = _spender(club, member_id)
    wallet = (club.points_unit_id, member.holder)
    live = live_program(club.id)
    wallets = lock_wallets(club.book_id, [wallet], with_lots=[wallet], at=at)
    refuse_left([member.id])
    if after is not None and latest_redemption(with_merged(member.id), reward_id) > after:
        raise DoneMeanwhile
    reward = take_reward(club.id, reward_id)
    draw = open_draw_of(club, reward, at) if reward.kind == "chances" else None
    why = reasons_against(club, [reward], member.id, at).get(reward.id)
    # That none is left after this one is no reason.
    if why and why != "gone":
        raise refusal(why, draw)
    number = next_id("program_decision")
    saw: dict[str, int | str] = {
        "reward": reward.id,
        "name": reward.name,
        "name_en": reward.name_en,
    }
    decision = NewDecision(
        id=number,
        club_id=club.id,
        member_id=member.id,
        revision_id=live.revision_id,
        trigger="redeem",
        points=-reward.points,
        parts=[Part("", "redeem", -reward.points, saw), *chance_parts(reward)],
        effective_at=at,
        tier_at=at,
    )
    insert_decisions([decision])
    do_deeds(club, [decision], at)
    redemption, voucher = write_redemption(
        club,
        member.id,
        reward,
        number,
        actor=actor.label,
        at=at,
        until=draw.draws_at if draw else None,
    )
    if reward.points:
        _hold_points(wallets, wallet, redemption, voucher)
        if slides_with(live.program.terms, "spend"):
            wallets.plan.note_activity(*wallet, at, Ref("decision", number, at))
    wallets.write()
    append_events([_redeemed(club, redemption, reward)])
    return _redeem_answer(redemption, voucher, wallets.plan.balance(*wallet, "available"))


def _hold_points(
    wallets: Wallets, wallet: tuple[int, int], redemption: Redemption, voucher: Voucher
) -> None:
    at, number = redemption.redeemed_at, redemption.decision_id
    hold = reserve(
        wallets.plan,
        *wallet,
        redemption.points,
        Ref("decision", number, at),
        at=at,
        expires_at=voucher.expires_at,
        purpose=("decision", number),
    )
    if voucher.kind == "partner":  # it is hers at once, and nobody here can take it back
        insert_uses([NewUse(voucher.id, 1, "counter", None, at, redemption.actor)])
        capture(wallets.plan, hold, hold.amount, (), Ref("hold", hold.id, at), at=at)


def _spender(club: ClubContext, member_id: int) -> FoundMember:
    ref = ("id", str(member_id))
    member = find_members(club.id, [ref]).get(ref)
    if member is None:
        raise UnknownMember
    if not member.is_active:
        raise InactiveMember
    refuse_spending(club, member, now())
    return member


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
    club: ClubContext, code: str, member_id: int, actor: Actor, at: datetime
) -> dict[str, Any]:
    ref = ("id", str(member_id))
    member = find_members(club.id, [ref]).get(ref)
    if member is not None:
        refuse_frozen(club, member, at)
    known = redemptions_of(club.id, codes=[code])
    wallets, holds = _lock(club, [r.decision_id for r in known], at)
    voucher = read_vouchers(club.id, [code], lock=True).get(code)
    check_usable(voucher, member_id, at, kinds=AT_COUNTER)
    assert voucher is not None
    insert_uses([voucher.use("counter", None, at, actor.label)])
    for hold in holds:
        capture(wallets.plan, hold, hold.amount, (), Ref("hold", hold.id, at), at=at)
    wallets.write()
    payload = {"voucher": voucher.id, "member": member_id}
    append_events([NewEvent(club.id, "voucher.handed_over", payload, at)])
    return {"voucher_code": code, "member_id": member_id, "used_at": at.isoformat()}


def _cancel(
    club: ClubContext, redemption_id: int, member_id: int | None, actor: Actor
) -> dict[str, Any]:
    moment = now()
    found = redemptions_of(club.id, ids=[redemption_id])
    if not found or member_id not in (None, found[0].member_id):
        raise NotFound
    own = wallet_of(found[0].member_id).holder
    free = [] if found[0].points else [own]
    wallets, holds = _lock(club, [found[0].decision_id], moment, also=free)
    if not (holds or free) or (holds and (holds[0].expires_at or moment) < moment):
        raise RedemptionFinal
    hold = holds[0] if holds else None
    _give_back(club, wallets, hold, found[0], "cancelled", actor.label, moment)
    wallets.write()
    wallet = (club.points_unit_id, hold.holder if hold else own)
    return {
        "redemption_id": redemption_id,
        "points_given_back": found[0].points,
        "balance": {"available": wallets.plan.balance(*wallet, "available")},
    }


def _lock(
    club: ClubContext, decisions: Sequence[int], at: datetime, *, also: Sequence[int] = ()
) -> tuple[Wallets, list[HoldState]]:
    """The wallets in which these redemptions hold points, locked (and those of the holders
    ``also``), and their holds still open."""
    unit = club.points_unit_id
    holders = {h.holder for h in holds_for("decision", decisions) if h.status == "open"}
    holders.update(also)
    wallets = lock_wallets(club.book_id, [(unit, holder) for holder in holders], at=at)
    holds = [h for h in holds_for("decision", decisions) if h.status == "open"]
    return wallets, sorted(holds, key=lambda hold: hold.source_id)


def _give_back(
    club: ClubContext,
    wallets: Wallets,
    hold: HoldState | None,
    redeemed: Redeemed,
    why: str,
    actor: str,
    at: datetime,
) -> None:
    voucher = read_vouchers(club.id, [redeemed.voucher_code], lock=True)[redeemed.voucher_code]
    if voucher.number or (hold is None and voucher.expires_at < at):
        raise RedemptionFinal
    if voucher.reserved_by is not None and why == "cancelled":
        raise VoucherSetAside
    insert_uses([voucher.use(why, None, at, actor)])
    number = next_id("program_decision")
    points = hold.amount if hold else 0
    saw: dict[str, int | str] = {"name": redeemed.reward, "name_en": redeemed.reward_en, "why": why}
    decision = NewDecision(
        id=number,
        club_id=club.id,
        member_id=redeemed.member_id,
        revision_id=redeemed.revision_id,
        trigger="unredeem",
        points=points,
        parts=[Part("", "unredeem", points, saw)],
        effective_at=at,
        tier_at=at,
        undoes_id=redeemed.decision_id,
    )
    insert_decisions([decision])
    take_chances_back(club, redeemed.decision_id, given_up_by=number, at=at)
    if hold is not None:
        release(
            wallets.plan,
            hold,
            taken_by([hold.transfer_id])[hold.transfer_id],
            Ref("decision", number, at),
            at=at,
            status="expired" if why == "expired" else "released",
            grace_until=grace_until(at, club.dates),
        )
    put_back([redeemed.reward_id])
    payload = {"redemption": redeemed.id, "member": redeemed.member_id, "points": points}
    append_events([NewEvent(club.id, f"reward.{why}", payload, at)])
