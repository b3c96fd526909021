"""What is no good backup, or cannot be one here, is refused in a sentence, and nothing changes."""

from __future__ import annotations

import json
import random
import resource
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vafa.config import embedded
from vafa.config.backup import restoring
from vafa.config.backup.archive import DUMP, open_backup
from vafa.config.backup.errors import BackupError
from vafa.config.backup.programs import programs_for
from vafa.config.backup.tests.shop import contents, good, refused
from vafa.config.database import owner_settings
from vafa.core.progress import SilentProgress

pytestmark = pytest.mark.slow


def read_all(file: Path) -> dict[str, bytes]:
    """Everything in a backup, as a restore reads it first."""
    with open_backup(file) as backup:
        backup.check(SilentProgress())
        return {name: backup.read(name) for name in backup.manifest.entries}


def altered(file: Path, to: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """A copy with another description, its own checksum right."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "manifest.json":
                document = json.loads(data)
                change(document)
                data = json.dumps(document).encode()
            new.writestr(name, data)
    return to


def test_a_changed_byte_anywhere_is_found_or_means_nothing(backup: Path, tmp_path: Path) -> None:
    whole, good_content = backup.read_bytes(), read_all(backup)
    chance = random.Random(7)
    places = [chance.randrange(len(whole)) for _ in range(150)]
    places += range(60)
    places += range(len(whole) - 600, len(whole))
    file, found = tmp_path / "changed", 0
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        file.write_bytes(changed)
        try:
            assert read_all(file) == good_content, f"byte {place}"
        except BackupError:
            found += 1
    assert found > 150


def test_a_part_of_a_backup_is_none(backup: Path, tmp_path: Path) -> None:
    whole, part = backup.read_bytes(), tmp_path / "part"
    for length in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        part.write_bytes(whole[:length])
        with pytest.raises(BackupError):
            read_all(part)


def make_nothing(backup: Path, folder: Path) -> Path:
    return folder / "no-such-file"


def make_text(backup: Path, folder: Path) -> Path:
    file = folder / "letter.txt"
    file.write_text("سلام " * 1000)
    return file


def make_other_zip(backup: Path, folder: Path) -> Path:
    file = folder / "photos.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", '{"name": "a browser extension"}')
    return file


def make_damaged(backup: Path, folder: Path) -> Path:
    file = folder / "damaged"
    data = bytearray(backup.read_bytes())
    data[len(data) // 2] ^= 4
    file.write_bytes(data)
    return file


def make_newer(backup: Path, folder: Path) -> Path:
    return altered(backup, folder / "newer", lambda d: d.update(version="99.0"))


def make_newer_format(backup: Path, folder: Path) -> Path:
    return altered(backup, folder / "format", lambda d: d.update(format=2, version="99.0"))


def make_newer_tables(backup: Path, folder: Path) -> Path:
    return altered(
        backup, folder / "tables", lambda d: d["migrations"].append("ledger.0999_unheard_of")
    )


def make_stranger(backup: Path, folder: Path) -> Path:
    def change(document: dict[str, Any]) -> None:
        document["entries"]["home/../../escaped"] = document["entries"]["home/secret_key"]

    file = altered(backup, folder / "stranger", change)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("home/../../escaped", archive.read("home/secret_key"))
    return file


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (make_nothing, "cannot be read"),
        (make_text, "is no backup of Vafa"),
        (make_other_zip, "is no backup of Vafa"),
        (make_damaged, "This backup is damaged"),
        (make_newer, "made by a newer Vafa (99.0)"),
        (make_newer_format, "made by a newer Vafa (99.0)"),
        (make_newer_tables, "made by a newer Vafa"),
        (make_stranger, "holds a file that Vafa does not know"),
    ],
)
def test_a_wrong_file_is_refused_before_anything_is_touched(
    backup: Path, tmp_path: Path, make: Callable[[Path, Path], Path], sentence: str
) -> None:
    home = tmp_path / "bare"
    assert sentence in refused(home, "restore", make(backup, tmp_path))
    assert not (home / "pg").exists()
    assert not (home / "secret_key").exists()


def test_a_failure_in_the_middle_changes_nothing(shop: Path, backup: Path, tmp_path: Path) -> None:
    """The last check of a load, the rows of each table, stands for whatever else may fail."""

    def change(document: dict[str, Any]) -> None:
        document["counts"]["ledger_transfer"] += 1

    before = contents(owner_settings(shop))
    text = refused(
        shop, "restore", altered(backup, tmp_path / "short", change), "--replace", "--yes"
    )
    assert "nothing was changed" in text
    assert "ledger_transfer" in text
    assert contents(owner_settings(shop)) == before


def test_a_dump_that_breaks_off_changes_nothing(shop: Path, backup: Path, tmp_path: Path) -> None:
    file = tmp_path / "broken-off"
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(file, "w") as new:
        data = {name: old.read(name) for name in old.namelist()}
        data[DUMP] = data[DUMP][: len(data[DUMP]) // 2]
        for name, content in data.items():
            new.writestr(name, content)
    before = contents(owner_settings(shop))
    with open_backup(file) as broken, pytest.raises(BackupError, match="nothing was changed"):
        restoring.fill(shop, broken, lambda clubs: None, SilentProgress())
    assert contents(owner_settings(shop)) == before


def test_a_restore_needs_room(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = shutil.disk_usage(tmp_path).free // 2 + 1_000_000_000
    large = altered(backup, tmp_path / "large", lambda d: d.update(database_bytes=space))
    home = tmp_path / "bare"
    assert "Not enough space" in refused(home, "restore", large)
    assert not (home / "pg").exists()


def test_a_folder_that_cannot_be_written_is_named(shop: Path, tmp_path: Path) -> None:
    missing = tmp_path / "no" / "such" / "folder" / "x.backup"
    assert "cannot be written" in refused(shop, "backup", missing)
    file = tmp_path / "a-file"
    file.touch()
    assert "exists already" in refused(shop, "backup", file)
    assert "cannot be written" in refused(shop, "backup", file / "x.backup")
    assert "cannot be written" in refused(shop, "backup", Path("/proc/x.backup"))
    assert list(tmp_path.iterdir()) == [file]
    assert file.read_bytes() == b""


def test_a_full_disk_leaves_no_half_backup(shop: Path, tmp_path: Path) -> None:
    with small_files(50_000):
        text = refused(shop, "backup", tmp_path / "x.backup")
    assert "cannot be written" in text
    assert list(tmp_path.iterdir()) == []


class small_files:  # noqa: N801  (reads as a function)
    """While inside, files may have so many bytes: the kernel refuses more, as a full disk does."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __enter__(self) -> None:
        self.before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.limit, self.before[1]))

    def __exit__(self, *error: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)


def test_a_database_without_a_club_is_not_backed_up(tmp_path: Path) -> None:
    home = tmp_path / "bare"
    assert "no club of Vafa" in refused(home, "backup", tmp_path / "x.backup")
    assert not (tmp_path / "x.backup").exists()


def test_servers_that_are_too_old_or_too_new_are_told_what_they_need() -> None:
    assert programs_for(15).folder == embedded.program("pg_dump").parent
    with pytest.raises(BackupError, match="15 or newer"):
        programs_for(14)
    with pytest.raises(BackupError, match="postgresql-client-97"):
        programs_for(97)


def test_a_good_file_is_said_to_be_good(backup: Path, tmp_path: Path) -> None:
    home = tmp_path / "bare"
    assert "complete and undamaged" in good(home, "restore", "--check", backup)
    assert not home.exists()
