"""What the tests of back-tests share."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.world import World
from vafa.commerce.reads.undone_imports import undone_imports
from vafa.core.clock import now
from vafa.flows.backtest.in_order import judge_in_order
from vafa.flows.backtest.question import Question
from vafa.flows.backtest.running import run_backtest
from vafa.flows.backtest.slices import set_up
from vafa.program.reads.revisions import live_program
from vafa.program.rules.backtest import COLUMNS
from vafa.program.rules.document import Program


def back_test(world: World, draft: Program | None = None, **fields: Any) -> dict[str, Any]:
    """The result of a draft (the live programme where none is given) up to today."""
    return run_backtest(_question(world, draft, **fields))


def exact(world: World, draft: Program | None = None, **fields: Any) -> dict[str, Any]:
    """The same, which must be what comes out when everybody is judged in one process, in order."""
    question = _question(world, draft, **fields)
    result = run_backtest(question)
    tally = judge_in_order(set_up(question), lambda _: None)
    assert tally.as_json() == {name: result[name] for name in tally.as_json()}
    return result


def _question(world: World, draft: Program | None = None, **fields: Any) -> Question:
    live = live_program(world.club.id).program
    today = world.club.local_date(now())
    first: date = fields.pop("first", today - timedelta(days=400))
    last: date = fields.pop("last", today)
    undone = undone_imports(world.club.id)
    return Question(world.club.id, draft or live, live, first, last, now(), undone=undone, **fields)


def line(result: dict[str, Any], table: str, key: str) -> dict[str, int]:
    """A line of a table of the result."""
    return dict(zip(COLUMNS, result["tables"][table][key], strict=True))


def assert_equal(result: dict[str, Any]) -> None:
    """The draft gives in every line what was really given."""
    for name, lines in result["tables"].items():
        for key in lines:
            found = line(result, name, key)
            for unit in ("points", "back", "credit", "credit_back"):
                assert found[f"draft_{unit}"] == found[f"real_{unit}"], (name, key, found)
    for key, (draft, real, *_) in result["tables"]["kind"].items():
        assert draft == real, key
    for name, counted in result["deeds"].items():
        assert counted[:3] == counted[3:], (name, counted)
    for rule, counted in result["rules"].items():
        assert counted[:4] == counted[4:8], rule
    assert all(real == draft for real, draft, _ in result["tiers"]), result["tiers"]
    for unit in result["outlook"].values():
        assert unit["real"] == unit["draft"]
