"""A ready programme is read over, becomes the draft, and may be what a club begins with."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.world import World, make_world
from vafa.core.errors import InvalidInput
from vafa.flows.entries import LineEntry
from vafa.insight.reads.revisions import read_draft
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import CreditTerms, HoldTerms
from vafa.program.rules.presets import PRESETS
from vafa.program.rules.rule import Lines
from vafa.web.panel.tests.test_program import english, post, shown, stamp


def test_every_one_is_told_in_both_languages(world: World) -> None:
    owner, fa = english(world), world.client("owner")
    english_list, persian_list = shown(owner, "presets"), shown(fa, "presets")
    for preset in PRESETS:
        assert preset.title.en in english_list and preset.title.fa in persian_list
        for client, lang in ((owner, "en"), (fa, "fa")):
            page = shown(client, "preset", preset.name)
            assert preset.said(preset.about, lang) in page
            assert preset.said(preset.next_steps, lang) in page
    assert "500 toman of credit for every 10,000 toman" in shown(owner, "preset", "credit-back")
    assert "5,000 toman of credit" in shown(owner, "preset", "credit-back")
    # What would go is named.
    page = shown(owner, "preset", "cafe")
    assert "Welcome gift" in page and "Silver" in page
    assert owner.get(reverse("panel:preset", args=["bakery"])).status_code == 404


def test_it_replaces_the_draft_and_what_the_house_agreed_stays(world: World) -> None:
    owner = english(world)
    world.change_program(holds=HoldTerms(minutes=44))
    before = live_program(world.club.id).program
    refused = post(owner, "preset", {}, "cafe")
    assert refused.status_code == 422 and "may be replaced" in refused.content.decode()
    assert read_draft(world.club) is None
    foreign = post(owner, "preset", {"sure": "on", "category": "999999"}, "cafe")
    assert foreign.status_code == 422
    dairy = world.products["milk"].category_id
    assert post(owner, "preset", {"sure": "on", "category": dairy}, "cafe").status_code == 302
    draft = read_draft(world.club)
    assert draft is not None
    assert draft.program.holds == HoldTerms(minutes=44)
    assert draft.program.rules[0].conditions == (Lines(fact="category", values=(dairy,)),)
    # Nothing is in force before it is published.
    assert live_program(world.club.id).program == before
    post(owner, "publish", {"stamp": stamp(owner)})
    bought = world.buy(900_000, lines=(LineEntry(900_000, sku="milk", quantity=2_000),))
    assert bought.answer["points"] == 2
    assert post(owner, "preset", {"sure": "on"}, "credit-back").status_code == 302
    draft = read_draft(world.club)
    assert draft is not None and draft.program.credit != CreditTerms()


def test_a_club_begins_with_one(database: None) -> None:
    made = make_world(preset="restaurant")
    assert live_program(made.club.id).program.rule("lunch") is not None
    with pytest.raises(InvalidInput):
        make_world(preset="bakery")
    made.verify()
