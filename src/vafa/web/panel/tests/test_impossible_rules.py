"""A rule that could never give anything is not kept: the owner is told why, where it is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.world import World
from vafa.core.clock import now
from vafa.core.jalali import add_months
from vafa.insight.reads.revisions import read_draft
from vafa.program.actions.revisions import publish_program
from vafa.program.reads.revisions import live_program
from vafa.program.rules.recipes import multiplier
from vafa.program.rules.rule import Text
from vafa.web.panel.tests.test_program import english, post
from vafa.web.panel.tests.test_rule_builder import DOUBLE, rows


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        (
            [{"kind": "nth", "most": "1"}, {"kind": "days_since", "least": "3"}],
            "On a first purchase there is no purchase before.",
        ),
        (
            [{"kind": "weekday", "values": ["1"]}, {"kind": "weekday", "values": ["2"]}],
            "this one can never hold",
        ),
        ([{"kind": "expression", "text": "totl &gt; 5"}], "not sound"),
        ([{"kind": "expression", "text": "totl > 5"}], "“totl” is not known here."),
    ],
)
def test_the_reason_is_told_and_nothing_is_kept(
    world: World, conditions: list[dict[str, Any]], said: str
) -> None:
    answer = post(english(world), "new-rule", {**DOUBLE, **rows(*conditions)}, "rule")
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert read_draft(world.club) is None


def test_a_rule_whose_time_has_passed_does_not_stop_the_work_on_others(world: World) -> None:
    today = world.club.local_date(now())
    live = live_program(world.record.id).program
    over = multiplier("over", Text(fa="گذشته"), 200).model_copy(
        update={"ends": add_months(today, -1, "jalali")}
    )
    publish_program(
        world.record.id,
        live.model_copy(update={"rules": (*live.rules, over)}),
        actor="staff:1",
    )
    client = english(world)
    assert post(client, "switch-rule", {"active": "0"}, "over").status_code == 302
    weekday = rows({"kind": "weekday", "values": ["1"]})
    assert post(client, "new-rule", {**DOUBLE, **weekday}, "rule").status_code == 302
    draft = read_draft(world.club)
    assert draft is not None and draft.program.rule("over") is not None
