"""The public pages at the root of the product, and the outbox of demos and tests."""

from __future__ import annotations

from django.urls import path

from vafa.web.site import seals, views

app_name = "site"
urlpatterns = [
    path("", views.front, name="front"),
    path("club/<slug:slug>/", views.club_page, name="club"),
    path("c/<slug:slug>/checkpoint", seals.checkpoint, name="checkpoint"),
    path("c/<slug:slug>/checkpoints/<int:size>", seals.checkpoint_of, name="checkpoint-of"),
    path("c/<slug:slug>/consistency/<int:old>/<int:size>", seals.consistency, name="consistency"),
    path("c/<slug:slug>/key", seals.key, name="key"),
    path("check_statement.py", seals.checker, name="checker"),
    path("outbox/", views.outbox, name="outbox"),
]
