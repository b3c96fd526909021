"""A ledger that does not add up is found at night and stands still, until it is mended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.urls import reverse

from tests.breaking import account, wrong_balance
from tests.program import Program
from tests.work import work
from tests.world import World
from vafa.club.models import Audit, Task
from vafa.config import database, jobs, schema
from vafa.config.tasks import carry_out_task
from vafa.core.clock import now
from vafa.core.db import execute, fetch
from vafa.core.models import Event
from vafa.flows.imports.tests.files import bring_in, text_file
from vafa.flows.ledger_checks import ask_for_check, carry_out, check_nightly, is_due
from vafa.flows.redemptions import redeem_reward
from vafa.flows.reservations import release_reservation, reserve_for_bill
from vafa.flows.upkeep import run_upkeep
from vafa.flows.verification import ALL_CHECKS, verify
from vafa.ledger.actions.books import freeze_book, thaw_book
from vafa.ledger.actions.wallets import lock_wallets
from vafa.ledger.errors import LedgerFrozen
from vafa.ledger.reads.verifications import frozen_since, last_done
from vafa.ledger.rules.state import Ref
from vafa.web.till.tests.steps import bill, record, take_back, words


def pretend_others_were_checked(*but: World) -> None:
    """The job looks at every club of the test database; the others' last check is of now."""
    execute(
        "INSERT INTO ledger_verification (book_id, asked_by, asked_at, told_at, finished_at, state,"
        " step, reached, total, found) SELECT id, 'test', now(), now(), now(), 'done', '', 0, 0,"
        " '[]' FROM ledger_book WHERE id <> ALL(%s)",
        [[world.record.book_id for world in but]],
    )


