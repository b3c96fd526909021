"""Stories of a backup: whole, whatever goes on meanwhile, and alive again on another machine."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from vafa.config import embedded
from vafa.config.backup.archive import open_backup
from vafa.config.backup.tests.shop import (
    Buyer,
    ask,
    contents,
    environment,
    good,
    purchases,
    refused,
    vafa,
)
from vafa.config.database import connect, database_settings, owner_settings, parse_database_url

pytestmark = pytest.mark.slow


def test_a_backup_while_people_buy_has_all_that_was_confirmed_before(
    shop: Path, places: Path
) -> None:
    folder, elsewhere = places / "nightly", places / "elsewhere"
    folder.mkdir()
    with Buyer(shop, places / "closing-time") as buyer:
        before = buyer.confirmed(10)
        text = good(shop, "backup", folder)
        after = buyer.stop()
    assert after, "purchases went on meanwhile"

    (file,) = folder.iterdir()
    assert file.name in text
    assert "keep it secret" in text
    assert file.stat().st_mode & 0o777 == 0o600

    assert "0 differences" in good(elsewhere, "restore", file)
    with embedded.serving(elsewhere):
        restored = purchases(elsewhere)
    assert set(before) <= restored <= purchases(shop)
    assert (elsewhere / "secret_key").read_bytes() == (shop / "secret_key").read_bytes()


def test_a_restored_club_is_the_same_and_lives_on_as_well_guarded(shop: Path, places: Path) -> None:
    file, home = places / "same.backup", places / "same"
    good(shop, "backup", file)
    before = contents(owner_settings(shop))
    text = good(home, "restore", file)
    with open_backup(file) as backup:
        (head,) = backup.manifest.heads
    assert f"{head.size} transfers, {head.root}" in text
    with embedded.serving(home):
        assert contents(owner_settings(home)) == before
        owners = ask(
            owner_settings(home),
            "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'",
        )
        assert owners == [("vafa",)]
        with (
            connect(database_settings(home)) as application,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            application.execute("DELETE FROM ledger_transfer")
        with Buyer(home, places / "one-more-day") as buyer:
            buyer.confirmed(3)
            buyer.stop()
        # The server is another one, whose own numbers of transactions began low.
        assert ask(owner_settings(home), "SELECT vafa_transaction_offset() > 0") == [(True,)]
        ordered = ask(owner_settings(home), "SELECT transaction FROM core_event ORDER BY id")
        assert ordered == sorted(ordered)
        good(home, "seal")
        assert "0 differences" in good(home, "verify")


def test_a_backup_of_an_older_version_is_brought_forward(places: Path) -> None:
    older, home, file = places / "older", places / "forward", places / "older.backup"
    good(older, "manage", "migrate", "club", "0001", "--database", "owner")
    good(older, "backup", file)
    assert vafa(older, "migrate", "--check")[0] == 1
    assert "0 differences" in good(home, "restore", file)
    assert vafa(home, "migrate", "--check")[0] == 0


def test_a_restore_that_is_killed_can_be_given_again(backup: Path, places: Path) -> None:
    home = places / "killed"
    process = subprocess.Popen(
        [sys.executable, "-m", "vafa.config.cli", "restore", str(backup)],
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + 60
    while not (home / "secret_key.restored").exists():
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert not (home / "secret_key").exists()
    assert "0 differences" in good(home, "restore", backup)


@pytest.fixture
def empty_database(monkeypatch: pytest.MonkeyPatch, server: str) -> Iterator[str]:
    """The address of an empty database on the server of the tests."""
    name = f"restored_{secrets.token_hex(4)}"
    parts = parse_database_url(server)
    settings = {**parts, "OPTIONS": {}}
    with connect(settings) as admin:
        admin.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
        yield (
            f"postgresql:///{name}?host={parts['HOST']}&port={parts['PORT'] or 5432}"
            f"&user={parts['USER']}&password={parts['PASSWORD']}"
        )
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        admin.execute(f"DROP ROLE IF EXISTS {name}_app")


def test_a_club_moves_to_a_server_and_back(backup: Path, places: Path, empty_database: str) -> None:
    home, back, again = places / "server", places / "back", places / "again.backup"
    assert "0 differences" in good(home, "restore", backup, DATABASE_URL=empty_database)
    assert not (home / "pg").exists()
    good(home, "backup", again, DATABASE_URL=empty_database)

    assert "The database is not empty" in refused(
        places / "other", "restore", backup, DATABASE_URL=empty_database
    )
    assert "0 differences" in good(back, "restore", again)
    with open_backup(backup) as first, open_backup(again) as second:
        assert first.manifest.counts == second.manifest.counts
        assert first.manifest.heads == second.manifest.heads


def test_what_is_there_is_thrown_away_only_when_that_is_wanted(backup: Path, places: Path) -> None:
    home = places / "busy"
    good(home, "migrate")
    with Buyer(home, places / "busy-enough") as buyer:
        sold = buyer.confirmed(4)
        assert "is not the one of this backup" in refused(home, "restore", backup)
        text = refused(home, "restore", backup, "--replace", "--yes")
        assert "sessions of Vafa use this database" in text
        buyer.stop()

    assert "confirm with --yes" in refused(home, "restore", backup, "--replace")
    with embedded.serving(home):
        assert set(sold) <= purchases(home)
        assert "0 differences" in good(home, "restore", backup, "--replace", "--yes")
        with open_backup(backup) as opened:
            assert len(purchases(home)) == opened.manifest.counts["commerce_purchase"]


def test_vafa_must_not_run_on_the_data_folder(shop: Path, backup: Path) -> None:
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from vafa.config.locks import FileLock\n"
        "lock = FileLock(Path(sys.argv[1]) / 'running.lock')\n"
        "assert lock.try_exclusive()\n"
        "print('up', flush=True)\n"
        "time.sleep(60)\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(shop)], env=environment(shop), stdout=subprocess.PIPE
    )
    try:
        assert other.stdout is not None
        other.stdout.readline()
        assert "vafa stop" in refused(shop, "restore", backup, "--replace", "--yes")
    finally:
        other.kill()
        other.communicate()


def test_only_the_newest_of_an_installation_are_kept(
    shop: Path, places: Path, backup: Path
) -> None:
    folder = places / "kept"
    folder.mkdir()
    mine = folder / "before-upgrade.backup"
    mine.write_bytes(backup.read_bytes())
    broken = folder / "vafa-2020-01-01-000000.backup"
    broken.write_text("what is this?")
    made = []
    for _ in range(3):
        good(shop, "backup", folder, "--keep", "2")
        newest = max(set(folder.iterdir()) - {mine, broken}, key=lambda path: path.name)
        made.append(newest)
        time.sleep(1.1)
    assert set(folder.iterdir()) == {mine, broken, *made[1:]}
    assert vafa(shop, "backup", folder / "named.backup", "--keep", "2")[0] == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_backup_that_is_ended_leaves_no_half_file(
    shop: Path, places: Path, number: signal.Signals
) -> None:
    folder = places / f"ended-{number.name}"
    folder.mkdir()
    # A table that is locked holds the backup up where it has begun to write.
    with connect(owner_settings(shop)) as holder, holder.transaction():
        holder.execute("LOCK TABLE django_session IN ACCESS EXCLUSIVE MODE")
        process = subprocess.Popen(
            [sys.executable, "-m", "vafa.config.cli", "backup", str(folder)],
            env=environment(shop),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + 60
        while not list(folder.glob(".*.part")):
            assert process.poll() is None and time.monotonic() < end
            time.sleep(0.05)
        time.sleep(1)
        os.kill(process.pid, number)
        assert process.wait(timeout=60) != 0
    assert not list(folder.glob("*.backup"))
    good(shop, "backup", folder)
    assert len(list(folder.iterdir())) == 1
