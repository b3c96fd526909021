"""Seal a club's transfers, and prove to a member what is sealed of hers (docs/seals.md)."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import merged_into, wallet_of
from vafa.commerce.models import Purchase
from vafa.core.errors import NotFound
from vafa.core.progress import Progress
from vafa.ledger.actions.sealing import seal_book, use_key
from vafa.ledger.errors import NotSealedYet
from vafa.ledger.reads.proofs import consistency_proof
from vafa.ledger.reads.seals import Checkpoint, Place, checkpoint_of, latest_checkpoint
from vafa.ledger.reads.statements import places_of_holders, places_of_sources, sealed_rows
from vafa.program.models import Decision

STATEMENT = "vafa-statement-1"
CONSISTENCY = "vafa-consistency-1"


def seal_club(
    club: ClubContext,
    key: Ed25519PrivateKey,
    *,
    new_key: bool = False,
    progress: Progress | None = None,
) -> int:
    """Seal what is not sealed yet; returns the number of transfers.

    ``new_key``: sign with ``key`` from now on, although another one signed so far; without it
    that raises SealKeyDiffers.
    """
    if new_key:
        use_key(club.book_id, _origin(club), key)
    return seal_book(club.book_id, _origin(club), key, progress)


def club_head(club: ClubContext) -> Checkpoint | None:
    """The newest sealed head of the club; None before the first."""
    return latest_checkpoint(club.book_id)


def head_of(club: ClubContext, size: int) -> Checkpoint | None:
    """The club's head of exactly ``size`` transfers; None where there is none."""
    return checkpoint_of(club.book_id, size)


def head_to_head(club: ClubContext, old: int, size: int) -> dict[str, Any]:
    """The proof that the head of ``size`` extends that of ``old``, as a JSON value for
    ``scripts/check_statement.py``. Raises NotFound unless both are heads, in this order."""
    before, after = head_of(club, old), head_of(club, size)
    if before is None or after is None or old > size:
        raise NotFound
    proof = consistency_proof(club.book_id, old, size)
    return {
        "format": CONSISTENCY,
        "club": club.name,
        "key": after.key,
        "old": before.note,
        "checkpoint": after.note,
        "proof": [b64encode(step).decode() for step in proof],
    }


def member_statement(club: ClubContext, member_id: int) -> dict[str, Any]:
    """Every sealed transfer of the member with its proof, as a JSON value for
    ``scripts/check_statement.py``. Raises NotSealedYet before the club's first head."""
    holders = _holders(member_id)
    places = places_of_holders(club.book_id, holders)
    return _statement(club, holders, places, whole=True)


def purchase_statement(club: ClubContext, purchase: Purchase) -> dict[str, Any]:
    """What a purchase earned and spent of its member's points, in the same form.

    Raises NotSealedYet when any of it is not sealed.
    """
    assert purchase.member_id is not None
    decisions = Decision.objects.filter(purchase=purchase).values_list("id", flat=True)
    holders = _holders(purchase.member_id)
    places = places_of_sources(club.book_id, holders, "decision", list(decisions))
    statement = _statement(club, holders, places, whole=False)
    if statement["waiting"]:
        raise NotSealedYet
    return statement


def _statement(
    club: ClubContext, holders: list[int], places: list[Place], *, whole: bool
) -> dict[str, Any]:
    head = latest_checkpoint(club.book_id)
    if head is None:
        raise NotSealedYet
    return {
        "format": STATEMENT,
        "club": club.name,
        "holders": holders,
        "whole": whole,
        "key": head.key,
        "checkpoint": head.note,
        "waiting": sum(place > head.last for place in places),
        "rows": list(sealed_rows(club.book_id, holders, places, head)),
    }


def _holders(member_id: int) -> list[int]:
    """Whose accounts are hers: her own, those of members who became her, her household's."""
    now = wallet_of(member_id)
    return sorted({now.member_id, now.holder, *merged_into(now.member_id)})


def _origin(club: ClubContext) -> str:
    return f"vafa/{club.slug}"
