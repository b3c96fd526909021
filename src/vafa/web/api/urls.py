"""The API, version 1."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path
from ninja import NinjaAPI

from vafa.web.api.auth import ApiKeyAuth
from vafa.web.api.errors import install_handlers
from vafa.web.api.routes import members, purchases, rewards

api = NinjaAPI(
    title="Vafa API",
    version="1",
    description=(
        "Amounts are whole numbers of the smallest unit of the club's currency (rials); points are"
        " whole. Everything that moves value needs an `Idempotency-Key` header: repeating a request"
        " with the same key gives the same answer and moves nothing again. Errors are problem+json."
        " Send `Accept-Language: fa` for Persian explanations."
    ),
    auth=ApiKeyAuth(),
    urls_namespace="api",
)
install_handlers(api)
for _router in (members.router, purchases.router, rewards.router):
    api.add_router("", _router)


def unknown_address(request: HttpRequest) -> HttpResponse:
    """An address that the API does not have is a problem, not a page."""
    return api.on_exception(request, Http404())


urlpatterns = [path("", api.urls), re_path(r"^.*$", unknown_address)]
