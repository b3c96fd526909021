"""The one-time link with which the first owner sets the club up in the browser."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from pathlib import Path

_LIFETIME_SECONDS = 24 * 3600
_FILE = "setup_token.json"


def make_setup_token(home: Path) -> str:
    """A new token, valid for a day; any earlier one stops working. Only its hash is stored."""
    token = secrets.token_urlsafe(24)
    path = home / _FILE
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({"hash": _hash(token), "until": time.time() + _LIFETIME_SECONDS}))
    draft.replace(path)
    return token


def check_setup_token(home: Path, token: str) -> bool:
    """Whether the token is the present one and still valid. Does not use it up."""
    try:
        note = json.loads((home / _FILE).read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return False
    fresh: bool = time.time() < note["until"]
    return fresh and hmac.compare_digest(note["hash"], _hash(token))


def spend_setup_token(home: Path, token: str) -> bool:
    """Uses the token up. True for exactly one of any number of callers with the right token."""
    if not check_setup_token(home, token):
        return False
    try:
        (home / _FILE).unlink()
    except FileNotFoundError:
        return False
    return True


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
