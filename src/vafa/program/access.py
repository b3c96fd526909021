"""Doors to rewards, draws, occasions, adjustments, reservations and revisions: fetch and authorise in one step; foreign rows are 404."""

from __future__ import annotations

from vafa.club.actor import Actor
from vafa.core.errors import NotFound
from vafa.program.errors import UnknownAdjustment, UnknownReservation
from vafa.program.models import (
    Adjustment,
    Backtest,
    BulkAdjustment,
    Draw,
    Occasion,
    OfflineSale,
    Reservation,
    Revision,
    Reward,
)
from vafa.program.offline_errors import UnknownOfflineSale


def access_reward(actor: Actor, reward_id: int) -> Reward:
    """A reward of the actor's club; members see only active ones. Raises NotFound."""
    reward = Reward.objects.filter(pk=reward_id, club_id=actor.club_id).first()
    if reward is None or (actor.kind == "member" and not reward.is_active):
        raise NotFound
    return reward


def access_revision(actor: Actor, number: int) -> Revision:
    """A revision of the actor's club by its number. Raises NotFound."""
    revision = Revision.objects.filter(number=number, club_id=actor.club_id).first()
    if revision is None:
        raise NotFound
    return revision


def access_reservation(actor: Actor, reservation_id: int) -> Reservation:
    """A reservation of the actor's club at a branch where she may work. Raises
    UnknownReservation."""
    reservation = (
        Reservation.objects.filter(pk=reservation_id, club_id=actor.club_id)
        .select_related("voucher")
        .first()
    )
    if reservation is None or not actor.may_use_branch(reservation.branch_id):
        raise UnknownReservation
    return reservation


def access_adjustment(actor: Actor, adjustment_id: int) -> Adjustment:
    """An adjustment of the actor's club. Raises UnknownAdjustment."""
    found = Adjustment.objects.filter(pk=adjustment_id, club_id=actor.club_id).first()
    if found is None:
        raise UnknownAdjustment
    return found


def access_bulk_adjustment(actor: Actor, bulk_id: int) -> BulkAdjustment:
    """Points for many that somebody of the actor's club asked for. Raises UnknownAdjustment."""
    found = BulkAdjustment.objects.filter(pk=bulk_id, club_id=actor.club_id).first()
    if found is None:
        raise UnknownAdjustment
    return found


def access_draw(actor: Actor, draw_id: int) -> Draw:
    """A draw of the actor's club; members see only those that were opened. Raises NotFound."""
    draw = Draw.objects.filter(pk=draw_id, club_id=actor.club_id).first()
    if draw is None or (actor.kind == "member" and draw.opened_at is None):
        raise NotFound
    return draw


def access_backtest(actor: Actor, backtest_id: int) -> Backtest:
    """A back-test of the actor's club. Raises NotFound."""
    found = Backtest.objects.filter(pk=backtest_id, club_id=actor.club_id).first()
    if found is None:
        raise NotFound
    return found


def access_occasion(actor: Actor, occasion_id: int) -> Occasion:
    """An occasion of the actor's club. Raises NotFound."""
    occasion = Occasion.objects.filter(pk=occasion_id, club_id=actor.club_id).first()
    if occasion is None:
        raise NotFound
    return occasion


def access_offline_sale(actor: Actor, number: int) -> OfflineSale:
    """A sale without a line at a branch where the actor may work. Raises UnknownOfflineSale."""
    found = OfflineSale.objects.filter(pk=number, club_id=actor.club_id).first()
    if found is None or not actor.may_use_branch(found.branch_id):
        raise UnknownOfflineSale
    return found
