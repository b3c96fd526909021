"""Signed notes: the specification's own example, and what must not pass."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vafa.ledger.rules.notes import (
    Head,
    NotSigned,
    opened,
    public_bytes,
    short_hash,
    sign,
    text_of,
    verifier_key,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
HEAD = Head("vafa/shop", 12, bytes(range(32)))


def test_the_example_of_c2sp() -> None:
    key = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    note = (
        "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXp"
        "pzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    )
    assert text_of(note, key) == "This is an example message.\n"
    with pytest.raises(NotSigned):
        text_of(note.replace("example m", "Example m"), key)


def test_a_head_is_what_was_signed() -> None:
    note = sign(HEAD, KEY)
    key = verifier_key("vafa/shop", public_bytes(KEY))
    assert note.splitlines()[:3] == [
        "vafa/shop",
        "12",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    ]
    assert opened(note, key) == HEAD
    other = verifier_key("vafa/shop", public_bytes(Ed25519PrivateKey.generate()))
    for broken, with_key in (
        (note.replace("12", "13"), key),
        (note.replace("\n\n", "\n"), key),
        (note[:-4] + "=\n", key),
        (note.replace("— vafa/shop", "— vafa/other"), key),
        ("", key),
        (note, other),
        (note, key.replace("+", "+0", 1)),
        (note, "nonsense"),
    ):
        with pytest.raises(NotSigned):
            opened(broken, with_key)


def test_the_short_form_for_people() -> None:
    assert short_hash(bytes(range(32))) == "0001 0203 0405"
