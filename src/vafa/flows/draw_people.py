"""People in a draw: who asks for free chances, what a member may know, what becomes of winners."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction

from vafa.club.actions.audit import record_audit
from vafa.club.actor import Actor
from vafa.club.models import Member
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.core.errors import InvalidInput, NotFound
from vafa.core.text import normalize
from vafa.program.actions import draws as actions
from vafa.program.draw_errors import DrawNotClaimable, DrawNotSettled, DrawStepRefused
from vafa.program.models import Draw, DrawClaim, DrawOutcome, DrawWinner
from vafa.program.reads.draw_facts import facts_of_member, terms_of
from vafa.program.reads.draws import (
    Line,
    Winner,
    excluded_mobiles,
    has_claimed,
    line_of_member,
    secret_of,
    winners_of,
)
from vafa.program.rules.draws import chances_of, holder_of, prize_count, salt_of, tag_of

_LEAST_REASON, _MOST_REASON = 3, 300


class HerChances(NamedTuple):
    """A member in a draw. While it is open ``chances`` are those of this moment, else those of her
    line. ``salt`` and ``identity`` make her tag (hex; "" where they are not known any more).
    ``place`` is where she was drawn."""

    may_take_part: bool
    chances: int
    has_claimed: bool
    may_claim: bool
    line: Line | None
    salt: str
    identity: str
    place: int | None


class PrizeHolder(NamedTuple):
    """A prize (its index), and who has it now: None where no reserve was left."""

    prize: int
    winner: Winner | None


def claim_chances(club: ClubContext, draw_id: int, member_id: int, actor: Actor) -> None:
    """Take part without buying: the draw's free chances, once; asked again nothing more happens.

    Raises DrawNotClaimable outside the period or for one who may not take part, NotFound.
    """
    draw = Draw.objects.filter(pk=draw_id, club_id=club.id, opened_at__isnull=False).first()
    if draw is None:
        raise NotFound
    member = Member.objects.filter(
        pk=member_id, club_id=club.id, is_active=True, merged_into__isnull=True
    ).first()
    if member is None or not _is_claimable(club, draw):
        raise DrawNotClaimable
    if member.mobile in excluded_mobiles(draw):
        raise DrawNotClaimable
    with transaction.atomic(durable=True):
        # Beside other claims, but not beside a step: that waits for the claim, or it is too late.
        ((status,),) = fetch("SELECT status FROM program_draw WHERE id = %s FOR SHARE", [draw_id])
        if status != "open":
            raise DrawNotClaimable
        DrawClaim.objects.get_or_create(
            draw=draw, member=member, defaults={"claimed_at": now(), "actor": actor.label}
        )


def chances_of_member(club: ClubContext, draw: Draw, member_id: int) -> HerChances:
    """What a member may know of herself in a draw that was opened."""
    start, end = club.day_start(draw.starts_on), club.day_end(draw.ends_on)
    found = facts_of_member(draw, start, end, excluded_mobiles(draw), member_id)
    claimed, line = has_claimed(draw, member_id), line_of_member(draw, member_id)
    may_claim = found is not None and not claimed and _is_claimable(club, draw)
    if draw.status == "open":
        chances = chances_of(terms_of(draw), found.facts) if found else 0
        return HerChances(found is not None, chances, claimed, may_claim, None, "", "", None)
    salt, identity, place = "", "", None
    if line is not None and found is not None:
        own = salt_of(secret_of(draw)[1], member_id)
        if tag_of(own, found.identity) == line.tag:
            salt, identity = own.hex(), found.identity
    if line is not None:
        entry = DrawWinner.objects.filter(draw=draw, entry__number=line.number)
        place = entry.values_list("place", flat=True).first()
    chances = line.chances if line else 0
    return HerChances(found is not None, chances, claimed, False, line, salt, identity, place)


def prize_holders(draw: Draw, winners: list[Winner]) -> list[PrizeHolder]:
    """Each prize that somebody was drawn for, in order, with who has it now."""
    by_place = {winner.place: winner for winner in winners}
    replaced = {w.place: w.successor for w in winners if w.outcome == "replaced"}
    holders = []
    for winner in winners:
        if winner.prize is not None:
            place = holder_of(winner.place, replaced)
            holders.append(PrizeHolder(winner.prize, by_place[place] if place else None))
    return holders


def confirm_winner(club: ClubContext, draw_id: int, place: int, actor: Actor) -> None:
    """She was reached and takes the prize. Raises DrawStepRefused unless she has it and nothing
    became of her yet, NotFound."""
    with transaction.atomic(durable=True):
        draw, winner = _holder(club, draw_id, place)
        _record(draw, winner, actor, "confirmed")
        _audit(draw, winner, actor, "draw.winner_confirmed")


def replace_winner(
    club: ClubContext, draw_id: int, place: int, reason: str, actor: Actor
) -> int | None:
    """The next reserve comes in her place, for a reason; returns its place, None where none is left.

    Raises InvalidInput without a reason, DrawStepRefused as ``confirm_winner``, NotFound.
    """
    why = normalize(reason)
    if not _LEAST_REASON <= len(why) <= _MOST_REASON:
        raise InvalidInput(field="reason")
    with transaction.atomic(durable=True):
        draw, winner = _holder(club, draw_id, place)
        used = [w.successor for w in winners_of(draw) if w.successor is not None]
        reserves = DrawWinner.objects.filter(draw=draw, place__gt=prize_count(draw.prizes))
        following = reserves.exclude(place__in=used).order_by("place").first()
        _record(draw, winner, actor, "replaced", reason=why, successor=following)
        _audit(draw, winner, actor, "draw.winner_replaced", reason=why)
    return following.place if following else None


def close_draw(club: ClubContext, draw_id: int, actor: Actor) -> None:
    """End a draw whose prizes are all confirmed, or could be given to nobody. Raises DrawStepRefused,
    DrawNotSettled, NotFound."""
    with transaction.atomic(durable=True):
        draw = actions.lock_draw(club.id, draw_id)
        actions.require_status(draw, "drawn")
        holders = prize_holders(draw, winners_of(draw))
        if any(h.winner is not None and h.winner.outcome != "confirmed" for h in holders):
            raise DrawNotSettled
        actions.step(draw, "closed", "closed_at", by=actor.label)


def _is_claimable(club: ClubContext, draw: Draw) -> bool:
    today = club.local_date(now())
    return draw.status == "open" and draw.starts_on <= today <= draw.ends_on


def _holder(club: ClubContext, draw_id: int, place: int) -> tuple[Draw, Winner]:
    """The draw, locked, and who was drawn at that place, if she has a prize now."""
    draw = actions.lock_draw(club.id, draw_id)
    winners = winners_of(draw)
    if not any(winner.place == place for winner in winners):
        raise NotFound
    actions.require_status(draw, "drawn")
    for _prize, winner in prize_holders(draw, winners):
        if winner is not None and winner.place == place and not winner.outcome:
            return draw, winner
    raise DrawStepRefused


def _record(
    draw: Draw,
    winner: Winner,
    actor: Actor,
    kind: str,
    *,
    reason: str = "",
    successor: DrawWinner | None = None,
) -> None:
    DrawOutcome.objects.create(
        draw=draw,
        winner=DrawWinner.objects.get(draw=draw, place=winner.place),
        kind=kind,
        reason=reason,
        successor=successor,
        actor=actor.label,
        at=now(),
    )


def _audit(draw: Draw, winner: Winner, actor: Actor, action: str, *, reason: str = "") -> None:
    record_audit(
        draw.club_id,
        actor.label,
        action,
        actions.thing_of(draw),
        after={"place": winner.place},
        reason=reason,
    )
