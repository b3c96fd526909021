"""The one place where pages turn a refusal into words.

``DomainErrorMiddleware`` catches what a view lets pass; ``handles_errors`` does the same for one
view; ``error_alert`` is for a view that shows the sentence inside its own fragment.
"""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from vafa.core.errors import DomainError
from vafa.core.outages import outage_of
from vafa.web.shared.context import current_lang
from vafa.web.shared.htmx import is_htmx, toast
from vafa.web.shared.language import LANGUAGE_COOKIE, LANGUAGES

View = Callable[..., HttpResponseBase]
# app.js swaps an error answer into its target only when it bears this header.
FRAGMENT_HEADER = "X-Vafa-Fragment"
# By this a page's script knows that the form was only open too long.
CSRF_HEADER = "X-Vafa-Csrf"
_logger = logging.getLogger("vafa.web")


def error_alert(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The sentence as an alert fragment, with the error's status; htmx puts it into the target."""
    response = render(
        request,
        "shared/components/alert.html",
        {"text": error.message(current_lang()), "level": "error", "code": error.code},
        status=error.status,
    )
    response.headers[FRAGMENT_HEADER] = "1"
    return with_patience(response, error)


def error_toast(error: DomainError) -> HttpResponse:
    """The sentence as a toast; the page stays as it is."""
    response = HttpResponse(status=error.status, headers={"HX-Reswap": "none"})
    return with_patience(toast(response, error.message(current_lang()), "error"), error)


def error_response(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A toast for htmx, a whole page for a plain request."""
    if is_htmx(request):
        return error_toast(error)
    referer = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(referer, allowed_hosts={request.get_host()})
    context = {
        "text": error.message(current_lang()),
        "code": error.code,
        "back_url": referer if own else "/",
    }
    response = render(request, "shared/error_page.html", context, status=error.status)
    return with_patience(response, error)


def with_patience(response: HttpResponse, error: DomainError) -> HttpResponse:
    """The response that tells of the error, with when to try again where the error says so."""
    if error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def handles_errors(view: View) -> View:
    """Decorator: a DomainError of ``view`` becomes ``error_response``'s answer."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            return error_response(request, error)

    return wrapped


def outage_response(
    request: HttpRequest, outage: DomainError, error: BaseException
) -> HttpResponse:
    """A page or toast that touches neither database nor session, for when there is none."""
    _logger.warning("without its database at %s: %s", request.path, error)
    if is_htmx(request):
        return error_toast(outage)
    context = {
        "text": outage.message(current_lang()),
        "url": request.get_full_path() if request.method == "GET" else "/",
    }
    response = render(request, "shared/503.html", context, status=outage.status)
    return with_patience(response, outage)


class DomainErrorMiddleware:
    """Renders any DomainError that a view of a page raises."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django's hook: a response for our own errors and for outages, None for all others."""
        if isinstance(exception, DomainError):
            return error_response(request, exception)
        outage = outage_of(exception)
        return outage_response(request, outage, exception) if outage is not None else None


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler404`` of the root URLconf."""
    return render(request, "shared/404.html", status=404)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler403`` of the root URLconf."""
    return render(request, "shared/403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler400`` of the root URLconf."""
    return render(request, "shared/400.html", status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """For ``settings.CSRF_FAILURE_VIEW``: the form was open too long, or is not ours."""
    response = render(request, "shared/403_csrf.html", status=403)
    response.headers[CSRF_HEADER] = "1"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500`` of the root URLconf. Touches neither database nor session.

    Also where outages end that came before any view, as when a session could not be read.
    """
    error = sys.exc_info()[1]
    outage = outage_of(error)
    if outage is not None and error is not None:
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        with translation.override(chosen if chosen in LANGUAGES else "fa"):
            return outage_response(request, outage, error)
    return render(request, "shared/500.html", status=500)
