"""The manager of one branch: what is hers she changes, and nothing else of the programme."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.club.models import Audit
from vafa.core.errors import NotFound
from vafa.insight.reads.revisions import read_draft, read_live
from vafa.program.actions.branch_drafts import publish_branch, save_branch_draft
from vafa.program.actions.revisions import save_draft
from vafa.program.models import Revision
from vafa.program.place_errors import NotOfYourBranch
from vafa.program.reads.revisions import live_program
from vafa.program.rules.branch_part import Here
from vafa.program.rules.document import PointTerms, Program
from vafa.program.rules.limits import Budget, Limit
from vafa.program.rules.place_terms import BranchManagers, PlaceTerms
from vafa.program.rules.recipes import multiplier, per_amount
from vafa.program.rules.rule import Group, OneOf, Rule, Text

THURSDAY = {"name_fa": "پنجشنبه‌ها", "name_en": "Thursdays", "percent": "200", "weekdays": ["5"]}
TERMS = {
    "points_share": "20",
    "credit_share": "100",
    "least_basket": "0",
    "points_a_month": "0",
    "credit_a_month": "0",
}
DOUBLE = Text(fa="دوبرابر", en="Double")


def at(branch_id: int) -> tuple[OneOf, ...]:
    return (OneOf(fact="branch", values=(branch_id,)),)


def promise(world: World, **managers: Any) -> Program:
    """The club's base, a rule of each branch, and what managers of branches may do."""
    of_main = multiplier("main-double", DOUBLE, 200)
    of_second = multiplier("second-double", DOUBLE, 200)
    rules = (
        per_amount("base", Text(fa="پایه", en="Base"), 1, 10_000),
        of_main.model_copy(update={"conditions": at(world.branch.id)}),
        of_second.model_copy(update={"conditions": at(world.other_branch.id)}),
    )
    program = Program(
        rules=rules,
        terms=PointTerms(worth=1_000),
        managers=BranchManagers(**managers),
        places=(PlaceTerms(kind="merchant", number=world.branch.merchant_id, excluded=("base",)),),
    )
    world.publish(program)
    return program


@pytest.fixture
def manager(world: World) -> Client:
    """The browser of who manages the main branch, in English."""
    world.hire_branch_manager()
    client = world.client("branch_manager")
    client.post(reverse("ui:language"), {"lang": "en"})
    return client


def post(client: Client, name: str, data: dict[str, Any], *args: Any) -> int:
    return client.post(reverse(f"panel:{name}", args=args), data).status_code


def page(client: Client) -> str:
    answer = client.get(reverse("panel:my-branch"))
    assert answer.status_code == 200
    return str(answer.content.decode())


def publish(client: Client) -> int:
    found = re.search(r'name="stamp" value="([0-9a-f]+)"', page(client))
    assert found, "there is something to publish, and she may"
    return post(client, "publish-mine", {"stamp": found[1], "note": ""})


def draft_of(world: World) -> Program:
    found = read_draft(world.club)
    assert found is not None
    return found.program


def rule_of(program: Program, name: str) -> Rule:
    return next(rule for rule in program.rules if rule.name.en == name)


def test_she_makes_a_rule_that_holds_at_her_branch_alone(world: World, manager: Client) -> None:
    promise(world)
    assert post(manager, "new-rule", THURSDAY, "multiplier") == 302
    made = rule_of(draft_of(world), "Thursdays")
    assert at(world.branch.id)[0] in made.conditions
    elsewhere = {**THURSDAY, "branch_ids": [world.other_branch.id]}
    assert post(manager, "new-rule", elsewhere, "multiplier") == 422, "not on offer for her"
    text = page(manager)
    assert "Double points on Thursdays at" in text
    assert "managers publish this with the rest of the draft" in text
    row = Audit.objects.filter(club=world.record, action="draft.changed").latest("id")
    assert row.actor == f"staff:{world.staff['branch_manager'].id}"
    assert row.branch_id == world.branch.id
    assert list(row.after) == [f"rule:{made.id}"]
    stamp = read_draft(world.club)
    assert stamp and post(manager, "publish-mine", {"stamp": stamp.stamp, "note": ""}) == 403


