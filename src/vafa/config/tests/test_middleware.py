"""Pages pass the machinery of browsers; the API does not."""

from __future__ import annotations

import gzip

import pytest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from vafa.config import urls
from vafa.config.middleware import FaceMiddleware


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("moved")


# Beside the product's own addresses, which its error pages link to.
urlpatterns = [path("api/v1/move", view), path("page", view), *urls.urlpatterns]

in_this_module = override_settings(ROOT_URLCONF=__name__)


@in_this_module
def test_a_page_is_protected_and_names_what_it_may_load() -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get("/page")
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval'" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert client.post("/page").status_code == 403, "a form without its token"


@in_this_module
def test_the_api_goes_straight_to_its_view() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/api/v1/move")
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" not in answer.headers
    assert not answer.cookies


@in_this_module
def test_a_long_page_is_sent_short(database: None) -> None:
    short = Client().get("/portal/login/", headers={"Accept-Encoding": "gzip"})
    assert short.headers["Content-Encoding"] == "gzip"
    whole = Client().get("/portal/login/")
    assert "Content-Encoding" not in whole.headers
    assert b"<html" in gzip.decompress(short.content)
    assert len(short.content) * 2 < len(whole.content)


@in_this_module
def test_a_path_that_only_looks_like_the_api_is_a_page() -> None:
    assert "Content-Security-Policy" in Client().get("/apiary").headers
    assert "Content-Security-Policy" in Client().get("/panel/api/").headers


@in_this_module
def test_hooks_of_pages_do_not_see_the_api() -> None:
    seen = []
    layer = FaceMiddleware(view)
    assert any(isinstance(hook.__self__, CsrfViewMiddleware) for hook in layer.view_hooks)  # type: ignore[attr-defined]  # bound methods
    layer.view_hooks.append(lambda request, *_: seen.append(request.path_info))
    for address in ("/api/v1/move", "/page"):
        layer.process_view(RequestFactory().get(address), view, (), {})
    assert seen == ["/page"]


@pytest.mark.django_db
def test_the_health_page_needs_no_cookie_and_no_name() -> None:
    answer = Client().get("/healthz", headers={"host": "10.0.0.7"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert not answer.cookies
