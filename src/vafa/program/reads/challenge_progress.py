"""How far a member is in the challenges of the programme."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from vafa.program.reads.challenge_facts import bought_between, used_purchases
from vafa.program.rules.challenges import Reached, reached
from vafa.program.rules.document import Challenge, Program
from vafa.program.rules.index import index_of


class Underway(NamedTuple):
    """A challenge that brings something now, and how far she is."""

    challenge: Challenge
    reached: Reached


def challenges_underway(program: Program, member_id: int, now: datetime) -> list[Underway]:
    """The challenges that an active rule rewards, as one member stands in them at ``now``.

    Two statements, and none where the programme has no such challenge.
    """
    codes = {rule.what for rule in index_of(program, "challenge").rules}
    challenges = [challenge for challenge in program.challenges if challenge.code in codes]
    if not challenges:
        return []
    since = now - timedelta(days=max(challenge.days for challenge in challenges))
    bought = bought_between([member_id], since, now).get(member_id, [])
    used = used_purchases([member_id], since)
    return [
        Underway(c, reached(c, bought, used.get((member_id, c.code), set()), now))
        for c in challenges
    ]
