"""Who may have chances in a draw for points, and if not, why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.program.models import Draw, Reward
from vafa.program.reads.draw_facts import facts_of_member, terms_of
from vafa.program.reads.draws import excluded_mobiles
from vafa.program.rules.draws import chances_of

# A draw whose list is not closed.
_TO_COME = ("draft", "open")


def draw_of(reward: Reward) -> Draw:
    """The draw of a reward of chances."""
    return Draw.objects.get(pk=reward.terms["draw"], club_id=reward.club_id)


def takes_chances(club: ClubContext, draw: Draw, at: datetime) -> bool:
    """Whether chances can be given in it for what happens at that moment."""
    return draw.status == "open" and draw.starts_on <= club.local_date(at) <= draw.ends_on


def why_no_chances(club: ClubContext, reward: Reward, member_id: int, at: datetime) -> str:
    """over (its period), draw (it takes none yet), outside (she takes no part in it), full (more than one member may
    have), or "" where nothing speaks against it."""
    draw = draw_of(reward)
    if draw.status not in _TO_COME or club.local_date(at) > draw.ends_on:
        return "over"
    if not takes_chances(club, draw, at):
        return "draw"
    start, end = club.day_start(draw.starts_on), club.day_end(draw.ends_on)
    found = facts_of_member(draw, start, end, excluded_mobiles(draw), member_id)
    if found is None:
        return "outside"
    if draw.cap is None:
        return ""
    has = chances_of(replace(terms_of(draw), cap=None), found.facts)
    return "full" if has + reward.value > draw.cap else ""


def in_open_draws(rewards: Sequence[Reward]) -> list[Reward]:
    """The rewards without chances in draws that are not open; asks nothing where none is of
    chances."""
    named = {reward.terms["draw"] for reward in rewards if reward.kind == "chances"}
    if not named:
        return list(rewards)
    there = set(Draw.objects.filter(pk__in=named, status="open").values_list("pk", flat=True))
    return [r for r in rewards if r.kind != "chances" or r.terms["draw"] in there]


def draws_of_decisions(decision_ids: list[int]) -> dict[int, str]:
    """Where decisions gave chances: at which step of its life the draw is, which it stays at until
    the transaction ends; "busy" for one at which somebody works now."""
    rows = fetch(
        "SELECT DISTINCT decision_id, draw_id FROM program_drawchance WHERE decision_id = ANY(%s)",
        [decision_ids],
    )
    if not rows:
        return {}
    steps = dict(
        fetch(
            "SELECT id, status FROM program_draw WHERE id = ANY(%s) ORDER BY id"
            " FOR SHARE SKIP LOCKED",
            [sorted({draw for _, draw in rows})],
        )
    )
    return {decision: steps.get(draw, "busy") for decision, draw in rows}


def redemptions_of_cancelled_draws(club_id: int, limit: int) -> list[int]:
    """The decisions of redemptions whose points are still held for chances in a draw that was
    cancelled."""
    rows = fetch(
        "SELECT r.decision_id FROM program_draw d JOIN program_drawchance c ON c.draw_id = d.id"
        " JOIN program_redemption r ON r.decision_id = c.decision_id"
        " JOIN ledger_hold h ON h.source_id = r.decision_id AND h.source = 'decision'"
        " WHERE d.club_id = %s AND d.status = 'cancelled' AND d.draws_at > now()"
        " AND h.status = 'open' ORDER BY 1 LIMIT %s",
        [club_id, limit],
    )
    return [decision for (decision,) in rows]
