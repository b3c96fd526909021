"""The public pages at the root of the product, and the outbox of demos and tests."""

from __future__ import annotations

from django.urls import path

from vafa.web.site import draws, guide, invitations, membership, seals, views

app_name = "site"
urlpatterns = [
    path("", views.front, name="front"),
    path("club/<slug:slug>/", views.club_page, name="club"),
    path("club/<slug:slug>/r/<slug:code>/", invitations.invitation, name="invitation"),
    path("club/<slug:slug>/i/<slug:code>/", invitations.joining_link, name="joining-link"),
    path("club/<slug:slug>/terms/", membership.terms, name="terms"),
    path("club/<slug:slug>/terms/<int:number>/", membership.terms, name="terms-version"),
    path("u/<slug:token>", membership.way_out, name="way-out"),
    path("u/<slug:token>/stop/<str:consent>", membership.stop, name="stop"),
    path("club/<slug:slug>/draws/", draws.draws, name="draws"),
    path("club/<slug:slug>/draws/<int:draw_id>/", draws.draw, name="draw"),
    path("c/<slug:slug>/draws/<int:draw_id>/draw.json", draws.file, name="draw-file"),
    path("c/<slug:slug>/draws/<int:draw_id>/list.txt", draws.entrants, name="draw-list"),
    path("check_draw.py", draws.checker, name="draw-checker"),
    path("c/<slug:slug>/checkpoint", seals.checkpoint, name="checkpoint"),
    path("c/<slug:slug>/checkpoints/<int:size>", seals.checkpoint_of, name="checkpoint-of"),
    path("c/<slug:slug>/consistency/<int:old>/<int:size>", seals.consistency, name="consistency"),
    path("c/<slug:slug>/key", seals.key, name="key"),
    path("check_statement.py", seals.checker, name="checker"),
    path("guide/", guide.front, name="guide-front"),
    path("guide/<str:lang>/", guide.guide, name="guide-contents"),
    path("guide/<str:lang>/<slug:chapter>/", guide.guide, name="guide"),
    path("outbox/", views.outbox, name="outbox"),
]