def test_the_builder_offers_her_what_she_may_use(world: World, manager: Client) -> None:
    promise(world)
    theirs = Group(code="shared", name=Text(fa="با هم", en="Shared"), mode="best")
    hers = Group(code="hers", name=Text(fa="شعبه", en="Hers"), mode="best")
    program = live_program(world.club.id).program
    base, main, second = program.rules
    rules = (
        base,
        main.model_copy(update={"group": "hers"}),
        second.model_copy(update={"group": "shared"}),
    )
    budget = Budget(code="year", name="بودجهٔ سال", limits=(Limit(most=10_000, scope="total"),))
    world.change_program(rules=rules, groups=(theirs, hers), budgets=(budget,))
    shown = manager.get(reverse("panel:new-rule", args=["rule"])).content.decode()
    offered = set(re.findall(r'<option value="([^"]*)"', shown))
    assert {
        "purchase",
        "visit",
        "challenge",
        "times",
        "fixed",
        "credit_fixed",
        "hers",
    } - offered <= {
        "challenge"  # none is defined here
    }
    assert not offered & {
        "birthday",
        "occasion",
        "schedule",
        "voucher",
        "message",
        "shared",
        "year",
    }
    assert "add:total" in shown and "add:channel" in shown
    assert "add:branch" not in shown and "add:merchant" not in shown
    owner = world.client("owner").get(reverse("panel:new-rule", args=["rule"])).content.decode()
    assert {"birthday", "message", "shared", "year"} <= set(
        re.findall(r'<option value="([^"]*)"', owner)
    )
    fields = {
        "on": "visit",
        "gives": "fixed",
        "gives-points": "5",
        "name_fa": "سر زدن",
        "name_en": "In",
    }
    assert post(manager, "new-rule", fields, "rule") == 302
    assert at(world.branch.id)[0] in rule_of(draft_of(world), "In").conditions


def test_what_is_not_hers_is_shut(world: World, manager: Client) -> None:
    promise(world, publish_alone=True)
    before = Revision.objects.filter(club=world.record).count()
    for rule_id in ("base", "second-double"):
        assert manager.get(reverse("panel:edit-rule", args=[rule_id])).status_code == 403
        for name in ("edit-rule", "switch-rule", "restore-rule", "remove-rule"):
            assert post(manager, name, {"active": "0"}, rule_id) == 403, (name, rule_id)
    assert post(manager, "edit-place", TERMS, "branch", world.other_branch.id) == 403
    assert post(manager, "edit-place", TERMS, "merchant", world.branch.merchant_id) == 403
    assert post(manager, "move-rule", {"to": "up"}, "main-double") == 403
    for name, *args in (
        ("edit-terms",),
        ("edit-part", "managers"),
        ("edit-part", "gifts"),
        ("new-tier",),
        ("publish",),
        ("discard",),
        ("remove-place", "branch", world.branch.id),
        ("new-reward",),
        ("new-staff",),
    ):
        assert post(manager, name, {}, *args) == 403, name
    assert manager.get(reverse("panel:members")).status_code == 403
    assert Revision.objects.filter(club=world.record).count() == before


def test_she_sees_the_purchases_of_her_branch(world: World, manager: Client) -> None:
    here = world.buy(1_000_000, receipt_no="HERE-1").answer["purchase_id"]
    there = world.buy(1_000_000, branch="second", receipt_no="THERE-1").answer["purchase_id"]
    for query in ("", f"?branch={world.other_branch.id}"):
        listed = manager.get(reverse("panel:purchases") + query).content.decode()
        assert "HERE-1" in listed and "THERE-1" not in listed
        assert reverse("panel:member", args=[world.member.id]) not in listed
    assert manager.get(reverse("panel:purchase", args=[here])).status_code == 200
    assert manager.get(reverse("panel:purchase", args=[there])).status_code == 404
    assert manager.get(reverse("panel:returns")).status_code == 200
    assert manager.get(reverse("panel:purchases-export")).status_code == 403
    # At the till she works as its cashiers do.
    assert manager.get(reverse("till:home")).status_code == 200


def test_her_rule_can_be_switched_off_and_taken_out(world: World, manager: Client) -> None:
    promise(world, publish_alone=True)
    assert post(manager, "switch-rule", {"active": "0"}, "main-double") == 302
    assert publish(manager) == 302
    live = live_program(world.record.id).program.rule("main-double")
    assert live is not None and not live.is_active
    assert post(manager, "remove-rule", {}, "main-double") == 302
    assert publish(manager) == 302
    assert live_program(world.record.id).program.rule("main-double") is None
    assert read_draft(world.club) is None


def test_publishing_hers_leaves_the_work_of_others_in_the_draft(
    world: World, manager: Client
) -> None:
    live = promise(world, publish_alone=True)
    unfinished = live.model_copy(
        update={
            "terms": PointTerms(worth=9_999),
            "rules": tuple(r for r in live.rules if r.id != "second-double"),
        }
    )
    save_draft(world.record.id, unfinished, actor=world.owner.label)
    assert post(manager, "new-rule", THURSDAY, "multiplier") == 302
    assert post(manager, "edit-place", TERMS, "branch", world.branch.id) == 302
    assert publish(manager) == 302
    now_live, rest = live_program(world.record.id).program, draft_of(world)
    assert rule_of(now_live, "Thursdays") in rest.rules
    assert now_live.terms.worth == 1_000 and now_live.rule("second-double") is not None
    assert rest.terms.worth == 9_999 and rest.rule("second-double") is None
    mine = now_live.terms_at(world.branch.id, world.branch.merchant_id)
    assert mine is not None and (mine.points_share, mine.excluded) == (20, ("base",))
    row = Audit.objects.filter(club=world.record, action="program.published").latest("id")
    assert (row.actor, row.branch_id) == (
        f"staff:{world.staff['branch_manager'].id}",
        world.branch.id,
    )
    with pytest.raises(NotFound):
        here = Here(world.branch.id, world.branch.merchant_id)
        publish_branch(world.record.id, here, actor="staff:1")


