"""The seven steps of setting a club up, left and taken up again."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.audience.reads.segments import list_segments
from vafa.club.actions.setup import save_step
from vafa.club.models import ClubSetup, OwnRole, Staff
from vafa.club.reads.joining import joining_terms
from vafa.club.rules.setup import BEGUN
from vafa.program.reads.revisions import live_program

AIM = {"aim": "repeat", "percent": "۱۵", "months": "6"}


def url(step: str) -> str:
    return reverse("panel:setup-step", args=[step])


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def answer(client: Client, step: str, **fields: Any) -> Any:
    return client.post(url(step), fields)


def test_the_way_is_left_and_taken_up_where_it_was(world: World) -> None:
    save_step(world.record.id, BEGUN, {}, by=world.owner.label)
    owner = world.client("owner")
    assert owner.get(reverse("panel:setup")).url == url("aim")
    assert answer(owner, "aim", **AIM).url == url("groups")

    elsewhere = world.client("owner")
    assert elsewhere.get(reverse("panel:setup")).url == url("groups")
    assert "گام بعدی، ۲ از ۷" in page(elsewhere, reverse("panel:dashboard"))
    assert "گام بعدی" not in page(world.client("manager"), reverse("panel:dashboard"))

    answer(owner, "aim", **AIM)
    answer(owner, "aim", **{**AIM, "percent": "20"})
    rows = ClubSetup.objects.filter(club=world.record, step="aim").order_by("version")
    assert [(r.version, r.answers["percent"], r.actor) for r in rows] == [
        (1, 15, world.owner.label),
        (2, 20, world.owner.label),
    ]


def test_groups_rules_and_doors_come_of_the_answers(world: World) -> None:
    owner, before = world.client("owner"), live_program(world.record.id).revision_id
    answer(owner, "groups", chosen=["regulars", "lost"])
    answer(owner, "groups", chosen=["regulars"])
    assert sorted(s.name_en for s in list_segments(world.record.id)) == ["Lost", "Regulars"]

    answer(owner, "gains", preset="credit-back", margin="30", publish="on")
    adopted = live_program(world.record.id)
    assert adopted.revision_id != before
    assert {rule.gives.unit for rule in adopted.program.rules if hasattr(rule.gives, "unit")} == {
        "credit"
    }
    answer(owner, "gains", preset="keep", margin="25", publish="on")
    assert live_program(world.record.id).revision_id == adopted.revision_id

    answer(owner, "membership", mode="closed", ways=["code", "approval"])
    assert joining_terms(world.record.id).ways == ("code", "approval")
    for step, after in (("talk", "business"), ("business", "fields")):
        assert answer(owner, step).url == url(after)
    assert answer(owner, "fields").url == reverse("panel:readiness")


def test_what_is_typed_wrong_is_kept_and_nothing_is_saved(world: World) -> None:
    owner = world.client("owner")
    refused = answer(owner, "membership", mode="closed", ways=["receipt"])
    assert refused.status_code == 422
    assert joining_terms(world.record.id).is_open
    assert answer(owner, "aim", aim="riches", percent="0", months="6").status_code == 422
    assert owner.get(url("nowhere")).status_code == 404
    assert not ClubSetup.objects.filter(club=world.record).exists()


def test_the_way_opens_no_door_that_is_shut_otherwise(world: World) -> None:
    """Who may change the club's settings, and neither rules nor segments, changes none here."""
    role = OwnRole.objects.create(club=world.record, name="دفتر", permissions=["club.settings"])
    Staff.objects.filter(pk=world.staff["support"].pk).update(role="own", own_role=role)
    client, before = world.client("support"), live_program(world.record.id).revision_id
    assert answer(client, "aim", **AIM).status_code == 302
    told = {"preset": "credit-back", "margin": "30", "publish": "on"}
    assert answer(client, "gains", **told).status_code == 403
    assert answer(client, "groups", chosen=["regulars"]).status_code == 403
    assert live_program(world.record.id).revision_id == before
    assert not list_segments(world.record.id)
    assert not ClubSetup.objects.filter(club=world.record, step__in=["gains", "groups"]).exists()
    assert answer(client, "gains", preset="keep", margin="25").status_code == 302


def test_the_preview_says_what_is_chosen_and_writes_nothing(world: World) -> None:
    owner = world.client("owner")
    address = reverse("panel:setup-preview", args=["gains"])
    said = owner.post(address, {"preset": "cafe", "margin": "25"}).content.decode()
    assert "نوشیدنی" in said
    # Stamps pay no bill: what they cost is in the rewards, and no share of the sales.
    assert "هزینهٔ باشگاه همان بهای جایزه‌هاست" in said
    assert "از خرید اعضاست" not in said
    said = owner.post(address, {"preset": "own-points", "margin": "25"}).content.decode()
    assert "از خرید اعضاست" in said
    assert not ClubSetup.objects.filter(club=world.record).exists()


def test_the_history_is_looked_at_and_the_way_ends(world: World) -> None:
    save_step(world.record.id, BEGUN, {}, by=world.owner.label)
    owner, report = world.client("owner"), reverse("panel:readiness")
    assert "هنوز چیزی بررسی نشده است" in page(owner, report)
    assert owner.get(reverse("panel:readiness-pdf")).status_code == 404
    world.buy(5_000_000)
    owner.post(reverse("panel:work-out-readiness"))

    assert "سابقه برای داوری کم است" in page(owner, report)
    paper = owner.get(reverse("panel:readiness-pdf"))
    assert paper.content.startswith(b"%PDF")
    owner.post(reverse("panel:setup-done"))
    assert "باشگاه شما در حال راه‌اندازی است" not in page(owner, reverse("panel:dashboard"))
    assert world.client("manager").get(report).status_code == 403


def test_posters_lead_to_the_club_and_say_what_it_promises(world: World) -> None:
    manager = world.client("manager")
    for size in ("a4", "a5", "tent"):
        for lang in ("fa", "en"):
            sheet = manager.get(reverse("panel:poster"), {"size": size, "lang": lang})
            assert sheet.content.startswith(b"%PDF") and sheet["Content-Type"] == "application/pdf"
    assert page(manager, reverse("panel:posters"))
