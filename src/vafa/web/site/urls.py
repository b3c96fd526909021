"""The public pages at the root of the product, and the outbox of demos and tests."""

from __future__ import annotations

from django.urls import path

from vafa.web.site import views

app_name = "site"
urlpatterns = [
    path("", views.front, name="front"),
    path("club/<slug:slug>/", views.club_page, name="club"),
    path("outbox/", views.outbox, name="outbox"),
]
