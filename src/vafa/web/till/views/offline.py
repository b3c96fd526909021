"""Without a line: what the till keeps for that time, and what it sends when the line is back."""

from __future__ import annotations

import json
import secrets
import uuid
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from vafa.core.clock import now
from vafa.core.errors import DomainError, InvalidInput
from vafa.core.money import display_unit
from vafa.flows.offline_sales import OfflineEntry, record_offline_sales
from vafa.web.shared.context import current_lang
from vafa.web.shared.service_worker import worker_answer
from vafa.web.till.forms import BillForm
from vafa.web.till.offline_words import why_words
from vafa.web.till.pages import TillRequest, frame, till_page
from vafa.web.till.reads.snapshot import key_text, make_snapshot
from vafa.web.till.refusals import said
from vafa.web.till.sent import MOST_AT_ONCE, read_sent, till_time

# A till that has what there is keeps it; but not for so long that its day runs out.
_KEPT_SECONDS = 6 * 3600
_KEY_BYTES = 32
_KEEPS = ("app", "till", "scan", "style", "zxing", "vazirmatn")
_NEWLINE = b"\n"


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """Whether the line is there: as little as can be answered."""
    return HttpResponse(status=204)


@require_safe
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the list of what it keeps; other files make it another one."""
    return worker_answer("till-sw.js", reverse("till:offline"), *_KEEPS)


@require_GET
@till_page
def page(request: TillRequest) -> HttpResponse:
    """The till that needs no line, as the service worker keeps it for this cashier."""
    lang, unit = current_lang(), display_unit(request.club.display_unit)
    context = {
        **frame(request, "offline"),
        "nav_items": [],
        "logout_url": "",
        "bill": BillForm(unit.code),
        "unit_size": unit.size,
        "unit_label": unit.label(lang),
        "whys": why_words(),
    }
    return render(request, "till/offline.html", context)


@require_GET
@till_page
def snapshot(request: TillRequest) -> HttpResponse:
    """The members and products of this branch for a time without a line, in compressed lines.

    The key of the members' hashes goes in a header of its own: the till keeps it where no script
    can read it. 304 where the till has the same already, and has not had it for long.
    """
    branch, moment = request.branch, now()
    made = make_snapshot(
        request.club,
        branch.id,
        branch.merchant_id,
        request.staff.id,
        str(uuid.uuid4()),
        moment,
    )
    mark = f'"{int(moment.timestamp()) // _KEPT_SECONDS}-{request.staff.id}-{made.mark}"'
    if request.headers.get("If-None-Match") == mark:
        return HttpResponse(status=304, headers={"ETag": mark})
    key = secrets.token_bytes(_KEY_BYTES)
    lines = (line + _NEWLINE for line in made.lines(key))
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    body = _packed(lines) if packed else lines
    streamed = StreamingHttpResponse(body, content_type="application/x-ndjson")
    # Decorators of pages only set headers, which every response has.
    response = cast(HttpResponse, streamed)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"] = mark
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["X-Snapshot-Key"] = key_text(key)
    return response


@require_POST
@till_page
def sync(request: TillRequest) -> HttpResponse:
    """Record what was rung up without a line, in its order: ``{now, entries}``, each once.

    Answers ``{results: [{id, status, why, said}]}``: recorded; later (and all behind it); kept (it
    belongs to another branch); invalid (no till of ours sent that).
    """
    try:
        asked = json.loads(request.body)
        entries = list(asked["entries"])[:MOST_AT_ONCE]
        till_now = till_time(asked["now"])
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(field="entries") from error
    results: list[dict[str, Any]] = []
    good: list[OfflineEntry] = []
    for sent in entries:
        try:
            good.append(read_sent(request, sent, till_now))
        except DomainError as error:
            status = "kept" if error.code == "other_branch" else "invalid"
            number = sent.get("id") if isinstance(sent, dict) else None
            results.append({"id": number, "status": status, "said": said(error)})
    words = why_words()
    results += [
        {
            "id": str(done.number),
            "status": done.status,
            "why": done.why,
            "said": words.get(done.why, ""),
        }
        for done in record_offline_sales(request.club, good)
    ]
    return JsonResponse({"results": results})


def _packed(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines as gzip, in pieces as they come."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    for line in lines:
        piece = packer.compress(line)
        if piece:
            yield piece
    yield packer.flush()
