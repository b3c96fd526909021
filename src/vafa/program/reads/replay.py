"""Make every decision of the rules again, from what it was made from.

But for those of people who were forgotten: what the rules were told of them is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from vafa.core.db import dumps, fetch
from vafa.core.progress import Progress
from vafa.core.verification import MOST_NAMED, Difference
from vafa.program.actions.decisions import kept_parts
from vafa.program.reads.revisions import published_program
from vafa.program.rules.earning import decide_purchase
from vafa.program.rules.happening import decide_happening
from vafa.program.rules.inputs import happening_facts, purchase_facts
from vafa.program.rules.referral import reward_of

_NAME = "every decision of the rules follows from what they were told"
_AT_ONCE = 5_000
_DECISIONS = """
    SELECT id, revision_id, inputs, points, credit, tier_points, parts, shares
    FROM program_decision
    WHERE club_id = %s AND id > %s AND trigger IN ('purchase', 'join', 'happening')
        AND NOT inputs ? 'erased'
    ORDER BY id LIMIT %s
"""


def decision_differences(club_id: int, progress: Progress) -> list[Difference]:
    """The decisions of the club's rules that come out differently now, a hundred at most."""
    found: list[Difference] = []
    ((count,),) = fetch(
        "SELECT count(*) FROM program_decision"
        " WHERE club_id = %s AND trigger IN ('purchase', 'join', 'happening')",
        [club_id],
    )
    progress.start(count, "decisions")
    for number, kept, again in _pairs(club_id, progress):
        if kept != again and len(found) < MOST_NAMED:
            found.append(Difference(_NAME, f"decision {number}", _text(again), _text(kept)))
    progress.finish()
    return found


def _pairs(club_id: int, progress: Progress) -> Iterator[tuple[int, list[Any], list[Any]]]:
    """Each decision: its number, what is kept of it, and what comes of deciding again."""
    last = 0
    while rows := fetch(_DECISIONS, [club_id, last, _AT_ONCE]):
        for number, revision, inputs, points, credit, tier, parts, shares in rows:
            lines = [share[1:] for share in orjson.loads(shares or "[]")]
            kept = [points, credit, tier, orjson.loads(parts), lines]
            yield number, kept, _again(revision, orjson.loads(inputs))
        last = rows[-1][0]
        progress.advance(len(rows))


def _again(revision_id: int, inputs: dict[str, Any]) -> list[Any]:
    program = published_program(revision_id)
    if "referral" in inputs:
        decided = reward_of(program.referral, inputs["referral"])
    elif "on" in inputs:
        decided = decide_happening(program, happening_facts(inputs))
    else:
        decided = decide_purchase(program, purchase_facts(inputs))
    parts = orjson.loads(kept_parts(decided.parts))
    lines = [list(share[1:]) for share in decided.shares_of(range(len(decided.shares)))]
    return [decided.points, decided.credit, decided.tier_points, parts, lines]


def _text(decided: list[Any]) -> str:
    return dumps(decided)
