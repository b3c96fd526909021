"""The user guide as it is read in the product: its Markdown, made into chapters with sections.

Written for both readers of the files: what leads from chapter to chapter there (``till.md#returns``)
leads so here too, and a heading's own name stands above it as ``<a id="returns"></a>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from vafa.web.shared.guide_files import GUIDE

CONTENTS: Final = "README"
_NAME = re.compile(r'<a id="([a-z][a-z0-9-]*)"></a>')
_CHAPTER = re.compile(r"([a-z-]+|README)\.md(#[a-z0-9-]+)?")
# Where the header of a WebP picture has width and height, in how many bytes, and how much less
# than they are: of a plain lossy one, and of one with more in it. No picture is wider than 14 bits.
_LOW_BITS: Final = 0x3FFF
_WEBP_SIZE: Final = {b"VP8 ": (26, 28, 2, 0), b"VP8X": (24, 27, 3, 1)}


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the second order: its name in addresses, and its words."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """One page of the guide; ``text`` is HTML without the title."""

    name: str
    title: str
    text: SafeString
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """The guide in one language; the chapters as the page of contents names them."""

    contents: Chapter
    chapters: tuple[Chapter, ...]

    def chapter(self, name: str) -> Chapter | None:
        """The chapter of that name, None where there is none."""
        return next((one for one in self.chapters if one.name == name), None)

    def beside(self, name: str) -> tuple[Chapter | None, Chapter | None]:
        """The chapters before and after that one, as they are read."""
        names = [one.name for one in self.chapters]
        n = names.index(name)
        before = self.chapters[n - 1] if n else None
        return before, self.chapters[n + 1] if n + 1 < len(names) else None


def read_guide(lang: str, folder: Path = GUIDE) -> Guide:
    """The guide in ``lang``, read again when one of its files has changed.

    Raises ImproperlyConfigured where the build has not brought it into the package.
    """
    files = sorted((folder / lang).glob("*.md"))
    if not files:
        raise ImproperlyConfigured("The guide is not built: run `python -m vafa.web.shared.build`.")
    return _read(lang, folder, max(file.stat().st_mtime_ns for file in files))


@lru_cache(maxsize=4)
def _read(lang: str, folder: Path, changed: int) -> Guide:
    contents = _chapter(lang, folder, CONTENTS)
    source = (folder / lang / f"{CONTENTS}.md").read_text("utf-8")
    names = dict.fromkeys(found[1] for found in re.finditer(r"\(([a-z-]+)\.md\)", source))
    return Guide(contents, tuple(_chapter(lang, folder, name) for name in names))


def _chapter(lang: str, folder: Path, name: str) -> Chapter:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = list(_named(parser.parse((folder / lang / f"{name}.md").read_text("utf-8"))))
    title, body = tokens[1].content, tokens[3:]
    sections = tuple(
        Section(str(token.attrs["id"]), words.content)
        for token, words in pairwise(body)
        if token.type == "heading_open" and token.tag == "h2" and "id" in token.attrs
    )
    for token in body:
        for child in token.children or ():
            _lead(child, lang, folder)
    text = _Renderer(parser).render(body, parser.options, {})
    # It is the guide's own text, without any HTML of its own.
    return Chapter(name, title, mark_safe(text), sections)  # noqa: S308


def _named(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens, with each heading named as the line above it says."""
    name, n = "", 0
    while n < len(tokens):
        token = tokens[n]
        says = token.type == "paragraph_open" and _NAME.fullmatch(tokens[n + 1].content)
        if says:
            name, n = says[1], n + 3
            continue
        if token.type == "heading_open" and name:
            token.attrSet("id", name)
            name = ""
        yield token
        n += 1


def _lead(token: Token, lang: str, folder: Path) -> None:
    """Make a link to a chapter and the place of a picture right for the product's addresses."""
    if token.type == "link_open":
        chapter = _CHAPTER.fullmatch(str(token.attrs["href"]))
        if chapter:
            token.attrSet("href", guide_url(lang, chapter[1]) + (chapter[2] or ""))
    if token.type == "image":
        place = str(token.attrs["src"]).removeprefix("../")
        width, height = picture_size((folder / place).read_bytes())
        token.attrs |= {"src": static(f"guide/{place}"), "width": width, "height": height}


def guide_url(lang: str, chapter: str = CONTENTS) -> str:
    """The address of a chapter, or of the page of contents."""
    if chapter == CONTENTS:
        return reverse("site:guide-contents", args=(lang,))
    return reverse("site:guide", args=(lang, chapter))


def picture_size(picture: bytes) -> tuple[int, int]:
    """Width and height in pixels of a WebP picture (developers.google.com/speed/webp/docs/riff_container).

    Raises ValueError for anything else.
    """
    if picture[:4] != b"RIFF" or picture[12:16] not in _WEBP_SIZE:
        raise ValueError("not a WebP picture as the guide has them")
    wide, high, count, less = _WEBP_SIZE[picture[12:16]]
    width, height = (
        (int.from_bytes(picture[at : at + count], "little") & _LOW_BITS) + less
        for at in (wide, high)
    )
    return width, height


class _Renderer(RendererHTML):
    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A picture that leads to itself in full size, and keeps its place before it has come."""
        token = tokens[idx]
        source, words = escape(str(token.attrs["src"])), escape(token.content)
        width, height = token.attrs["width"], token.attrs["height"]
        return (
            f'<a class="picture" href="{source}"><img src="{source}" alt="{words}" '
            f'width="{width}" height="{height}" loading="lazy"></a>'
        )
