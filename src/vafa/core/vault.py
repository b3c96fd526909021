"""What must be read again and may not stand open in the database: providers' keys, waiting codes, the
secrets of second factors.

Sealed by a key that is drawn from the installation's secret key, which stands beside the database and
not in it.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_KEY_BYTES = 32


class Unreadable(Exception):
    """It was sealed under another secret key."""


def seal(text: str) -> bytes:
    """``text`` as only this installation can read it."""
    return _fernet().encrypt(text.encode())


def unseal(sealed: bytes | memoryview[int]) -> str:
    """The text again. Raises Unreadable."""
    try:
        return _fernet().decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise Unreadable from None


def _fernet() -> Fernet:
    drawn = HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"vafa.vault")
    return Fernet(urlsafe_b64encode(drawn.derive(settings.SECRET_KEY.encode())))
