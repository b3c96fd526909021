"""A back-test from its question to its result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from vafa.club.reads.context import ClubContext, club_context
from vafa.commerce.reads.undone_imports import counted_purchases, undone_imports
from vafa.core.db import fetch
from vafa.core.progress import Progress, SilentProgress
from vafa.flows.backtest.errors import NoPurchases
from vafa.flows.backtest.in_order import judge_in_order
from vafa.flows.backtest.limits import LimitsUsed
from vafa.flows.backtest.people import END, boundaries
from vafa.flows.backtest.processes import judge_elsewhere
from vafa.flows.backtest.question import Question
from vafa.flows.backtest.slices import judge_slice, set_up
from vafa.ledger.reads.totals import pool_totals
from vafa.program.rules.backtest import COLUMNS, Economy, Tally, outlook

# A process of one's own costs a second or two: not for so few slices.
_FEW_SLICES = 3
LABEL = "back-test"


def run_backtest(question: Question, progress: Progress | None = None) -> dict[str, Any]:
    """The result of a question, as a JSON value (docs/back-test.md).

    ``progress`` is told now and then and may raise to end it. Raises NoPurchases.
    """
    club = club_context(question.club_id)
    question = replace(question, undone=undone_imports(club.id))
    start, end = club.day_start(question.first), club.day_end(question.last)
    count, strangers = _count(question, start, end)
    if not count:
        raise NoPurchases
    bar = progress or SilentProgress()
    bar.start(count, LABEL)
    if LimitsUsed(question.draft, club.calendar).are_shared:
        tally = judge_in_order(set_up(question), bar.advance)
    else:
        tally = _judge_by_members(question, start, end, bar.advance)
    bar.finish()
    return _result(question, club, tally, strangers)


def _judge_by_members(
    question: Question, start: datetime, end: datetime, told: Callable[[int], None]
) -> Tally:
    edges = boundaries(question.club_id, start, end, question.known_until, question.undone)
    slices = list(pairwise([0, *edges, END]))
    tally = Tally()

    def look(part: Tally | None) -> None:
        if part is not None:
            tally.add(part)
        told(sum(line[0] for line in part.tables["all"].values()) if part is not None else 0)

    if len(slices) > _FEW_SLICES:
        judge_elsewhere(question, slices, look)
    else:
        bench = set_up(question)
        for first, after in slices:
            look(judge_slice(bench, first, after))
    return tally


def _count(question: Question, start: datetime, end: datetime) -> tuple[int, int]:
    rows = fetch(
        "SELECT count(member_id), count(*) FROM commerce_purchase WHERE club_id = %s"
        " AND purchased_at >= %s AND purchased_at < %s AND recorded_at < %s"
        f" AND {counted_purchases(among=question.undone)}",
        [question.club_id, start, end, question.known_until],
    )
    members, everybody = rows[0]
    return members, everybody - members


def _result(question: Question, club: ClubContext, tally: Tally, strangers: int) -> dict[str, Any]:
    total = dict(zip(COLUMNS, tally.line("all", ""), strict=True))
    more = {
        unit: total[f"draft_{unit}"]
        - total[f"draft_{back}"]
        - total[f"real_{unit}"]
        + total[f"real_{back}"]
        for unit, back in (("points", "back"), ("credit", "credit_back"))
    }
    end = club.day_end(question.last)
    units = {"points": club.points_unit_id, "credit": club.credit_unit_id}
    economy = {name: _economy(unit, end) for name, unit in units.items()}
    return {
        **tally.as_json(),
        "strangers": strangers,
        "worth": {"draft": question.draft.terms.worth, "real": question.live.terms.worth},
        "economy": {name: list(known) for name, known in economy.items()},
        "outlook": {
            name: {"real": list(outlook(known, 0)), "draft": list(outlook(known, more[name]))}
            for name, known in economy.items()
        },
    }


def _economy(unit_id: int, end: datetime) -> Economy:
    pools = pool_totals(unit_id, None, end)
    return Economy(
        pools.issued - pools.clawed_back,
        pools.spent - pools.restored,
        pools.expired - pools.revived,
    )
