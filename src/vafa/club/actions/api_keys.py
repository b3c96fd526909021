"""API keys: shown once, stored hashed."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from vafa.club.actor import SCOPES, Actor
from vafa.club.errors import InvalidApiKey
from vafa.club.models import ApiKey, Branch, Club, Merchant
from vafa.core.cache import TtlCache
from vafa.core.clock import now
from vafa.core.errors import InvalidInput

# A revoked key may serve this much longer in a process that has just seen it.
REVOCATION_DELAY_SECONDS = 2.0
_known: TtlCache[str, Actor] = TtlCache(REVOCATION_DELAY_SECONDS)


def create_api_key(
    club: Club,
    *,
    name: str,
    scopes: Sequence[str],
    branch: Branch | None = None,
    merchant: Merchant | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its secret, which is not stored and cannot be shown again.

    A key of a branch or merchant may record only there. Raises InvalidInput for an unknown scope.
    """
    if not scopes or not set(scopes) <= set(SCOPES):
        raise InvalidInput(field="scopes")
    secret = f"vafa_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        club=club,
        merchant=merchant,
        branch=branch,
        name=name,
        prefix=secret[:12],
        secret_hash=_hash(secret),
        scopes=sorted(set(scopes)),
    )
    return key, secret


def revoke_api_key(key: ApiKey) -> None:
    """The key is refused from now on (in other processes within two seconds)."""
    key.revoked_at = now()
    key.save(update_fields=["revoked_at"])
    _known.clear()


def actor_of_key(secret: str) -> Actor:
    """Who a bearer key stands for. Raises InvalidApiKey."""
    digest = _hash(secret)
    return _known.get(digest, lambda: _load(digest))


def _load(digest: str) -> Actor:
    key = ApiKey.objects.filter(secret_hash=digest, revoked_at__isnull=True).first()
    if key is None:
        raise InvalidApiKey
    branches: frozenset[int] | None = None
    if key.branch_id is not None:
        branches = frozenset({key.branch_id})
    elif key.merchant_id is not None:
        branches = frozenset(
            Branch.objects.filter(merchant_id=key.merchant_id).values_list("id", flat=True)
        )
    return Actor("key", key.id, key.club_id, branch_ids=branches, scopes=frozenset(key.scopes))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
