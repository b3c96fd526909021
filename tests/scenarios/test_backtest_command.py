"""``vafa backtest`` as an operator runs it: a process of its own, in two languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from django.db import connections

from tests.world import World
from vafa.config import database, schema
from vafa.program.actions.revisions import save_draft
from vafa.program.reads.revisions import live_program
from vafa.program.rules.rule import Rule, Text, Times


def run(world: World, *words: str, lang: str = "en") -> subprocess.CompletedProcess[str]:
    """The command on the test database, without a terminal."""
    with database.connect(connections["owner"].settings_dict) as own:
        schema.write_fingerprint(own)
    return subprocess.run(
        [sys.executable, "-m", "vafa.config.cli", "backtest", world.club.slug, *words],
        env={
            **os.environ,
            "DATABASE_URL": database.url_of(connections["default"].settings_dict),
            "DATABASE_OWNER_URL": database.url_of(connections["owner"].settings_dict),
            "VAFA_LANG": lang,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_draft_beside_what_happened(world: World, tmp_path: Path) -> None:
    world.buy(10_000_000)
    refused = run(world, lang="fa")
    assert refused.returncode == 1 and "پیش‌نویسی نیست" in refused.stderr
    live = live_program(world.club.id).program
    double = Rule(id="double", name=Text(fa="دو برابر"), gives=Times(percent=200))
    draft = live.model_copy(update={"rules": (*live.rules, double)})
    save_draft(world.club.id, draft, actor=world.owner.label)
    path = tmp_path / "found.json"
    done = run(world, "--json", str(path))
    assert done.returncode == 0, done.stderr
    assert "Judged 1 purchases; 0 members would stand in another tier." in done.stdout
    assert json.loads(path.read_text("utf-8"))["rules"]["double"][0] == 100
    wrong = run(world, "--from", "1405/02/01", "--to", "1405/01/01")
    assert wrong.returncode == 1 and "The last day is before the first." in wrong.stderr
    assert run(world, "--from", "someday").returncode == 2
