"""Bodies that Django does not take as they come: sent in pieces, or far too large."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

View = Callable[..., HttpResponse]
_PIECE = 1 << 16
_MOST_DRAINED = 20 << 20


def taking_bodies(view: View, too_big: Callable[[WSGIRequest, Exception], HttpResponse]) -> View:
    """``view`` with bodies that come in pieces, and refusals of large ones that reach the caller."""

    @wraps(view)
    def answer(request: WSGIRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "HTTP_TRANSFER_ENCODING" in request.META:
            try:
                _join_pieces(request)
            except RequestDataTooBig as error:
                return _drained(request, too_big(request, error))
        response = view(request, *args, **kwargs)
        return _drained(request, response) if response.status_code == 413 else response

    return answer


def _join_pieces(request: WSGIRequest) -> None:
    """A body without a length is none to Django; several HTTP libraries send JSON so by default.

    Raises RequestDataTooBig.
    """
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    pieces: list[bytes] = []
    size = 0
    while size <= most and (piece := request.environ["wsgi.input"].read(_PIECE)):
        pieces.append(piece)
        size += len(piece)
    if size > most:
        raise RequestDataTooBig
    request._body = b"".join(pieces)


def _drained(request: WSGIRequest, response: HttpResponse) -> HttpResponse:
    """Reads what is still coming: a caller that sends before it reads would see only a broken
    connection, and never the refusal."""
    length = request.META.get("CONTENT_LENGTH") or _MOST_DRAINED
    left = min(int(length), _MOST_DRAINED)
    while left > 0 and (piece := request.environ["wsgi.input"].read(min(left, _PIECE))):
        left -= len(piece)
    return response
