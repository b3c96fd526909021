"""Budgets and what earns, as the owner sets them."""

from __future__ import annotations

from tests.world import World
from vafa.program.reads.revisions import live_program
from vafa.program.rules.budget_units import fits_budget
from vafa.program.rules.document import Program
from vafa.program.rules.recipes import per_amount
from vafa.program.rules.rule import PerStep, Rule, Text
from vafa.web.panel.tests.test_program import english, post, shown, stamp

ROWS = {
    f"{name}{n}": value
    for n in range(3)
    for name, value in (("counts", "points"), ("per", "ever"), ("scope", "total"))
}


def test_a_budget_is_made_shared_and_not_lowered_below_what_is_spent(world: World) -> None:
    owner = english(world)
    made = post(owner, "new-budget", {"name": "بهار", **ROWS, "most0": "۳۰۰"})
    assert made.status_code == 302
    assert "at most 300 points for all members together" in shown(owner, "draft")
    post(owner, "publish", {"stamp": stamp(owner), "note": ""})
    (budget,) = live_program(world.record.id).program.budgets
    rule = per_amount("base", Text(fa="ن"), 1, 10_000, budget=budget.code)
    world.publish(Program(rules=(rule,), budgets=(budget,)))
    assert world.buy(2_500_000).answer["points"] == 250
    refused = post(owner, "edit-budget", {"name": "بهار", **ROWS, "most0": "200"}, budget.code)
    assert refused.status_code == 422
    assert "250 of it are spent already" in refused.content.decode()
    twice = {**ROWS, "most0": "400", "most1": "500"}
    refused = post(owner, "edit-budget", {"name": "بهار", **twice}, budget.code)
    assert "Another limit counts the same" in refused.content.decode()
    assert "At most 300 points for all members together" in shown(owner, "draft")
    changed = post(owner, "edit-budget", {"name": "بهار", **ROWS, "most0": "260"}, budget.code)
    assert changed.status_code == 302
    post(owner, "publish", {"stamp": stamp(owner), "note": ""})
    assert world.buy(1_000_000).answer["points"] == 10
    assert post(owner, "remove-budget", {}, budget.code).status_code == 302
    assert "بهار" not in shown(owner, "edit-rule", "base")
    again = post(owner, "new-budget", {"name": "پاییز", **ROWS, "most0": "5"})
    assert again.status_code == 302
    post(owner, "publish", {"stamp": stamp(owner), "note": ""})
    (fresh,) = live_program(world.record.id).program.budgets
    assert fresh.code != budget.code, "what was spent of the old one is not the new one's"


def test_a_budget_of_credit_is_typed_and_shown_in_the_money_of_the_club(world: World) -> None:
    """Everybody who types amounts in tomans types this one so too; stored are rials."""
    owner = english(world)
    page = shown(owner, "new-budget")
    assert "credit, in toman" in page.lower() and "rials" not in page.lower()
    asked = {"name": "اعتبار", **ROWS, "counts0": "credit", "most0": "۳۰٬۰۰۰"}
    assert post(owner, "new-budget", asked).status_code == 302
    assert "at most 30,000 toman of credit for all members" in shown(owner, "draft").lower()
    post(owner, "publish", {"stamp": stamp(owner), "note": ""})
    (budget,) = live_program(world.record.id).program.budgets
    assert (budget.unit, [limit.most for limit in budget.limits]) == ("credit", [300_000])
    gives = PerStep(points=10_000, step=100_000, unit="credit")
    rule = Rule(id="back", name=Text(fa="ن"), gives=gives, budget=budget.code)
    points = per_amount("base", Text(fa="ن"), 1, 100_000)
    world.publish(Program(rules=(rule, points), budgets=(budget,)))
    assert world.buy(2_500_000).answer["credit"] == 250_000

    both = {**asked, "counts1": "points", "most1": "100"}
    assert "points or credit" in post(owner, "edit-budget", both, budget.code).content.decode()
    less = {**asked, "most0": "20000"}
    refused = post(owner, "edit-budget", less, budget.code)
    assert refused.status_code == 422
    assert "25,000 toman of it are spent already" in refused.content.decode()
    assert 'value="30000"' in shown(owner, "edit-budget", budget.code).replace(",", "")
    more = {**asked, "most0": "26000"}
    assert post(owner, "edit-budget", more, budget.code).status_code == 302
    post(owner, "publish", {"stamp": stamp(owner), "note": ""})
    assert world.buy(1_000_000).answer["credit"] == 10_000

    # A budget from before it said so goes by the rules that draw on it.
    silent = budget.model_copy(update={"unit": "points"})
    world.publish(Program(rules=(rule, points), budgets=(silent,)))
    assert "at most 30,000 toman of credit" in shown(owner, "program").lower()
    assert not fits_budget(Program(budgets=(budget,)), budget, points)
    assert fits_budget(Program(budgets=(budget,)), budget, rule)


def test_a_ceiling_and_what_earns(world: World) -> None:
    owner = english(world)
    asked = {"ceiling": "100", "on_delivery": "on"}
    assert post(owner, "edit-part", asked, "earning").status_code == 302
    assert "A purchase earns at most 100 points" in shown(owner, "draft")
    post(owner, "publish", {"stamp": stamp(owner), "note": ""})
    assert world.buy(20_000_000).answer["points"] == 100
