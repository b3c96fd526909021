"""One request to a provider, with limits on time and size, and honest about what is not known."""

from __future__ import annotations

import json
import logging
import ssl
import time
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import httpx

from vafa.engage.channels.sms.errors import SmsError, Why

_TIMES = httpx.Timeout(6.0, connect=3.0)
_MOST_SECONDS = 10.0
_MOST_BYTES = 1_000_000
_TOO_MANY = 429

# It would log the address of every request, of which the key may be a part.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class Answer(NamedTuple):
    """The HTTP status and the JSON object of an answer."""

    status: int
    body: Mapping[str, Any]


def ask(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    document: Any = None,
) -> Answer:
    """Send one request, once. Redirects are not followed: they would carry the key elsewhere.

    Raises SmsError: UNAVAILABLE where no connection was made (nothing was sent), RATE for a bare
    429, NO_ANSWER for whatever broke off later or is not a JSON object.
    """
    try:
        # A connection of its own: a kept one that the server has just closed would leave open
        # whether the request was read.
        with httpx.Client(verify=_tls(), timeout=_TIMES, trust_env=False) as client:
            request = client.build_request(
                method, url, headers=headers, params=params, data=form, json=document
            )
            response = client.send(request, stream=True)
            try:
                status, content = response.status_code, _read(response)
            finally:
                response.close()
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol):
        raise SmsError(Why.UNAVAILABLE) from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
        raise SmsError(Why.NO_ANSWER) from None
    return Answer(status, _object(status, content))


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def _read(response: httpx.Response) -> bytes:
    deadline, found = time.monotonic() + _MOST_SECONDS, b""
    for piece in response.iter_bytes():
        found += piece
        if len(found) > _MOST_BYTES or time.monotonic() > deadline:
            raise SmsError(Why.NO_ANSWER, str(response.status_code))
    return found


def _object(status: int, content: bytes) -> Mapping[str, Any]:
    try:
        body = json.loads(content)
    except ValueError:
        body = None
    if isinstance(body, dict):
        return body
    raise SmsError(Why.RATE if status == _TOO_MANY else Why.NO_ANSWER, str(status))