def test_her_terms_stay_within_what_the_club_allows(world: World, manager: Client) -> None:
    promise(world, points_share=30, least_basket=100_000, points_a_month=5_000)
    place = ("branch", world.branch.id)
    answer = manager.get(reverse("panel:edit-place", args=place)).content.decode()
    assert 'name="points_share"' in answer
    assert 'name="earns"' not in answer and 'name="excluded"' not in answer
    good = {**TERMS, "least_basket": "10,000", "points_a_month": "5000"}
    for bad in ({"points_share": "31"}, {"points_share": ""}, {"least_basket": "9,999"}):
        assert post(manager, "edit-place", {**good, **bad}, *place) == 422, bad
    for bad in ({"points_a_month": "0"}, {"points_a_month": "5001"}):
        assert post(manager, "edit-place", {**good, **bad}, *place) == 422, bad
    # What she is not asked for is not taken from her either.
    assert post(manager, "edit-place", {**good, "pays": "off", "earns": "off"}, *place) == 302
    own = draft_of(world).terms_at(world.branch.id, world.branch.merchant_id)
    assert own is not None and own.pays and own.earns and own.points_a_month == 5_000


def test_no_way_around_the_form(world: World) -> None:
    """What a changed programme would smuggle in is refused by the action itself."""
    live = promise(world)
    here = Here(world.branch.id, world.branch.merchant_id)
    club, mine = world.record.id, live.rule("main-double")
    assert mine is not None
    budget = Budget(code="all", name="همه", limits=({"most": 9},))
    group = Group(code="festival", name=DOUBLE, mode="best")
    shared = mine.model_copy(update={"budget": "all"})
    wider = mine.model_copy(update={"conditions": at(world.branch.id)[:0]})
    for changes in (
        {"terms": PointTerms(worth=5)},
        {"rules": live.rules[:2]},
        {"rules": (*live.rules[:1], wider, *live.rules[2:])},
        {"rules": (*live.rules[:1], shared, *live.rules[2:]), "budgets": (budget,)},
        {"groups": (group,)},
        {"managers": BranchManagers(publish_alone=True)},
        {"places": ()},
        {"places": (*live.places, PlaceTerms(kind="branch", number=world.other_branch.id))},
        {"places": (*live.places, PlaceTerms(kind="branch", number=here.branch_id, pays=False))},
    ):
        with pytest.raises(NotOfYourBranch):
            changed = live.model_copy(update=changes)
            save_branch_draft(club, changed, here, actor="staff:1")
    assert read_draft(world.club) is None
    # A group of her own rules alone is hers.
    own = mine.model_copy(update={"group": "festival"})
    rules = (live.rules[0], own, live.rules[2])
    changed = live.model_copy(update={"rules": rules, "groups": (group,)})
    save_branch_draft(club, changed, here, actor="staff:1")
    assert draft_of(world).group("festival") is not None


def test_the_owner_sees_places_and_their_differences(world: World) -> None:
    promise(world)
    owner = world.client("owner")
    owner.post(reverse("ui:language"), {"lang": "en"})
    fields = {**TERMS, "earns": "on", "pays": "on", "excluded": ["base"], "points_a_month": "800"}
    assert post(owner, "edit-place", fields, "branch", world.other_branch.id) == 302
    draft = owner.get(reverse("panel:draft")).content.decode()
    assert "Terms of شعبهٔ دوم" in draft
    assert "Points pay up to 20% of a purchase. Not here: Base. At most 800 points a month" in draft
    listed = owner.get(reverse("panel:places")).content.decode()
    assert "As its merchant" in listed and "Points pay up to 20%" in listed
    assert post(owner, "remove-rule", {}, "base") == 302
    assert all("base" not in place.excluded for place in draft_of(world).places)
    read = read_live(world.club)
    assert read is not None
    world.publish(draft_of(world))
    site = Client().get(reverse("site:club", args=[world.record.slug])).content.decode()
    assert "شعبهٔ دوم" in site and "۲۰٪ خرید را می‌پردازند" in site
    world.verify()
