"""The key by which this installation signs its seals."""

from __future__ import annotations

import os
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from vafa.config.home import seal_key
from vafa.ledger.rules.notes import public_bytes


@cache
def signing_key() -> Ed25519PrivateKey:
    """The private key, made on first need. Raises SystemExit when what is there is none."""
    return Ed25519PrivateKey.from_private_bytes(seal_key(settings.HOME))


def public_seal_key() -> bytes | None:
    """The public half, where this machine has the key; it is not made for that."""
    if "VAFA_SEAL_KEY" not in os.environ and not (settings.HOME / "seal_key").exists():
        return None
    return public_bytes(signing_key())
