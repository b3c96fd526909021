"""``vafa sms`` as an operator runs it: the key comes by the input, and never comes out again."""

from __future__ import annotations

import os
import subprocess
import sys

from django.db import connections

from tests.sms_server import KEY
from tests.world import World
from vafa.config import database, schema
from vafa.engage.actions.accounts import sms_settings


def run(world: World, *words: str, key: str = "") -> subprocess.CompletedProcess[str]:
    """The command on the test database, without a terminal."""
    with database.connect(connections["owner"].settings_dict) as own:
        schema.write_fingerprint(own)
    return subprocess.run(
        [sys.executable, "-m", "vafa.config.cli", "sms", *words, "--club", world.club.slug],
        input=f"{key}\n",
        env={
            **os.environ,
            "DATABASE_URL": database.url_of(connections["default"].settings_dict),
            "DATABASE_OWNER_URL": database.url_of(connections["owner"].settings_dict),
            "VAFA_LANG": "en",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_an_account_is_set_up_changed_shown_and_tried(world: World) -> None:
    nothing = run(world, "show")
    assert nothing.returncode == 1 and "no SMS account yet" in nothing.stderr

    first = ("--kind", "kavenegar", "--sender", "10004346", "--part-price", "140")
    made = run(world, "set", *first, "--month-limit", "500000", key=KEY)
    assert made.returncode == 0, made.stderr
    changed = run(world, "set", "--template", "login")
    assert changed.returncode == 0, changed.stderr
    stored = sms_settings(world.record.id)
    assert stored is not None
    assert (stored.sender, stored.template, stored.part_price) == ("10004346", "login", 1_400)
    assert stored.month_limit == 5_000_000

    shown = run(world, "show")
    assert "10004346" in shown.stdout and KEY[-4:] in shown.stdout
    assert KEY not in made.stdout + changed.stdout + shown.stdout + made.stderr

    refused = run(world, "set", "--kind", "smsir")
    assert refused.returncode == 1 and "cannot work" in refused.stderr
    tried = run(world, "test", "09121112233")
    assert "stored" in tried.stdout, "tests write to nobody"
