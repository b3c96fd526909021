"""What anybody may see of a club's seals: signed heads, proofs between them, the key (docs/seals.md)."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from vafa.club.reads.context import club_by_slug
from vafa.core.errors import NotFound
from vafa.flows.sealing import club_head, head_of, head_to_head
from vafa.ledger.reads.seals import Checkpoint, verifier_keys
from vafa.web.shared.errors import handles_errors
from vafa.web.shared.json_file import json_file

_CHECKER = Path(__file__).parent / "data" / "check_statement.txt"
_NEWEST_SECONDS = 5
_FOR_EVER_SECONDS = 365 * 24 * 3600


@require_safe
@handles_errors
def checkpoint(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest head, as a C2SP checkpoint."""
    return _note(club_head(club_by_slug(slug)), _NEWEST_SECONDS)


@require_safe
@handles_errors
def checkpoint_of(request: HttpRequest, slug: str, size: int) -> HttpResponse:
    """The head of exactly that many transfers."""
    return _note(head_of(club_by_slug(slug), size), _FOR_EVER_SECONDS)


@require_safe
@handles_errors
def consistency(request: HttpRequest, slug: str, old: int, size: int) -> HttpResponse:
    """That one head extends another, as a file for the checker."""
    return json_file(head_to_head(club_by_slug(slug), old, size), f"{slug}-{old}-{size}.json")


@require_safe
@handles_errors
def key(request: HttpRequest, slug: str) -> HttpResponse:
    """The keys that heads are signed with, the newest first, as C2SP verifier keys."""
    keys = verifier_keys(club_by_slug(slug).book_id)
    if not keys:
        raise NotFound
    return _text("".join(f"{each}\n" for each in keys))


@require_safe
def checker(request: HttpRequest) -> HttpResponse:
    """The stand-alone program that checks statements."""
    response = _text(_CHECKER.read_text("utf-8"))
    response.headers["Content-Disposition"] = 'attachment; filename="check_statement.py"'
    return response


def _note(head: Checkpoint | None, seconds: int) -> HttpResponse:
    if head is None:
        raise NotFound
    response = _text(head.note)
    patch_cache_control(response, public=True, max_age=seconds)
    return response


def _text(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
