"""Answering htmx: a fragment where one was asked for, the whole page otherwise."""

from __future__ import annotations

import json
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

ToastLevel = Literal["info", "success", "warning", "error"]


def is_htmx(request: HttpRequest) -> bool:
    """True when a part of a page is wanted (boosted links and history want the whole)."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def render_page(
    request: HttpRequest,
    page: str,
    fragment: str,
    context: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Renders the template ``fragment`` for htmx, and ``page`` (which includes it) otherwise."""
    response = render(request, fragment if is_htmx(request) else page, context, status=status)
    patch_vary_headers(response, ("HX-Request",))
    return response


def redirect(request: HttpRequest, url: str) -> HttpResponse:
    """Sends the browser to ``url``, from htmx as from a plain form."""
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def trigger(response: HttpResponse, event: str, detail: dict[str, Any]) -> HttpResponse:
    """Adds a browser event that htmx fires when ``response`` arrives."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events[event] = detail
    # json.dumps escapes all but ASCII, as a header must be.
    response.headers["HX-Trigger"] = json.dumps(events)
    return response


def toast(response: HttpResponse, text: str, level: ToastLevel = "success") -> HttpResponse:
    """Shows ``text`` for a few seconds when ``response`` arrives by htmx.

    For plain forms use ``django.contrib.messages``: the layouts show them as toasts too.
    """
    return trigger(response, "toast", {"text": text, "level": level})
