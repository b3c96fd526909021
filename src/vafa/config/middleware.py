"""Which requests pass the machinery of pages, and what browsers may load on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string

from vafa.config.health import HEALTH_PATH
from vafa.web.shared.origin import entering

Handler = Callable[[HttpRequest], HttpResponseBase]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        # The QR scanner of the till is WebAssembly.
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)


class FaceMiddleware:
    """Sends the API straight to its view, and pages through ``settings.FACE_MIDDLEWARE``.

    The API knows no cookies, sessions or languages of a browser; passing their machinery would
    cost it a third of its speed.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.view_hooks: list[Callable[..., HttpResponseBase | None]] = []
        self.template_hooks: list[Callable[..., HttpResponseBase]] = []
        self.exception_hooks: list[Callable[..., HttpResponseBase | None]] = []
        self.pages = self._chain(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == HEALTH_PATH:
            return _health()
        with entering(request):
            if request.path_info.startswith("/api/"):
                response = self.get_response(request)
                response.headers["X-Content-Type-Options"] = "nosniff"
                return response
            return self.pages(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Runs the pages' own view hooks (CSRF among them); the API has none."""
        if request.path_info.startswith("/api/"):
            return None
        for hook in self.view_hooks:
            response = hook(request, view, args, kwargs)
            if response is not None:
                return response
        return None

    def process_template_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not request.path_info.startswith("/api/"):
            for hook in self.template_hooks:
                response = hook(request, response)
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        if request.path_info.startswith("/api/"):
            return None
        for hook in self.exception_hooks:
            response = hook(request, exception)
            if response is not None:
                return response
        return None

    def _chain(self, handler: Handler) -> Handler:
        """What Django itself does with MIDDLEWARE, for the inner list."""
        for path in reversed(settings.FACE_MIDDLEWARE):
            layer = import_string(path)(handler)
            if hasattr(layer, "process_view"):
                self.view_hooks.insert(0, layer.process_view)
            if hasattr(layer, "process_template_response"):
                self.template_hooks.append(layer.process_template_response)
            if hasattr(layer, "process_exception"):
                self.exception_hooks.append(layer.process_exception)
            # Django's types also allow for asynchronous layers, which we have none of.
            handler = cast(Handler, convert_exception_to_response(layer))
        return handler


def _health() -> HttpResponse:
    """200 when this process and the database answer, else 503; for balancers and the supervisor."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except OperationalError:
        return HttpResponse("the database does not answer\n", "text/plain", status=503)
    return HttpResponse("ok\n", "text/plain")


class ContentSecurityPolicy:
    """Names what a page may load: only our own files, and nobody may frame it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response
