"""What a bare machine meets first: the lock files, and the script that makes .venv."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"^([a-z0-9.-]+)==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / "requirements" / name).read_text()))


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_every_package_is_pinned_with_its_hashes_and_no_place_is_named(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text()
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins(name)) > 30
    assert all("--hash=sha256:" in block for block in blocks)


def test_what_both_lock_files_hold_has_one_version() -> None:
    run, dev = pins("run.txt"), pins("dev.txt")
    assert {name: dev.get(name) for name in run} == run


def test_npm_packages_are_locked_and_no_place_is_named() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert "integrity" in text
    assert '"resolved"' not in text


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout beside a PATH on which there is hardly anything."""
    (tmp_path / "bin").mkdir()
    for tool in ("sh", "dirname", "id", "rm", "mkdir", "touch"):
        found = shutil.which(tool)
        assert found is not None
        (tmp_path / "bin" / tool).symlink_to(found)
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    return tmp_path


def program(folder: Path, name: str, text: str) -> None:
    file = folder / "bin" / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def make_venv(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "tools/venv.sh", "run"],
        cwd=folder,
        env={"PATH": str(folder / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_old_python_is_named_as_what_is_missing(bare: Path) -> None:
    program(bare, "python3", 'case "$*" in *version_info*) exit 1;; esac')
    result = make_venv(bare)
    assert result.returncode == 1
    assert "Python 3.11 or newer" in result.stderr
    assert not (bare / ".venv").exists()


def test_a_python_without_its_venv_is_told_what_to_install(bare: Path) -> None:
    program(bare, "python3", 'case "$*" in "-m venv"*|"-m pip"*) exit 1;; esac')
    result = make_venv(bare)
    assert result.returncode == 1
    assert "sudo apt install python3-venv" in result.stderr
    assert not (bare / ".venv").exists()
