"""The owner tests a draft on what was bought, and lets it go live at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

import time_machine
from django.urls import reverse

from tests.work import work
from tests.world import World
from vafa.club.models import Audit, Task
from vafa.config import jobs
from vafa.config.tasks import carry_out_task
from vafa.core.clock import now
from vafa.flows.backtest.asking import ask_for_backtest, stamp_of
from vafa.program.actions.revisions import save_draft
from vafa.program.models import Backtest, Revision
from vafa.program.reads.revisions import live_program
from vafa.program.rules.deeds import BadgeKind, GiveBadge
from vafa.program.rules.recipes import per_amount
from vafa.program.rules.rule import Fixed, Rule, Text, Times

NAME = Text(fa="دو برابر", en="Double")


def test_a_draft_is_tested_and_its_outcome_is_shown(world: World) -> None:
    bought = world.buy(10_000_000)
    world.give_back(bought.answer["purchase_id"], amount=1_000_000)
    _draft(world)
    owner = world.client("owner")
    made = owner.post(reverse("panel:backtests"), _days(world))
    test = Backtest.objects.get(club=world.record)
    page = reverse("panel:backtest", args=[test.pk])
    assert made.status_code == 302 and made.headers["Location"] == page
    waiting = owner.get(page, headers={"HX-Request": "true"})
    assert "hx-get" in waiting.content.decode() and "HX-Refresh" not in waiting.headers
    assert work(world) == {"backtest": test.pk}
    task = Task.objects.get(club=world.record)
    # It stands among the long work, from where one comes to what it found.
    listed = owner.get(reverse("panel:tasks")).content.decode()
    assert reverse("panel:task", args=[task.pk]) in listed
    assert owner.get(reverse("panel:task", args=[task.pk])).headers["Location"] == page
    assert owner.get(page, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    for lang in ("fa", "en"):
        owner.cookies["language"] = lang
        shown = owner.get(page).content.decode()
        assert NAME.said(lang) in shown or NAME.fa in shown
    file = owner.get(reverse("panel:backtest-file", args=[test.pk]))
    text = b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert "Badge" in shown or "نشان" in shown
    assert "judged as far as they were recorded" in shown or "تا جایی بررسی می‌شوند" in shown
    assert ",1,1,0,0,0,0\r\n" in text
    assert ",1,10000000,200,20,0,0,120,10,0,0" in text
    actions = set(Audit.objects.filter(club=world.record).values_list("action", flat=True))
    assert {"backtest.asked", "backtest.exported"} <= actions
    assert owner.get(reverse("panel:backtests")).status_code == 200
    assert owner.get(reverse("panel:audit")).status_code == 200


def test_what_cannot_be_tested_is_told_at_once(world: World) -> None:
    owner, today = world.client("owner"), world.club.local_date(now())
    _draft(world)
    wrong = {
        "first": (today + timedelta(days=2)).isoformat(),
        "last": (today + timedelta(days=1)).isoformat(),
    }
    assert owner.post(reverse("panel:backtests"), wrong).status_code == 422
    assert owner.post(reverse("panel:backtests"), _days(world)).status_code == 422  # no purchases
    world.buy(1_000_000)
    before = {"first": "2001-01-01", "last": "2001-02-01"}
    assert owner.post(reverse("panel:backtests"), before).status_code == 422
    later = {"first": wrong["last"], "last": wrong["first"]}
    assert owner.post(reverse("panel:backtests"), later).status_code == 422
    assert not Backtest.objects.filter(club=world.record).exists()
    owner.post(reverse("panel:discard"))
    assert owner.post(reverse("panel:backtests"), _days(world)).status_code == 422  # no draft


def test_one_at_a_time_and_it_can_be_stopped(world: World) -> None:
    world.buy(1_000_000)
    _draft(world)
    owner = world.client("owner")
    owner.post(reverse("panel:backtests"), _days(world))
    assert owner.post(reverse("panel:backtests"), _days(world)).status_code == 422
    test = Backtest.objects.get(club=world.record)
    task = Task.objects.get(club=world.record)
    stop = reverse("panel:stop-task", args=[task.pk])
    assert world.client("accountant").post(stop).status_code == 403
    assert owner.post(stop).status_code == 302
    carry_out_task(world.club.id, task.pk)
    test.refresh_from_db()
    task.refresh_from_db()
    assert task.state == "stopped" and test.result is None
    shown = owner.get(reverse("panel:backtest", args=[test.pk])).content.decode()
    assert "پیش از پایان متوقف شد" in shown and "/stop/" not in shown
    # Another may be asked for then.
    assert owner.post(reverse("panel:backtests"), _days(world)).status_code == 302


def test_one_that_runs_hears_that_it_is_stopped(world: World) -> None:
    world.buy(1_000_000)
    _draft(world)
    today = world.club.local_date(now())
    number = ask_for_backtest(world.club, world.owner, today, today)
    task = Task.objects.get(club=world.record)
    Task.objects.filter(pk=task.pk).update(state="running", stop_asked_at=now())
    carry_out_task(world.club.id, task.pk)
    task.refresh_from_db()
    assert task.state == "stopped"
    assert Backtest.objects.get(pk=number).result is None


def test_a_draft_goes_live_at_its_time(world: World) -> None:
    _draft(world)
    owner, at = world.client("owner"), _tomorrow_noon(world)
    planned = owner.post(reverse("panel:plan-publishing"), _plan(world, at))
    assert planned.status_code == 302
    for page in ("draft", "program", "revisions"):
        assert "۱۲:۰۰" in owner.get(reverse(f"panel:{page}")).content.decode()
    before = live_program(world.club.id).revision_id
    jobs.publish_drafts.func(0)
    assert live_program(world.club.id).revision_id == before
    with time_machine.travel(at + timedelta(seconds=1), tick=True):
        jobs.publish_drafts.func(0)
        jobs.publish_drafts.func(0)
    live = live_program(world.club.id)
    assert live.revision_id != before and live.program.rule("double") is not None
    revision = Revision.objects.get(pk=live.revision_id)
    assert (revision.actor, revision.note) == (world.owner.label, "برای نوروز")
    assert revision.publish_at is None


def test_a_plan_is_taken_back_by_hand_and_by_a_change(world: World) -> None:
    _draft(world)
    owner, at = world.client("owner"), _tomorrow_noon(world)
    owner.post(reverse("panel:plan-publishing"), _plan(world, at))
    owner.post(reverse("panel:cancel-publishing"))
    draft = Revision.objects.get(club=world.record, status="draft")
    assert draft.publish_at is None
    owner.post(reverse("panel:plan-publishing"), _plan(world, at))
    changed = live_program(world.club.id).program
    save_draft(world.club.id, changed, actor=world.owner.label)
    draft.refresh_from_db()
    assert draft.publish_at is None
    past = owner.post(reverse("panel:plan-publishing"), _plan(world, now() - timedelta(days=1)))
    assert past.status_code == 422


def _draft(world: World) -> None:
    rules = (
        per_amount("base", Text(fa="پایه", en="Base"), 1, 100_000),
        Rule(id="double", name=NAME, gives=Times(percent=200)),
        Rule(id="regular", name=Text(fa="نشان", en="Badge"), gives=GiveBadge(badge="regular")),
        Rule(id="visit", name=NAME, on="visit", gives=Fixed(points=5)),
    )
    live = live_program(world.club.id).program
    badges = (BadgeKind(code="regular", name=NAME),)
    draft = live.model_copy(update={"rules": rules, "groups": (), "badges": badges})
    save_draft(world.club.id, draft, actor=world.owner.label)


def _days(world: World) -> dict[str, str]:
    today = world.club.local_date(now())
    return {"first": (today - timedelta(days=30)).isoformat(), "last": today.isoformat()}


def _tomorrow_noon(world: World) -> datetime:
    day = world.club.local_date(now()) + timedelta(days=1)
    return world.club.day_start(day) + timedelta(hours=12)


def _plan(world: World, at: datetime) -> dict[str, str]:
    local = at.astimezone(world.club.tz)
    draft = Revision.objects.get(club=world.record, status="draft")
    return {
        "on": local.date().isoformat(),
        "time": f"{local:%H:%M}",
        "note": "برای نوروز",
        "stamp": stamp_of(draft.document),
    }
