"""Addresses for these tests alone: the shared ones, and views that fail on purpose."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from vafa.core.errors import Forbidden, InvalidInput
from vafa.web.shared.context import PageClub, use_club
from vafa.web.shared.errors import error_alert, handles_errors


@handles_errors
def refused(request: HttpRequest) -> HttpResponse:
    raise Forbidden


def alert(request: HttpRequest) -> HttpResponse:
    return error_alert(request, InvalidInput(field="<b>"))


def english_club(request: HttpRequest) -> HttpResponse:
    use_club(request, PageClub(name="Wool & Co", display_unit="pound", language="en"))
    return refused(request)


def crash(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


urlpatterns = [
    path("ui/", include("vafa.web.shared.urls")),
    path("refused", refused),
    path("alert", alert),
    path("english", english_club),
    path("crash", crash),
]
handler404 = "vafa.web.shared.errors.page_not_found"
handler500 = "vafa.web.shared.errors.server_error"