def test_at_night_only_the_club_that_does_not_add_up_stops(
    world: World, other_world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.buy(30_000_000)
    pretend_others_were_checked(world, other_world)
    with wrong_balance(world):
        with pytest.raises(RuntimeError, match=str(world.record.id)):
            jobs.check_ledgers(timestamp=0)
        frozen = frozen_since(world.record.book_id)
        assert frozen is not None
        assert f"account {account(world)}" in frozen.reason
        assert any(
            line.levelname == "ERROR" and "does not add up" in line.getMessage()
            for line in caplog.records
        )
        assert Event.objects.filter(club_id=world.record.id, name="ledger.frozen").count() == 1
        row = Audit.objects.get(club=world.record, action="ledger.frozen")
        assert (row.actor, row.after) == ("system:0", {"differences": 2})

        # Once more, the first reason stays.
        check_nightly(world.club)
        assert frozen_since(world.record.book_id) == frozen

        assert frozen_since(other_world.record.book_id) is None
        done = last_done(other_world.record.book_id)
        assert done is not None and done.found == []
        assert other_world.buy(10_000_000).status == "recorded"
    # Mended, but nobody has asked: it stays as it is.
    check_nightly(world.club)
    assert frozen_since(world.record.book_id) is not None


def test_nothing_moves_at_any_face_while_the_ledger_stands_still(
    world: World, other_world: World, tmp_path: Path
) -> None:
    bought = world.buy(90_000_000).answer["purchase_id"]
    voucher = world.redeem("voucher").answer
    held = reserve_for_bill(
        world.club, member=world.ref, branch="main", actor=world.owner, points=30
    ).answer["reservation_id"]
    shop = Program(world.api_key())
    with wrong_balance(world):
        check_nightly(world.club)
        before, transfers = world.snapshot(), _transfers(world)
        me = {"id": world.member.id}
        for path, body in (
            ("/purchases", {"branch": "main", "total": 10**7, "member": me}),
            ("/purchases/batch", {"items": [
                {"branch": "main", "total": 10**7, "member": me, "idempotency_key": "b"}]}),
            ("/returns", {"branch": "main", "purchase_id": bought}),
            ("/redemptions", {"member": me, "reward_id": world.rewards["voucher"].id}),
            ("/members", {"mobile": "09121234567"}),
            ("/reservations", {"branch": "main", "member": me, "points": 5}),
            (f"/reservations/{held}/capture", {}),
            (f"/reservations/{held}/release", {}),
            (f"/redemptions/{voucher['redemption_id']}/cancel", {}),
        ):  # fmt: skip
            for lang, said in (("en", "read-only"), ("fa", "فقط‌خواندنی")):
                answer = shop.post(path, body, key=f"frozen {path} {lang}", lang=lang)
                assert answer.status_code == 503, (path, answer.content)
                assert answer.json()["code"] == "ledger_read_only", path
                assert said in answer.json()["title"]
                assert answer.headers["Retry-After"] == "300"
        cashier = world.client("cashier")
        for till in (
            record(cashier, bill(world, amount="1000000")),
            take_back(cashier, bought, amount="1000000"),
        ):
            assert till.status_code == 503 and till.headers["Retry-After"] == "300"
            assert "فقط‌خواندنی" in json.loads(till.headers["HX-Trigger"])["toast"]["text"]
        mine = world.client("member").post(
            reverse("portal:reward", args=[world.rewards["voucher"].id]), {"key": str(uuid4())}
        )
        assert mine.status_code == 503 and mine.headers["Retry-After"] == "300"
        sales = "invoice,date,mobile,total\n1,2026-01-05,9121112233,1500000\n"
        with pytest.raises(LedgerFrozen):
            bring_in(world, text_file(tmp_path, sales), grant_points=True)
        with pytest.raises(LedgerFrozen):
            run_upkeep(world.club, at=now() + timedelta(days=400))
        assert (world.snapshot(), _transfers(world)) == (before, transfers)

        # Reading goes on, and so does the other club.
        assert shop.get(f"/members/{world.member.id}").status_code == 200
        assert world.client("member").get(reverse("portal:home")).status_code == 200
        assert world.client("cashier").get(reverse("till:home")).status_code == 200
        assert other_world.buy(10_000_000).status == "recorded"
    _open_again(world)
    # The same key was not used up by the refusal.
    again = shop.post(
        "/purchases", {"branch": "main", "total": 10**7, "member": me}, key="frozen /purchases en"
    )
    assert again.status_code == 201
    released = release_reservation(world.club, reservation_id=held, actor=world.owner)
    assert released.status == "recorded"


def test_upkeep_passes_over_a_club_that_stands_still(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with transaction.atomic():
        freeze_book(world.record.book_id, "test", now())
    jobs.upkeep(timestamp=0)
    assert f"upkeep of club {world.record.id} skipped" in caplog.text
    thaw_book(world.record.book_id)


def test_the_database_itself_refuses_who_had_the_locks_already(world: World) -> None:
    """Frozen between the locks and the writing, the trigger says it, in the same words."""
    wallet = (world.club.points_unit_id, world.member.id)

    def freeze() -> None:
        try:
            freeze_book(world.record.book_id, "test", now())
        finally:
            connection.close()

    with pytest.raises(LedgerFrozen), transaction.atomic(durable=True):
        locked = lock_wallets(world.club.book_id, [wallet], with_lots=[wallet])
        other = threading.Thread(target=freeze)
        other.start()
        other.join()
        locked.plan.take(*wallet, 5, Ref("test", 1, now()), at=now())
        locked.write()
    assert world.balance().available == 20
    thaw_book(world.record.book_id)
    assert world.buy(10_000_000).status == "recorded"


def test_the_panel_raises_the_alarm_and_its_owner_opens_the_ledger(world: World) -> None:
    world.buy(30_000_000)
    pages = [reverse(f"panel:{name}") for name in ("dashboard", "members", "rewards", "ledger")]
    alarm = "حساب دفتر امتیاز درست درنمی‌آید"
    with wrong_balance(world):
        check_nightly(world.club)
        for role in ("owner", "manager", "accountant"):
            for page in pages:
                assert alarm in world.client(role).get(page).content.decode(), (role, page)
        shown = words(world.client("manager").get(reverse("panel:ledger")))
        assert "ماندهٔ حساب برابر واریزها منهای برداشت‌هاست" in shown
        ask = reverse("panel:check-ledger")
        assert world.client("manager").post(ask).status_code == 403
        assert world.client("accountant").post(ask).status_code == 403

        # Asked for too early: it finds the same, and stays shut.
        assert world.client("owner").post(ask).status_code == 302
        work(world)
        assert frozen_since(world.record.book_id) is not None
    assert world.client("owner").post(ask).status_code == 302
    assert world.client("owner").post(ask).status_code == 302, "a second click asks nothing more"
    assert "منتظر" in words(world.client("owner").get(reverse("panel:ledger")))
    work(world)
    assert frozen_since(world.record.book_id) is None
    for page in pages:
        assert alarm not in world.client("owner").get(page).content.decode()
    thawed = Audit.objects.get(club=world.record, action="ledger.thawed")
    assert (thawed.actor, thawed.role) == (world.owner.label, "owner")
    assert Audit.objects.filter(club=world.record, action="ledger.check_asked").count() == 2
    audit = words(world.client("owner").get(reverse("panel:audit")))
    assert "دفتر امتیاز را دوباره باز کرد" in audit
    assert world.buy(10_000_000).status == "recorded"


def test_the_command_freezes_and_opens(world: World) -> None:
    world.buy(30_000_000)
    with wrong_balance(world):
        plain = _command(world)
        assert plain.returncode == 1 and "Differences: 2" in plain.stderr
        assert f"account {account(world)}" in plain.stdout
        assert frozen_since(world.record.book_id) is None
        assert _command(world, "--freeze").returncode == 1
        assert frozen_since(world.record.book_id) is not None
        assert _command(world, "--thaw").returncode == 1
        assert frozen_since(world.record.book_id) is not None
        assert _command(world, "--thaw", "--force").returncode == 2, "it must say why"
        forced = _command(world, "--thaw", "--force", "--reason", "the auditor knows")
        assert forced.returncode == 1 and frozen_since(world.record.book_id) is None
    row = Audit.objects.filter(club=world.record, action="ledger.thawed").get()
    assert (row.reason, row.after, row.face) == ("the auditor knows", {"differences": 2}, "cli")
    assert "0 differences" in _command(world, "--thaw").stdout


def test_a_check_during_purchases_finds_nothing(world: World) -> None:
    stop, bought = threading.Event(), []
    members = [world.enrol() for _ in range(4)]

    def sell(n: int) -> None:
        try:
            while not stop.is_set():
                outcome = world.buy(
                    30_000_000,
                    member=("id", str(members[n].id)),
                    pay_points=5,
                    key=f"{n}-{len(bought)}",
                )
                assert outcome.status in ("recorded", "repeated"), outcome.error
                bought.append(n)
                redeem_reward(
                    world.club,
                    member_id=members[n].id,
                    reward_id=world.rewards["voucher"].id,
                    actor=world.owner,
                )
        finally:
            connection.close()

    sellers = [threading.Thread(target=sell, args=(n,)) for n in range(4)]
    for seller in sellers:
        seller.start()
    try:
        sold = len(bought)
        for _ in range(5):
            assert verify(world.record.id) == []
            assert check_nightly(world.club) == []
        assert len(bought) > sold, "nobody was kept waiting"
    finally:
        stop.set()
        for seller in sellers:
            seller.join()
    assert frozen_since(world.record.book_id) is None


def test_a_machine_without_the_seal_key_stops_nobody(world: World) -> None:
    """It tells of it; but nothing is wrong with the rows."""
    world.buy(10_000_000)
    world.seal()
    found = check_nightly(world.club, seal_key=bytes(32))
    assert [each.subject for each in found] == ["the newest key"]
    assert frozen_since(world.record.book_id) is None
    assert "کلید تازهٔ مهر" in words(world.client("owner").get(reverse("panel:ledger")))


def test_the_night_is_the_clubs_own_and_a_missed_one_is_made_up(world: World) -> None:
    last_night = datetime(2026, 3, 1, 23, 7, tzinfo=UTC)  # 02:37 in Tehran
    assert is_due(world.club, last_night), "never checked"
    with transaction.atomic():
        execute(
            "INSERT INTO ledger_verification (book_id, asked_by, asked_at, told_at, finished_at,"
            " state, step, reached, total, found) VALUES (%s, 'test', %s, %s, %s, 'done', '', 0, 0,"
            " '[]')",
            [world.record.book_id, last_night, last_night, last_night],
        )
    for hours, due in ((1, False), (9, False), (20, False), (24, True), (30, False), (37, True)):
        assert is_due(world.club, last_night + timedelta(hours=hours)) is due, hours


def test_one_that_died_is_asked_for_again(world: World) -> None:
    first = ask_for_check(world.club, world.owner)
    assert ask_for_check(world.club, world.owner) == first
    execute(
        "UPDATE ledger_verification SET told_at = told_at - interval '1 hour' WHERE id = %s",
        [first],
    )
    second = ask_for_check(world.club, world.owner)
    assert second > first
    assert carry_out(world.club, second) == []


def test_a_check_is_watched_among_the_long_work_and_can_be_stopped(world: World) -> None:
    owner = world.client("owner")
    owner.post(reverse("panel:check-ledger"))
    task = Task.objects.get(club=world.record)
    ledger = reverse("panel:ledger")
    assert owner.get(reverse("panel:task", args=[task.pk])).headers["Location"] == ledger
    stop = reverse("panel:stop-task", args=[task.pk])
    assert stop in owner.get(ledger).content.decode()
    owner.post(stop)
    carry_out_task(world.club.id, task.pk)
    assert last_done(world.record.book_id) is None
    assert stop not in owner.get(ledger).content.decode()
    # Stopped before it began, it does not stand in the way of the next.
    owner.post(reverse("panel:check-ledger"))
    assert work(world) == {"differences": 0}
    assert last_done(world.record.book_id) is not None


def test_every_check_has_its_persian() -> None:
    from django.utils import translation

    with translation.override("fa"):
        assert [c.name for c in ALL_CHECKS if translation.gettext(c.name) == c.name] == []


def _transfers(world: World) -> int:
    ((count,),) = fetch(
        "SELECT count(*) FROM ledger_transfer WHERE book_id = %s", [world.record.book_id]
    )
    return int(count)


def _open_again(world: World) -> None:
    ask_for_check(world.club, world.owner)
    work(world)
    assert frozen_since(world.record.book_id) is None


def _command(world: World, *words: str) -> subprocess.CompletedProcess[str]:
    with database.connect(connections["owner"].settings_dict) as own:
        schema.write_fingerprint(own)
    return subprocess.run(
        [sys.executable, "-m", "vafa.config.cli", "verify", "--club", world.club.slug, *words],
        env={
            **os.environ,
            "DATABASE_URL": database.url_of(connections["default"].settings_dict),
            "DATABASE_OWNER_URL": database.url_of(connections["owner"].settings_dict),
            "VAFA_LANG": "en",
            "COLUMNS": "200",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
