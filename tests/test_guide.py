"""The user guide says the same in both languages, with the words that stand on the pages, and every
page's help link leads into it."""

from __future__ import annotations

import re
from functools import cache

import pytest
from babel.messages.pofile import read_po
from django.test import Client
from django.urls import reverse

from tests.architecture.access_table import ROUTES
from tests.world import World
from vafa.web.shared.build import PACKAGE
from vafa.web.shared.guide_files import GUIDE, LANGUAGES, SOURCE
from vafa.web.shared.help import PLACES, help_address
from vafa.web.site.guide_text import CONTENTS, Guide, read_guide

CHAPTERS = sorted(page.stem for page in (SOURCE / "fa").glob("*.md"))
PAGES = [(lang, chapter) for lang in LANGUAGES for chapter in CHAPTERS]
# Files, and parts of pages, which bear no link of their own.
_NO_PAGES = {
    *("panel:backtest-file", "panel:codes-export", "panel:audit-export", "panel:import-refused"),
    *("panel:invoice-file", "panel:members-export", "panel:members-sheet", "panel:poster"),
    *("panel:poster-preview", "panel:program-file", "panel:proforma", "panel:purchases-export"),
    *("panel:readiness-pdf", "panel:report-file", "panel:task-file"),
    *("portal:invoice", "portal:manifest", "portal:statement", "portal:worker"),
    *("till:alive", "till:snapshot", "till:worker"),
}
_HOLES = re.compile(r"%\\\(\w+\\\)[sd]|\\{\w+\\}")


def text_of(lang: str, chapter: str) -> str:
    return (SOURCE / lang / f"{chapter}.md").read_text("utf-8")


@cache
def guide(lang: str) -> Guide:
    return read_guide(lang, SOURCE)


@cache
def words(lang: str) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """What pages say in ``lang``: as it is, and with holes for names and numbers."""
    said: set[str] = set()
    for po in PACKAGE.rglob("locale/fa/LC_MESSAGES/django.po"):
        with po.open("rb") as source:
            for message in read_po(source, locale="fa"):
                texts = message.id if lang == "en" else message.string
                said.update([texts] if isinstance(texts, str) else texts)
    # A hole alone, or nearly alone, would let everything through.
    patterns = [
        re.compile(_HOLES.sub(".+", re.escape(text)))
        for text in said
        if re.search(r"%\(|{\w", text) and len(re.sub(r"%\(\w+\)[sd]|{\w+}", "", text)) > 5
    ]
    return frozenset(said), tuple(patterns)


def test_both_languages_have_the_same_chapters_with_the_same_sections() -> None:
    persian, english = guide("fa"), guide("en")
    assert [one.name for one in persian.chapters] == [one.name for one in english.chapters]
    assert {CONTENTS, *(one.name for one in persian.chapters)} == set(CHAPTERS)
    assert {page.stem for page in (SOURCE / "en").glob("*.md")} == set(CHAPTERS)
    for here, there in zip(persian.chapters, english.chapters, strict=True):
        assert [one.name for one in here.sections] == [one.name for one in there.sections], here


def test_every_help_link_leads_to_a_section() -> None:
    there = {(one.name, part.name) for one in guide("fa").chapters for part in one.sections}
    assert set(PLACES.values()) <= there
    assert set(PLACES) <= set(ROUTES), "names of pages that there are"
    assert help_address("till:home", "en") == reverse("site:guide", args=("en", "till")) + "#sale"
    assert help_address("site:club", "fa") == reverse("site:guide-contents", args=("fa",))


def test_every_page_has_its_place_in_the_guide() -> None:
    faces = ("panel:", "till:", "portal:")
    pages = {
        name for name, route in ROUTES.items() if route.method == "get" and name.startswith(faces)
    }
    assert pages - _NO_PAGES - set(PLACES) == set(), "write them into vafa/web/shared/help.py"


@pytest.mark.parametrize(("lang", "chapter"), PAGES)
def test_what_is_bold_stands_on_a_page(lang: str, chapter: str) -> None:
    said, patterns = words(lang)
    bold = set(re.findall(r"\*\*(.+?)\*\*", text_of(lang, chapter)))
    unknown = {
        word for word in bold - said if not any(pattern.fullmatch(word) for pattern in patterns)
    }
    assert unknown == set()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_persian_is_written_as_persian(chapter: str) -> None:
    text = re.sub(
        r"`[^`]*`|\]\([^)]*\)|<a [^>]*>|^\d+\.|A[456]", "", text_of("fa", chapter), flags=re.M
    )
    assert re.findall(r"[0-9يكة]", text) == []
    assert "!" not in text.replace("![", "[")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_links_and_pictures_are_there(lang: str) -> None:
    sections = {one.name: {part.name for part in one.sections} for one in guide(lang).chapters}
    shown = set()
    for chapter in CHAPTERS:
        for target in re.findall(r"\]\(([^)]+)\)", text_of(lang, chapter)):
            name, _, section = target.removesuffix(".md").replace(".md#", "#").partition("#")
            if target.startswith("../images/"):
                shown.add(target.removeprefix(f"../images/{lang}/"))
            else:
                assert name in sections and (not section or section in sections[name]), target
    assert shown == {picture.name for picture in (SOURCE / "images" / lang).iterdir()}


def test_the_pictures_are_small() -> None:
    assert sum(picture.stat().st_size for picture in SOURCE.glob("images/*/*")) < 2_500_000


def test_the_product_has_the_guide_as_it_is_written() -> None:
    for file in [*SOURCE.glob("*/*.md"), *SOURCE.glob("images/*/*")]:
        assert (GUIDE / file.relative_to(SOURCE)).read_bytes() == file.read_bytes(), file


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_read_in_the_language_of_its_address(lang: str) -> None:
    # No database: nothing of any club is in it.
    page = Client(HTTP_COOKIE="vafa_lang=fa").get(reverse("site:guide", args=(lang, "till")))
    html = page.content.decode()
    assert page.status_code == 200 and page.headers["Content-Language"] == lang
    assert f'<html lang="{lang}" dir="{"rtl" if lang == "fa" else "ltr"}"' in html
    assert 'id="returns"' in html and "<a id" not in html and ".md" not in html
    assert f"/guide/{'en' if lang == 'fa' else 'fa'}/till/" in html
    assert f"/static/guide/images/{lang}/till-bill.webp" in html


def test_what_is_not_there_is_not_found() -> None:
    for address in ("/guide/de/", "/guide/fa/README/", "/guide/fa/no-such-chapter/"):
        assert Client().get(address).status_code == 404
    assert Client().get("/guide/").headers["Location"] == "/guide/fa/"


def test_help_is_one_click_away(world: World) -> None:
    for role, address, place in (
        ("owner", "/panel/members/", "members/#find"),
        ("cashier", "/till/", "till/#sale"),
        ("member", "/portal/", "portal/#home"),
    ):
        page = world.client(role).get(address).content.decode()
        assert f'href="/guide/fa/{place}"' in page, role
