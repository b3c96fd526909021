"""Every address of the product."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from vafa.config.setup_page import setup

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("vafa.web.api.urls")),
    path("ui/", include("vafa.web.shared.urls")),
    path("till/", include("vafa.web.till.urls")),
    path("portal/", include("vafa.web.portal.urls")),
    path("panel/", include("vafa.web.panel.urls")),
    path("setup/<str:token>/", setup, name="setup"),
    path("", include("vafa.web.site.urls")),
]

handler400 = "vafa.web.shared.errors.bad_request"
handler403 = "vafa.web.shared.errors.permission_denied"
handler404 = "vafa.web.shared.errors.page_not_found"
handler500 = "vafa.web.shared.errors.server_error"
