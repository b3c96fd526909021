"""Back to any moment: the commands of docs/backup.md, run as they stand there."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from vafa.config import embedded
from vafa.config.backup.tests.shop import Buyer, ask, environment, good, purchases
from vafa.config.database import owner_settings

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[5] / "docs" / "backup.md"
ARCHIVE, BASE, RECOVER = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.S)


def shell(home: Path, commands: str, **more: str) -> str:
    done = subprocess.run(
        ["sh", "-euc", commands],
        env=environment(home, BACKUPS=str(home.parent / "away"), **more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_the_shop_as_it_was_at_a_moment(places: Path) -> None:
    home = places / "moments"
    good(home, "migrate")
    shell(home, ARCHIVE)
    with embedded.serving(home), ExitStack() as running:
        shell(home, BASE)
        buyer = running.enter_context(Buyer(home, places / "moments-enough"))
        before = buyer.confirmed(20)
        buyer.process.send_signal(signal.SIGSTOP)
        time.sleep(0.3)
        ((moment,),) = ask(owner_settings(home), "SELECT clock_timestamp()::text")
        known = purchases(home)
        assert set(before) <= known
        buyer.process.send_signal(signal.SIGCONT)
        after = set(buyer.confirmed(20)) - known
        ask(owner_settings(home), "SELECT pg_switch_wal()")
        after |= set(buyer.confirmed(5) + buyer.stop())

    text = shell(home, RECOVER, MOMENT=moment)
    assert "0 differences" in text
    with embedded.serving(home):
        assert purchases(home) == known
        assert not after & purchases(home)
        # It is a database like any other again, which archives on a new line of time.
        with Buyer(home, places / "moments-later") as later:
            later.confirmed(3)
            later.stop()
        assert "0 differences" in good(home, "verify")
    assert (home / "pg.old").exists()
