"""The user guide: for everybody, in both languages, with nothing of any club in it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from vafa.web.shared.context import current_lang
from vafa.web.shared.guide_files import LANGUAGES
from vafa.web.site.guide_text import guide_url, read_guide


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """To the contents, in the language that the visitor reads."""
    return HttpResponseRedirect(guide_url(current_lang()))


@require_safe
def guide(request: HttpRequest, lang: str, chapter: str = "") -> HttpResponse:
    """One chapter in the language of its address, whatever the visitor chose elsewhere."""
    if lang not in LANGUAGES:
        raise Http404
    book = read_guide(lang)
    open_chapter = book.chapter(chapter) if chapter else book.contents
    if open_chapter is None:
        raise Http404
    before, after = book.beside(chapter) if chapter else (None, book.chapters[0])
    other = next(one for one in LANGUAGES if one != lang)
    context = {
        "chapter": open_chapter,
        "chapters": [(one, guide_url(lang, one.name)) for one in book.chapters],
        "contents": book.contents,
        "contents_url": guide_url(lang),
        "is_contents": not chapter,
        "before": before and (before, guide_url(lang, before.name)),
        "after": after and (after, guide_url(lang, after.name)),
        "other_url": guide_url(other, open_chapter.name),
    }
    with translation.override(lang):
        response = render(request, "site/guide.html", context)
    response.headers["Content-Language"] = lang
    return response
