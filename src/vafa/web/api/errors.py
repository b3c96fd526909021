"""Every error of the API as problem+json (RFC 9457), made in this one place."""

from __future__ import annotations

import logging
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from vafa.core.errors import DomainError, StoredRefusal
from vafa.core.outages import outage_of
from vafa.web.api.complaints import complaints
from vafa.web.api.language import language_of

# On every answer that was given before under the same key (or receipt number); nothing moved now.
HIT_HEADER = "Idempotency-Hit"
_logger = logging.getLogger("vafa.api")
_TITLES = {
    "invalid_body": (
        "بدنهٔ درخواست خوانده نشد؛ JSON معتبر بفرستید.",
        "The body could not be read; send valid JSON.",
    ),
    "invalid_input": ("برخی مقدارها درست نیستند.", "Some values are not valid."),
    "idempotency_key_missing": (
        "هر مورد باید idempotency_key خودش را داشته باشد (۱ تا ۱۲۸ نویسه).",
        "Each item needs an idempotency_key of its own (1 to 128 characters).",
    ),
    "body_too_large": (
        "بدنهٔ درخواست از ۲٫۵ مگابایت بزرگ‌تر است.",
        "The body is larger than 2.5 MB.",
    ),
    "method_not_allowed": (
        "این نشانی چنین درخواستی (method) نمی‌پذیرد.",
        "This address does not take that method.",
    ),
    "not_found": ("چنین نشانی یا چیزی نیست.", "Not found."),
    "invalid_api_key": (
        "سرآیند Authorization با کلید معتبر (Bearer) لازم است.",
        "An Authorization header with a valid bearer key is required.",
    ),
    "server_error": (
        "خطایی در سرور پیش آمد؛ چیزی جابه‌جا نشد.",
        "The server failed; nothing has moved.",
    ),
}


def problem(
    status: int, code: str, title: str, details: dict[str, Any] | None = None
) -> HttpResponse:
    """A problem+json answer: type, title, status, code, and details where they help."""
    body: dict[str, Any] = problem_body(status, code, title, details)
    response = HttpResponse(
        orjson.dumps(body, default=str), status=status, content_type="application/problem+json"
    )
    response.headers["Content-Length"] = str(len(response.content))
    return response


def problem_body(
    status: int, code: str, title: str, details: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The JSON object of a problem (also within answers to batches)."""
    body: dict[str, Any] = {
        "type": f"urn:vafa:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
    }
    if details:
        body["details"] = details
    return body


def domain_problem(error: DomainError, lang: str) -> dict[str, Any]:
    """A refusal as a problem object, in the caller's language."""
    return problem_body(error.status, error.code, error.message(lang), error.details)


def install_handlers(api: NinjaAPI) -> None:
    """Let every exception of the API end in ``problem``."""

    def on_domain_error(request: HttpRequest, error: Any) -> HttpResponse:
        lang = language_of(request)
        response = problem(error.status, error.code, error.message(lang), error.details)
        if error.retry_after:
            response.headers["Retry-After"] = str(error.retry_after)
        if isinstance(error, StoredRefusal):
            response.headers[HIT_HEADER] = "true"
        return response

    def on_validation_error(request: HttpRequest, error: Any) -> HttpResponse:
        found = complaints(error.errors, language_of(request))
        if any(e["loc"][-1] == "idempotency_key" for e in error.errors):
            return _titled(request, 400, "idempotency_key_missing", {"errors": found})
        return _titled(request, 422, "invalid_input", {"errors": found})

    def on_http_error(request: HttpRequest, error: Any) -> HttpResponse:
        return _titled(request, 400, "invalid_body")

    def on_too_big(request: HttpRequest, error: Any) -> HttpResponse:
        return _titled(request, 413, "body_too_large")

    def on_not_found(request: HttpRequest, error: Any) -> HttpResponse:
        return _titled(request, 404, "not_found")

    def on_no_key(request: HttpRequest, error: Any) -> HttpResponse:
        response = _titled(request, 401, "invalid_api_key")
        response.headers["WWW-Authenticate"] = "Bearer"
        return response

    def on_crash(request: HttpRequest, error: Any) -> HttpResponse:
        outage = outage_of(error)
        if outage is not None:
            _logger.warning("the API was without its database at %s: %s", request.path, error)
            return on_domain_error(request, outage)
        _logger.exception("the API failed at %s", request.path)
        return _titled(request, 500, "server_error")

    api.add_exception_handler(DomainError, on_domain_error)
    api.add_exception_handler(ValidationError, on_validation_error)
    api.add_exception_handler(HttpError, on_http_error)
    api.add_exception_handler(RequestDataTooBig, on_too_big)
    api.add_exception_handler(Http404, on_not_found)
    api.add_exception_handler(AuthenticationError, on_no_key)
    api.add_exception_handler(Exception, on_crash)


def method_refused(request: HttpRequest, refusal: HttpResponse) -> HttpResponse:
    """A 405 as a problem, with the methods that the address does take."""
    response = _titled(request, 405, "method_not_allowed")
    response.headers["Allow"] = refusal.headers["Allow"]
    return response


def _titled(
    request: HttpRequest, status: int, code: str, details: dict[str, Any] | None = None
) -> HttpResponse:
    fa, en = _TITLES[code]
    return problem(status, code, fa if language_of(request) == "fa" else en, details)
