"""The shortest way to the few addresses that tills wait for: purchases, and what is set aside for
them.

On the usual way Django and ninja take as long to bring a request to its view as recording it
takes. This does what they would with a request that nothing is wrong with, and hands every other
over to them, from the beginning, or, when it was recorded already, with what became of it
(``recorded_already``), so that each error is rendered in one place and nothing is done twice.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import HttpRequest

from vafa.club.access import require_scope
from vafa.club.actions.api_keys import actor_of_key
from vafa.club.actor import Actor
from vafa.club.origin import Origin, coming_from
from vafa.club.reads.context import ClubContext, club_context
from vafa.flows.entries import Outcome, PurchaseEntry
from vafa.flows.gathering import end_one, preview_one
from vafa.flows.reservation_work import CaptureEntry, ReleaseEntry, ReserveEntry
from vafa.web.api.language import said_language
from vafa.web.api.parsing import capture_entry, purchase_entry, reserve_entry
from vafa.web.api.purchase_schemas import PurchaseIn
from vafa.web.api.rendering import preview_body, purchase_body
from vafa.web.api.reward_schemas import CaptureIn, ReservationIn
from vafa.web.shared.guessing import record_watched, reserve_watched
from vafa.web.shared.origin import origin_of

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

PATH = "/api/v1/purchases"
_RESERVATIONS = "/api/v1/reservations"
_DONE = "vafa.outcome"
_REQUEST = "vafa.request"
_LONGEST_LENGTH = 9  # digits
_HEADERS = (("Content-Type", "application/json"), ("X-Content-Type-Options", "nosniff"))


class _NotHere(Exception):
    """Nothing is wrong with the request, but it does not go the direct way."""


class _Asked(NamedTuple):
    """A request of a known caller: the number in its address ("" where there is none), its body."""

    actor: Actor
    club: ClubContext
    key: str
    number: str
    body: bytes


class _Way(NamedTuple):
    """What an address does: ``understand`` makes an entry of what is asked, or raises; ``record``
    makes it true; ``answer`` is the body, by the recorded answer and the caller's language.
    Where nothing is made true, ``keyed`` is False."""

    address: re.Pattern[str]
    understand: Callable[[_Asked], Any]
    record: Callable[[ClubContext, Any], Outcome]
    answer: Callable[[ClubContext, Environ, str], Environ]
    scope: str = "purchases:write"
    keyed: bool = True


def _purchase(asked: _Asked) -> PurchaseEntry:
    body = PurchaseIn.model_validate(orjson.loads(asked.body))
    return purchase_entry(body, asked.actor, asked.club, asked.key)


def _reservation(asked: _Asked) -> ReserveEntry:
    body = ReservationIn.model_validate(orjson.loads(asked.body))
    return reserve_entry(body, asked.actor, asked.key)


def _capture(asked: _Asked) -> CaptureEntry:
    body = CaptureIn.model_validate(orjson.loads(asked.body))
    return capture_entry(body, int(asked.number), asked.actor, asked.key)


def _release(asked: _Asked) -> ReleaseEntry:
    return ReleaseEntry(asked.actor, int(asked.number), asked.key)


def _preview(asked: _Asked) -> PurchaseEntry:
    entry = _purchase(asked)
    if entry.codes:
        raise _NotHere  # codes may be guesses, which are counted elsewhere
    return entry


def _as_it_is(club: ClubContext, answer: Environ, lang: str) -> Environ:
    return answer


_NUMBER = "/([1-9][0-9]{0,17})"
_WAYS = (
    _Way(re.compile(PATH), _purchase, partial(record_watched, source="api"), purchase_body),
    _Way(
        re.compile(f"{PATH}/preview"),
        _preview,
        preview_one,
        preview_body,
        scope="purchases:read",
        keyed=False,
    ),
    _Way(re.compile(_RESERVATIONS), _reservation, reserve_watched, _as_it_is),
    _Way(re.compile(f"{_RESERVATIONS}{_NUMBER}/capture"), _capture, end_one, _as_it_is),
    _Way(re.compile(f"{_RESERVATIONS}{_NUMBER}/release"), _release, end_one, _as_it_is),
)


def recorded_already(request: HttpRequest) -> Outcome | None:
    """What became of this request on the direct way. Raises what recording it raised."""
    done: Outcome | Exception | None = request.META.get(_DONE)
    if isinstance(done, Exception):
        raise done
    return done


def directly(django: Application) -> Application:
    """The application ``django``, with the direct way before it."""

    def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        found = _way(environ)
        if found is None:
            return django(environ, start_response)
        try:
            with coming_from(partial(_origin, environ)):
                answer = _answer(*found, environ)
        finally:
            if connection.connection is not None:
                connection.close_if_unusable_or_obsolete()
        if answer is None:
            return django(environ, start_response)
        length = ("Content-Length", str(len(answer)))
        start_response("201 Created" if found[0].keyed else "200 OK", [*_HEADERS, length])
        return [answer]

    return application


def _way(environ: Environ) -> tuple[_Way, str] | None:
    """The way for this address, and the number in it."""
    if environ["REQUEST_METHOD"] == "POST":
        for way in _WAYS:
            found = way.address.fullmatch(environ["PATH_INFO"])
            if found is not None:
                return way, found[1] if found.lastindex else ""
    return None


def _answer(way: _Way, number: str, environ: Environ) -> bytes | None:
    """The body of the answer to what was recorded; None when Django must answer."""
    understood = _understand(way, number, environ)
    if understood is None:
        return None
    club, entry = understood
    try:
        outcome = way.record(club, entry)
    except Exception as error:  # noqa: BLE001 - raised again where errors are rendered
        environ[_DONE] = error
        return None
    if outcome.status != "recorded":
        environ[_DONE] = outcome
        return None
    lang = said_language(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    return orjson.dumps(way.answer(club, outcome.answer, lang))


def _understand(way: _Way, number: str, environ: Environ) -> tuple[ClubContext, Any] | None:
    """What is asked for; None when anything about it is unusual. The body can be read again."""
    length = environ.get("CONTENT_LENGTH", "")
    scheme, _, secret = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    key = environ.get("HTTP_IDEMPOTENCY_KEY", "")
    if not (
        scheme.lower() == "bearer"
        and (0 < len(key) <= 128 or not way.keyed)
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
        actor = actor_of_key(secret)
        require_scope(actor, way.scope)
        club = club_context(actor.club_id)
        return club, way.understand(_Asked(actor, club, key, number, body))
    except Exception:  # noqa: BLE001 - Django meets the same, and knows how to say it
        return None


def _origin(environ: Environ) -> Origin:
    """Asked for seldom: only when something is audited."""
    request = environ.get(_REQUEST)
    if request is None:
        request = environ[_REQUEST] = WSGIRequest(environ)
    return origin_of(request)
