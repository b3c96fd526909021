"""The shortest way to the one address that tills wait for: POST /api/v1/purchases.

On the usual way Django and ninja take as long to bring a request to its view as recording it
takes. This does what they would with a request that nothing is wrong with, and hands every other
over to them, from the beginning, or, when it was recorded already, with what became of it
(``recorded_already``), so that each error is rendered in one place and nothing is done twice.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import orjson
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import HttpRequest

from vafa.club.access import require_scope
from vafa.club.actions.api_keys import actor_of_key
from vafa.club.origin import Origin, coming_from
from vafa.club.reads.context import ClubContext, club_context
from vafa.flows.entries import Outcome, PurchaseEntry
from vafa.flows.gathering import record_one
from vafa.web.api.language import said_language
from vafa.web.api.parsing import purchase_entry
from vafa.web.api.rendering import purchase_body
from vafa.web.api.schemas import PurchaseIn
from vafa.web.shared.origin import origin_of

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

PATH = "/api/v1/purchases"
_DONE = "vafa.purchase_outcome"
_REQUEST = "vafa.request"
_LONGEST_LENGTH = 9  # digits
_HEADERS = (("Content-Type", "application/json"), ("X-Content-Type-Options", "nosniff"))


def recorded_already(request: HttpRequest) -> Outcome | None:
    """What became of this request's purchase on the direct way. Raises what recording raised."""
    done: Outcome | Exception | None = request.META.get(_DONE)
    if isinstance(done, Exception):
        raise done
    return done


def directly(django: Application) -> Application:
    """The application ``django``, with the direct way before it."""

    def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST":
            return django(environ, start_response)
        try:
            with coming_from(partial(_origin, environ)):
                answer = _answer(environ)
        finally:
            if connection.connection is not None:
                connection.close_if_unusable_or_obsolete()
        if answer is None:
            return django(environ, start_response)
        length = ("Content-Length", str(len(answer)))
        start_response("201 Created", [*_HEADERS, length])
        return [answer]

    return application


def _answer(environ: Environ) -> bytes | None:
    """The body of the answer to a purchase that was recorded; None when Django must answer."""
    understood = _understand(environ)
    if understood is None:
        return None
    club, entry = understood
    try:
        outcome = record_one(club, entry, source="api")
    except Exception as error:  # noqa: BLE001 - raised again where errors are rendered
        environ[_DONE] = error
        return None
    if outcome.status != "recorded":
        environ[_DONE] = outcome
        return None
    lang = said_language(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    return orjson.dumps(purchase_body(club, outcome.answer, lang))


def _understand(environ: Environ) -> tuple[ClubContext, PurchaseEntry] | None:
    """What is asked for; None when anything about it is unusual. The body can be read again."""
    length = environ.get("CONTENT_LENGTH", "")
    scheme, _, secret = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    key = environ.get("HTTP_IDEMPOTENCY_KEY", "")
    if not (
        scheme.lower() == "bearer"
        and 0 < len(key) <= 128
        and key.isprintable()
        and len(length) <= _LONGEST_LENGTH
        and length.isascii()
        and length.isdigit()
        and int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    ):
        return None
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    try:
        purchase = PurchaseIn.model_validate(orjson.loads(body))
        actor = actor_of_key(secret)
        require_scope(actor, "purchases:write")
        club = club_context(actor.club_id)
        return club, purchase_entry(purchase, actor, club, key)
    except Exception:  # noqa: BLE001 - Django meets the same, and knows how to say it
        return None


def _origin(environ: Environ) -> Origin:
    """Asked for seldom: only when something is audited."""
    request = environ.get(_REQUEST)
    if request is None:
        request = environ[_REQUEST] = WSGIRequest(environ)
    return origin_of(request)
