"""Bearer keys."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from vafa.club.access import require_scope
from vafa.club.actions.api_keys import actor_of_key
from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext, club_context
from vafa.core.idempotency import KeyMissing


class ApiRequest(HttpRequest):
    """A request whose key was accepted; ``auth`` is its actor."""

    auth: Actor


class ApiKeyAuth(HttpBearer):
    """``Authorization: Bearer vafa_...``"""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """The key's actor. Raises InvalidApiKey."""
        return actor_of_key(token)


def caller(request: HttpRequest, scope: str) -> tuple[Actor, ClubContext]:
    """The key's actor, if it has ``scope``, and its club. Raises MissingScope."""
    actor = cast(ApiRequest, request).auth
    require_scope(actor, scope)
    return actor, club_context(actor.club_id)


# For the operations that need a key; the header itself is read by ``idempotency_key``.
KEY_NEEDED: dict[str, Any] = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "description": (
                "Made by the caller, one for each thing she wants done, and sent again with every"
                " repetition of it: a UUIDv7 or ULID is best."
            ),
            "schema": {"type": "string", "minLength": 1, "maxLength": 128},
        }
    ]
}


def idempotency_key(request: HttpRequest) -> str:
    """The caller's key. Raises KeyMissing when it is absent or longer than 128 characters."""
    key = request.headers.get("Idempotency-Key", "")
    if not 0 < len(key) <= 128 or not key.isprintable():
        raise KeyMissing
    return key
