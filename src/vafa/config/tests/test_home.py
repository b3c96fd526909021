from __future__ import annotations

import os
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vafa.config.home import data_home, seal_key, secret_key, socket_folder
from vafa.config.setup_token import check_setup_token, make_setup_token, spend_setup_token


def test_the_data_folder_is_made_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAFA_HOME", str(tmp_path / "a" / "b"))
    assert data_home() == tmp_path / "a" / "b"
    assert data_home().stat().st_mode & 0o777 == 0o700

    data_home().chmod(0o755)
    assert data_home().stat().st_mode & 0o067 == 0, "others lose what they had"


def test_a_folder_that_cannot_be_used_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("VAFA_HOME", str(tmp_path / "file"))
    with pytest.raises(SystemExit, match="VAFA_HOME"):
        data_home()


def test_the_secret_key_is_made_once_and_is_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VAFA_SECRET_KEY", raising=False)
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: secret_key(tmp_path), range(32)))
    assert len(keys) == 1
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]

    monkeypatch.setenv("VAFA_SECRET_KEY", "too short")
    with pytest.raises(SystemExit, match="VAFA_SECRET_KEY"):
        secret_key(tmp_path)
    monkeypatch.setenv("VAFA_SECRET_KEY", "k" * 50)
    assert secret_key(tmp_path) == "k" * 50


def test_a_damaged_key_is_not_replaced_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VAFA_SECRET_KEY", raising=False)
    (tmp_path / "secret_key").write_text("")
    with pytest.raises(SystemExit, match="damaged"):
        secret_key(tmp_path)


def test_a_socket_path_never_exceeds_what_the_kernel_takes(tmp_path: Path) -> None:
    assert socket_folder(tmp_path) == tmp_path / "run"
    for home in (tmp_path / ("x" * 120), tmp_path / ("باشگاه" * 12)):
        folder = socket_folder(home)
        assert len(os.fsencode(folder / ".s.PGSQL.5432")) <= 107
        assert folder == socket_folder(home) != socket_folder(tmp_path / ("y" * 120))


def test_the_setup_link_works_once(tmp_path: Path) -> None:
    first = make_setup_token(tmp_path)
    second = make_setup_token(tmp_path)
    assert not check_setup_token(tmp_path, first), "a newer link replaces it"
    assert check_setup_token(tmp_path, second)
    assert second not in (tmp_path / "setup_token.json").read_text()

    assert not spend_setup_token(tmp_path, first)
    assert spend_setup_token(tmp_path, second)
    assert not spend_setup_token(tmp_path, second)
    assert not check_setup_token(tmp_path, second)


def test_the_seal_key_is_made_once_and_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VAFA_SEAL_KEY", raising=False)
    key = seal_key(tmp_path)
    assert len(key) == 32 and seal_key(tmp_path) == key
    assert (tmp_path / "seal_key").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("VAFA_SEAL_KEY", b64encode(bytes(32)).decode())
    assert seal_key(tmp_path) == bytes(32)
    for nonsense in ("", "short", "ک" * 44, b64encode(bytes(31)).decode()):
        monkeypatch.setenv("VAFA_SEAL_KEY", nonsense)
        with pytest.raises(SystemExit):
            seal_key(tmp_path)
