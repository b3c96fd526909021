"""Chances in a draw as a reward: given with the points set aside, and back as long as the draw's
list is open.

The points stay held until the announced moment of the draw. Then they are spent where the list
was closed, and go back where it was not: cancelled, or never drawn.
"""

from __future__ import annotations

from datetime import datetime

from vafa.club.reads.context import ClubContext
from vafa.core.errors import DomainError
from vafa.program.actions.deeds import NewChances, insert_chances
from vafa.program.draw_errors import DrawChancesFull, DrawListClosed, DrawTakesNoChances
from vafa.program.errors import RewardNotForHer
from vafa.program.models import Draw, Reward
from vafa.program.reads.chance_access import draw_of, draws_of_decisions, takes_chances
from vafa.program.reads.deeds import chances_given, draws_query
from vafa.program.rules.earning import Part

CLOSED = ("frozen", "drawn", "closed")


def open_draw_of(club: ClubContext, reward: Reward, at: datetime) -> Draw:
    """The draw of a reward of chances, which stays open until the transaction ends. Raises
    DrawTakesNoChances, also for one whose list is being closed at this moment."""
    number = int(reward.terms["draw"])
    if number not in draws_query(club.id, [number], lock=True).ask():
        raise DrawTakesNoChances
    draw = draw_of(reward)
    if not takes_chances(club, draw, at):
        raise DrawTakesNoChances
    return draw


def chance_parts(reward: Reward) -> list[Part]:
    """What its decision keeps of the chances of a reward; nothing for any other."""
    if reward.kind != "chances":
        return []
    saw: dict[str, int | str] = {"draw": reward.terms["draw"], "chances": reward.value}
    return [Part("", "chances", 0, saw)]


def refusal(why: str, draw: Draw | None) -> DomainError:
    """The refusal of a reward for what ``reasons_against`` says of it."""
    if why == "full" and draw is not None:
        return DrawChancesFull(cap=draw.cap)
    return DrawTakesNoChances() if why == "draw" else RewardNotForHer(why=why)


def take_chances_back(
    club: ClubContext, decision_id: int, *, given_up_by: int, at: datetime
) -> None:
    """Take what a redemption's decision gave out of the draw, in the name of the decision that gives
    it up; in a cancelled draw they count for nothing and stay. Raises DrawListClosed."""
    step = draws_of_decisions([decision_id]).get(decision_id, "cancelled")
    if step == "cancelled":
        return
    if step != "open":
        raise DrawListClosed
    insert_chances(
        [
            NewChances(
                club.id,
                given.draw_id,
                given.member_id,
                decision_id,
                -given.chances,
                at,
                given_up_by_id=given_up_by,
            )
            for given in chances_given([decision_id], lock=True)
        ]
    )
