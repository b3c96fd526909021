"""The API, version 1."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path
from ninja import NinjaAPI

from vafa.web.api.auth import ApiKeyAuth
from vafa.web.api.bodies import taking_bodies
from vafa.web.api.errors import install_handlers, method_refused
from vafa.web.api.routes import (
    attributes,
    connection,
    consents,
    corrections,
    happenings,
    households,
    joining,
    members,
    products,
    proofs,
    purchases,
    reservations,
    rewards,
    segments,
    vouchers,
)

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
_routers = (
    members.router,
    joining.router,
    attributes.router,
    consents.router,
    purchases.router,
    products.router,
    reservations.router,
    rewards.router,
    corrections.router,
    households.router,
    happenings.router,
    segments.router,
    vouchers.router,
    proofs.router,
    connection.router,
)
for _router in _routers:
    api.add_router("", _router)


def unknown_address(request: HttpRequest) -> HttpResponse:
    """An address that the API does not have is a problem, not a page."""
    return api.on_exception(request, Http404())


def _problems_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """ninja answers a wrong method with a page."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        return method_refused(request, response) if response.status_code == 405 else response

    return answer


_urls = api.urls
for _pattern in _urls[0]:
    assert _pattern.callback is not None
    _pattern.callback = taking_bodies(_problems_only(_pattern.callback), api.on_exception)
urlpatterns = [path("", _urls), re_path(r"^.*$", unknown_address)]
