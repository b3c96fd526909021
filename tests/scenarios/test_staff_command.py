"""``vafa staff``: the sole owner who has lost her phone comes in again."""

from __future__ import annotations

import os
import subprocess
import sys

from django.db import connections

from tests.factors import with_factor
from tests.world import World
from vafa.club.models import Audit, SecondFactor
from vafa.config import database, schema


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """The command on the test database, without a terminal."""
    with database.connect(connections["owner"].settings_dict) as own:
        schema.write_fingerprint(own)
    return subprocess.run(
        [sys.executable, "-m", "vafa.config.cli", "staff", *words],
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


def test_a_lost_second_step_is_taken_away_at_the_server(world: World) -> None:
    owner = with_factor(world.staff["owner"])
    nobody = run("reset-second-factor", "no-such-person")
    assert nobody.returncode == 1 and "no user" in nobody.stderr
    assert SecondFactor.objects.filter(user=owner.user).exists()
    done = run("reset-second-factor", owner.user.username)
    assert done.returncode == 0, done.stderr
    assert not SecondFactor.objects.filter(user=owner.user).exists()
    row = Audit.objects.get(club=world.record, action="second_factor.reset")
    assert (row.actor, row.thing_id) == ("system:0", str(owner.pk))
    assert run("reset-second-factor", owner.user.username).returncode == 1
