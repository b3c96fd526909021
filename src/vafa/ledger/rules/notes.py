"""Signed notes and checkpoints in the form of C2SP (signed-note, tlog-checkpoint): pure."""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

_ED25519 = b"\x01"
_ID_BYTES = 4


class Head(NamedTuple):
    """What a checkpoint says: whose log, how many leaves, and their root."""

    origin: str
    size: int
    root: bytes


class NotSigned(ValueError):
    """A note that its key did not sign, or that is none."""


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes of the public key."""
    return key.public_key().public_bytes_raw()


def verifier_key(origin: str, public: bytes) -> str:
    """``name+id+key``: what others need to check this origin's notes."""
    key_id = _key_id(origin, public).hex()
    return f"{origin}+{key_id}+{b64encode(_ED25519 + public).decode()}"


def parse_verifier_key(text: str) -> tuple[str, bytes]:
    """Origin and public key. Raises ValueError for anything else."""
    # Base64 may hold a plus, the other two parts may not.
    origin, key_id, encoded = text.split("+", 2)
    material = b64decode(encoded, validate=True)
    public = material[1:]
    if material[:1] != _ED25519 or _key_id(origin, public).hex() != key_id:
        raise ValueError("no Ed25519 verifier key")
    return origin, public


def checkpoint(head: Head) -> str:
    """The text of a checkpoint, not signed yet."""
    return f"{head.origin}\n{head.size}\n{b64encode(head.root).decode()}\n"


def sign(head: Head, key: Ed25519PrivateKey) -> str:
    """The signed checkpoint."""
    text = checkpoint(head)
    signature = _key_id(head.origin, public_bytes(key)) + key.sign(text.encode())
    return f"{text}\n— {head.origin} {b64encode(signature).decode()}\n"


def opened(note: str, key: str) -> Head:
    """The head that a checkpoint signed by the verifier key says. Raises NotSigned."""
    lines = text_of(note, key).splitlines()
    try:
        return Head(lines[0], int(lines[1]), b64decode(lines[2], validate=True))
    except (ValueError, IndexError) as error:
        raise NotSigned("no checkpoint") from error


def text_of(note: str, key: str) -> str:
    """The text of a note that the verifier key signed. Raises NotSigned."""
    try:
        origin, public = parse_verifier_key(key)
        text, _, lines = note.rpartition("\n\n")
        text += "\n"
        mine = f"— {origin} "
        given = [b64decode(x[len(mine) :]) for x in lines.splitlines() if x.startswith(mine)]
        (signature,) = [x[_ID_BYTES:] for x in given if x[:_ID_BYTES] == _key_id(origin, public)]
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text.encode())
    except (ValueError, InvalidSignature) as error:
        raise NotSigned(str(error) or "the signature is wrong") from error
    return text


def short_hash(root: bytes) -> str:
    """Three groups of four characters of a root: for people to compare."""
    text = root.hex()[:12].upper()
    return " ".join(text[n : n + 4] for n in (0, 4, 8))


def _key_id(origin: str, public: bytes) -> bytes:
    return sha256(origin.encode() + b"\n" + _ED25519 + public).digest()[:_ID_BYTES]
