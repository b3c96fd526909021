"""What all faces share; included at ``/ui/``."""

from __future__ import annotations

from django.urls import path

from vafa.web.shared import gallery, language

app_name = "ui"
urlpatterns = [
    path("language", language.set_language, name="language"),
    path("theme", language.set_theme, name="theme"),
    path("gallery", gallery.gallery, name="gallery"),
    path("gallery/<slug:layout>", gallery.layout, name="gallery-layout"),
]
