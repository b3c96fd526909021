"""Where a request comes from, for the audit: face, address, and a number of its own."""

from __future__ import annotations

import secrets
from contextlib import AbstractContextManager
from functools import partial

from django.conf import settings
from django.http import HttpRequest

from vafa.club.origin import Origin, coming_from

_FACES = frozenset(["panel", "till", "portal", "api", "setup"])
_ORIGIN = "vafa_origin"
_LONGEST_ADDRESS = 45


def origin_of(request: HttpRequest) -> Origin:
    """The request's origin; its number is made at the first question and then stays."""
    known: Origin | None = getattr(request, _ORIGIN, None)
    if known is None:
        face = request.path_info.split("/", 2)[1]
        known = Origin(
            face if face in _FACES else "site", client_address(request), secrets.token_hex(8)
        )
        setattr(request, _ORIGIN, known)
    return known


def entering(request: HttpRequest) -> AbstractContextManager[None]:
    """For ``with``: what is done inside is done for this request."""
    return coming_from(partial(origin_of, request))


def client_address(request: HttpRequest) -> str:
    """The IP address that asks. Behind ``settings.PROXIES`` proxies of one's own it is what the
    outermost of them saw; anything further left in X-Forwarded-For is the client's own claim."""
    seen = str(request.META.get("REMOTE_ADDR", ""))
    if settings.PROXIES:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
        chain = [hop for hop in hops if hop]
        if chain:
            seen = chain[-min(settings.PROXIES, len(chain))]
    return seen[:_LONGEST_ADDRESS]
