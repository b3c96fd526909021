from __future__ import annotations

from pathlib import Path

import pytest

from vafa.config.cli.demo_note import read_note, write_note


def test_a_database_is_the_demos_only_while_it_is_the_one_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert read_note(tmp_path) is None
    write_note(tmp_path, {})
    assert read_note(tmp_path) == {}
    write_note(tmp_path, {"/panel/": "modir"})
    assert read_note(tmp_path) == {"/panel/": "modir"}

    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example.com/real_club")
    assert read_note(tmp_path) is None, "a real club is never shown as the demo"
