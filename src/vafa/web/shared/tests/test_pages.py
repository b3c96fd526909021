"""Language, theme and refusals, as a browser meets them."""

from __future__ import annotations

import gzip
import json

import pytest
from django.test import Client

from vafa.web.shared.assets import MANIFEST

pytestmark = [pytest.mark.django_db, pytest.mark.urls("vafa.web.shared.tests.urls")]


def test_a_page_is_persian_whatever_the_browser_prefers(client: Client) -> None:
    page = client.get("/ui/gallery/plain", headers={"Accept-Language": "en-GB"})
    assert page.headers["Content-Language"] == "fa"
    assert '<html lang="fa" dir="rtl">' in page.text


def test_the_chosen_language_stays(client: Client) -> None:
    back = client.post("/ui/language", {"lang": "en", "next": "/ui/gallery"})
    assert back.headers["Location"] == "/ui/gallery"
    assert '<html lang="en" dir="ltr">' in client.get("/ui/gallery").text
    client.post("/ui/language", {"lang": "de"})
    assert '<html lang="en" dir="ltr">' in client.get("/ui/gallery").text


def test_an_english_club_speaks_english_until_the_visitor_chooses(client: Client) -> None:
    page = client.get("/english")
    assert 'lang="en"' in page.text
    assert "Wool &amp; Co" in page.text
    assert page.headers["Content-Language"] == "en"
    client.post("/ui/language", {"lang": "fa"})
    assert 'lang="fa"' in client.get("/english").text


def test_the_theme_comes_with_the_first_byte(client: Client) -> None:
    assert "data-theme=" not in client.get("/ui/gallery/plain").text.split("<body")[0]
    client.post("/ui/theme", {"theme": "dark"})
    assert 'data-theme="vafa-dark"' in client.get("/ui/gallery/plain").text
    client.post("/ui/theme", {"theme": '"><script>'})
    assert 'data-theme="vafa-dark"' in client.get("/ui/gallery/plain").text


def test_a_switch_never_leads_elsewhere(client: Client) -> None:
    for target in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        back = client.post("/ui/language", {"lang": "en", "next": target})
        assert back.headers["Location"] == "/"


def test_switches_want_a_post_of_our_own() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.get("/ui/language").status_code == 405
    assert strict.post("/ui/language", {"lang": "en"}).status_code == 403


def test_a_refusal_is_a_page_or_a_toast_or_an_alert(client: Client) -> None:
    page = client.get("/refused")
    assert page.status_code == 403
    assert "این کار در دسترسی شما نیست." in page.text

    toast = client.get("/refused", headers={"HX-Request": "true"})
    assert toast.status_code == 403
    assert toast.headers["HX-Reswap"] == "none"
    detail = json.loads(toast.headers["HX-Trigger"])["toast"]
    assert detail == {"text": "این کار در دسترسی شما نیست.", "level": "error"}

    alert = client.get("/alert", headers={"HX-Request": "true"})
    assert alert.status_code == 422
    assert alert.headers["X-Vafa-Fragment"] == "1"
    assert 'role="alert"' in alert.text
    assert "&lt;b&gt;" in alert.text
    assert "<html" not in alert.text


def test_lost_and_broken_pages_speak_the_visitors_language(client: Client) -> None:
    client.raise_request_exception = False
    assert "این صفحه وجود ندارد" in client.get("/nowhere").text
    broken = client.get("/crash")
    assert broken.status_code == 500
    assert "مشکلی از سمت ما پیش آمد" in broken.text
    assert "on purpose" not in broken.text
    client.post("/ui/language", {"lang": "en"})
    assert "This page does not exist" in client.get("/nowhere").text


@pytest.mark.parametrize("lang", ["fa", "en"])
@pytest.mark.parametrize("path", ["", "/panel", "/portal", "/till", "/plain"])
def test_every_layout_renders_and_obeys_our_own_policy(
    client: Client, lang: str, path: str
) -> None:
    client.cookies["vafa_lang"] = lang
    page = client.get(f"/ui/gallery{path}")
    assert page.status_code == 200
    assert " style=" not in page.text
    assert " onclick=" not in page.text
    scripts = page.text.count("<script")
    inert = page.text.count('type="application/json"')
    assert scripts == inert + page.text.count('<script type="module" src=')


def test_the_gallery_is_not_for_customers(client: Client, settings: object) -> None:
    settings.OUTBOX_PAGE = False  # type: ignore[attr-defined]
    assert client.get("/ui/gallery").status_code == 404


def test_script_and_style_of_a_page_stay_light() -> None:
    files = json.loads(MANIFEST.read_text())
    folder = MANIFEST.parent
    packed = [
        gzip.compress((folder / files[name]).read_bytes()) for name in ("app.js", "style.css")
    ]
    assert sum(map(len, packed)) < 100_000
