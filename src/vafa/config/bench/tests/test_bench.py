"""The whole bench at a tiny scale: that it measures everything, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from vafa.config.bench.databases import Databases
from vafa.config.database import database_settings, owner_settings
from vafa.config.home import data_home

pytestmark = pytest.mark.slow
_SMALL = (
    "--members=1000 --seconds=0.5 --rounds=1 --batches=1 --files 100 300 --lots=500 --history=2000"
    " --codes=1000"
)


def test_a_small_run_measures_everything_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "bench.json"
    words = [sys.executable, "-m", "vafa.config.cli", "bench", *_SMALL.split(), "--json", str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=os.environ)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(path.read_text())
    assert report["verify"]["differences"] == []
    assert report["complaints"] == []
    assert report["server"]["fsync"] == "on"
    rows = {(row["code"], row["name"].strip()): row for row in report["rows"]}
    assert {code for code, _ in rows} == {*"abcdefghijklmnopq"}
    assert rows["b", "errors"]["figure"]["median"] == 0
    assert rows["g", "errors"]["figure"]["median"] == 0
    assert rows["c", "refused rows"]["figure"]["median"] == 0
    shares = [row["ratio"]["median"] for row in report["rows"] if row["ratio"]]
    assert len(shares) == 23
    assert all(share > 0 for share in shares)
    assert "verify: 0 differences" in done.stdout
    made = Databases(owner_settings(data_home()), database_settings(data_home()))
    assert [made.note(name) for name in made.names] == [None] * 4
