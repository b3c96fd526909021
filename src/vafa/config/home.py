"""The data folder of one installation, and the secret keys that live in it."""

from __future__ import annotations

import binascii
import hashlib
import os
import secrets
import stat
import sys
import tempfile
from base64 import b64decode, b64encode
from pathlib import Path

_SECRET_BYTES = 48
_MIN_SECRET_LENGTH = 32
_SEAL_KEY_BYTES = 32
# A Unix socket's path may not exceed 107 bytes; PostgreSQL names it ".s.PGSQL.5432".
_MAX_SOCKET_FOLDER_BYTES = 107 - len("/.s.PGSQL.5432")


def default_home() -> Path:
    """The data folder when VAFA_HOME is not set: /var/lib/vafa for root, else the user's own."""
    if os.geteuid() == 0:
        return Path("/var/lib/vafa")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "vafa"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "vafa"


def data_home() -> Path:
    """The data folder (VAFA_HOME, or the default one), made private (0700) where it is absent.

    Raises SystemExit with a sentence for the operator when the folder cannot be used.
    """
    given = os.environ.get("VAFA_HOME")
    home = (Path(given).expanduser() if given else default_home()).resolve()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_private(home)
    except OSError as error:
        raise SystemExit(
            f"Vafa cannot use the data folder {home} ({error.strerror}). "
            "Set VAFA_HOME to a folder that this user may write."
        ) from error
    return home


def _make_private(home: Path) -> None:
    """Take the rights of others away, if the folder is ours.

    When Vafa runs as root, a group that may pass through stays: the database's own user is in it.
    """
    status = home.stat()
    mode = stat.S_IMODE(status.st_mode)
    kept = mode & (0o710 if os.geteuid() == 0 else 0o700)
    if status.st_uid == os.geteuid() and mode != kept:
        home.chmod(kept)


def secret_key(home: Path) -> str:
    """The key that signs sessions and tokens: VAFA_SECRET_KEY, or a file made once (0600).

    Raises SystemExit when the key given is too short, or the file cannot be used.
    """
    given = os.environ.get("VAFA_SECRET_KEY")
    if given is not None:
        if len(given) < _MIN_SECRET_LENGTH:
            raise SystemExit(f"VAFA_SECRET_KEY is shorter than {_MIN_SECRET_LENGTH} characters.")
        return given
    path = home / "secret_key"
    try:
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(_SECRET_BYTES))
        key = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SystemExit(f"Vafa cannot use {path} ({error.strerror}).") from error
    if len(key) < _MIN_SECRET_LENGTH:
        raise SystemExit(
            f"{path} is damaged. Restore it from a backup, or remove it (logs all out)."
        )
    return key


def seal_key(home: Path) -> bytes:
    """The 32 secret bytes (an Ed25519 seed) that sign seals: VAFA_SEAL_KEY in base64, or a file
    made once (0600).

    Raises SystemExit when what is given is none, or the file cannot be used.
    """
    given = os.environ.get("VAFA_SEAL_KEY")
    path = home / "seal_key"
    if given is None:
        try:
            if not path.exists():
                _write_once(path, b64encode(secrets.token_bytes(_SEAL_KEY_BYTES)).decode())
            given = path.read_text(encoding="ascii")
        except OSError as error:
            raise SystemExit(f"Vafa cannot use {path} ({error.strerror}).") from error
    try:
        key = b64decode(given.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _SEAL_KEY_BYTES:
        raise SystemExit(f"VAFA_SEAL_KEY, or {path}, is not 32 bytes in base64.")
    return key


def _write_once(path: Path, text: str) -> None:
    """Write a private file whole; when two processes race, both see the first one's text."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if not path.exists():
            # link() refuses to replace, which rename() would not.
            try:
                os.link(draft, path)
            except FileExistsError:
                return
    finally:
        draft.unlink()


def socket_folder(home: Path) -> Path:
    """Where the embedded database's socket is: under ``home``, or, where that path is too long
    for a socket, a folder under the temporary one whose name is drawn from ``home``."""
    near = home / "run"
    if len(os.fsencode(near)) <= _MAX_SOCKET_FOLDER_BYTES:
        return near
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"vafa-{os.geteuid()}-{digest}"
