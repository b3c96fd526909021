"""The programme under which the demo club's history happened, tested on it, gives exactly what it gave."""

from __future__ import annotations

from datetime import timedelta

import pytest

from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.flows.backtest import in_order, people, running
from vafa.flows.backtest.question import Question
from vafa.flows.backtest.slices import set_up
from vafa.flows.backtest.tests.telling import assert_equal, line
from vafa.flows.demo.tests.interrupting import interrupted_demo
from vafa.program.models import Revision
from vafa.program.reads.revisions import published_program

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("database")]


@pytest.fixture(scope="module")
def club(database: None) -> ClubContext:
    return interrupted_demo()


@pytest.mark.parametrize("days", [800, 200])
def test_it_is_what_happened(club: ClubContext, days: int) -> None:
    result = running.run_backtest(_question(club, days))
    assert_equal(result)
    total = line(result, "all", "")
    assert total["purchases"] > 200 and total["draft_back"] > 0
    assert result["members"] == sum(members for _, _, members in result["tiers"])
    assert result["strangers"] > 0


def test_processes_and_the_order_of_history_change_nothing(
    club: ClubContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = _question(club, 400)
    alone = running.run_backtest(question)
    monkeypatch.setattr(people, "SLICE", 40)
    assert len(people.boundaries(club.id, *_period(question), question.known_until, ())) > 3
    assert running.run_backtest(question) == alone
    monkeypatch.setattr(in_order, "SLICE", 40)
    monkeypatch.setattr(people, "PEOPLE", 10)
    told: list[int] = []
    tally = in_order.judge_in_order(set_up(question), told.append)
    assert tally.as_json() == {name: alone[name] for name in tally.as_json()}
    assert sum(told) == line(alone, "all", "")["purchases"]


def _question(club: ClubContext, days: int) -> Question:
    # Of what it promised afterwards, the history knows nothing.
    first, second = Revision.objects.filter(club_id=club.id).order_by("number")[:2]
    held, today = published_program(first.pk), club.local_date(now())
    assert second.published_at is not None
    return Question(club.id, held, held, today - timedelta(days=days), today, second.published_at)


def _period(question: Question) -> tuple[object, object]:
    bench = set_up(question)
    return bench.span.start, bench.span.end
