"""API keys: shown once, stored hashed."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from django.db import transaction

from vafa.club.actions.audit import SYSTEM, Thing, record_audit
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
    by: str = SYSTEM,
) -> tuple[ApiKey, str]:
    """A new key and its secret, which is not stored and cannot be shown again.

    A key of a branch or merchant may record only there; ``by`` is the label of who makes it.
    Raises InvalidInput for an unknown scope.
    """
    if not scopes or not set(scopes) <= set(SCOPES):
        raise InvalidInput(field="scopes")
    secret = f"vafa_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        key = ApiKey.objects.create(
            club=club,
            merchant=merchant,
            branch=branch,
            name=name,
            prefix=secret[:12],
            secret_hash=_hash(secret),
            scopes=sorted(set(scopes)),
        )
        after = {
            "scopes": key.scopes,
            "branch": branch.name if branch else None,
            "merchant": merchant.name if merchant else None,
        }
        record_audit(club.id, by, "api_key.created", _thing(key), after=after)
    return key, secret


def revoke_api_key(key: ApiKey, *, by: str = SYSTEM) -> None:
    """The key is refused from now on (in other processes within two seconds)."""
    with transaction.atomic():
        moment = now()
        open_keys = ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True)
        if open_keys.update(revoked_at=moment):
            key.revoked_at = moment
            record_audit(key.club_id, by, "api_key.revoked", _thing(key))
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


def _thing(key: ApiKey) -> Thing:
    return Thing("api_key", key.pk, f"{key.name} ({key.prefix}…)")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
