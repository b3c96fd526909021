"""``vafa import purchases`` as an operator runs it: a process of its own, in two languages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections

from tests.world import World
from vafa.commerce.models import DataImport, Purchase
from vafa.config import database, schema

SALES = """شماره فاکتور,تاریخ,موبایل,مبلغ کل
1,1404/01/05,9121112233,150000
2,1404/01/06,0912,150000
"""


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    path = tmp_path / "فروش [۱۴۰۴].csv"
    path.write_text(SALES, encoding="utf-8")
    return path


def run(
    world: World, *words: str, lang: str = "en", kind: str = "purchases"
) -> subprocess.CompletedProcess[str]:
    """The command on the test database, without a terminal."""
    with database.connect(connections["owner"].settings_dict) as own:
        schema.write_fingerprint(own)
    return subprocess.run(
        [sys.executable, "-m", "vafa.config.cli", "import", kind, *words,
         "--club", world.club.slug, *(("--branch", "main") if kind == "purchases" else ())],
        env={
            **os.environ,
            "DATABASE_URL": database.url_of(connections["default"].settings_dict),
            "DATABASE_OWNER_URL": database.url_of(connections["owner"].settings_dict),
            "VAFA_LANG": lang,
            "COLUMNS": "200",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )  # fmt: skip


def test_a_file_is_shown_and_brought_in(world: World, sales: Path) -> None:
    done = run(world, str(sales), "--unit", "toman", "--yes")
    assert done.returncode == 0, done.stderr
    for said in ("فروش [۱۴۰۴].csv", "UTF-8", "Jalali (1404/01/05", "شماره فاکتور", "150,000 toman"):
        assert said in done.stdout
    assert f"{sales}.refused.csv" in done.stdout
    assert Purchase.objects.get(club=world.record).total == 1_500_000


def test_nothing_is_guessed_where_nobody_can_be_asked(world: World, sales: Path) -> None:
    silent = run(world, str(sales), "--yes")
    assert silent.returncode == 1
    assert "--unit rial|toman|thousand_toman" in silent.stderr
    unconfirmed = run(world, str(sales), "--unit", "rial")
    assert unconfirmed.returncode == 2
    assert "--calendar" in unconfirmed.stderr
    assert not Purchase.objects.filter(club=world.record).exists()


def test_errors_are_said_in_persian(world: World, sales: Path, tmp_path: Path) -> None:
    foreign = run(world, str(sales), "--unit", "gbp", lang="fa")
    assert (foreign.returncode, foreign.stderr.strip()) == (1, "واحد پول این باشگاه IRR است.")
    (tmp_path / "empty.csv").write_bytes(b"")
    empty = run(world, str(tmp_path / "empty.csv"), "--unit", "rial", lang="fa")
    assert "فایل خالی است" in empty.stderr
    rehearsal = run(world, str(sales), "--unit", "rial", "--dry-run", lang="fa")
    assert rehearsal.returncode == 0, rehearsal.stderr
    assert not Purchase.objects.filter(club=world.record).exists()


def test_balances_come_in_and_are_taken_back(world: World, tmp_path: Path) -> None:
    mobile, had = (world.member.mobile or "").replace("+98", "0"), world.balance().available
    path = tmp_path / "balances.csv"
    path.write_text(f"mobile,points,expires\n{mobile},40,2099-01-01\n{mobile},x,\n", "utf-8")
    tried = run(world, str(path), "--unit", "toman", "--dry-run", kind="balances")
    assert tried.returncode == 0, tried.stderr
    assert world.balance().available == had
    done = run(world, str(path), "--unit", "toman", "--yes", kind="balances")
    assert done.returncode == 0, done.stderr
    assert f"{path}.refused.csv" in done.stdout
    assert world.balance().available == had + 40
    number = DataImport.objects.get(club=world.record).pk
    undone = run(world, str(number), "--yes", kind="undo")
    assert undone.returncode == 0, undone.stderr
    assert world.balance().available == had
    world.verify()
