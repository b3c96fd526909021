"""Posters and counter cards with a QR that leads into the club, ready for print."""

from __future__ import annotations

import io
from typing import Any

import segno
from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from vafa.club.access import access_joining_code
from vafa.club.models import JoiningCode
from vafa.club.reads.joining import list_joining_codes
from vafa.program.errors import NoLiveProgram
from vafa.program.reads.promise import promise
from vafa.web.panel.pages import number_of, panel_page, panel_render
from vafa.web.panel.views.joining import link_of
from vafa.web.shared.context import current_lang
from vafa.web.shared.documents import render_pdf, render_png
from vafa.web.shared.sessions import PageRequest

_SIZES = [
    ("a4", gettext_lazy("A4: for the door or the wall")),
    ("a5", gettext_lazy("A5: for the counter")),
    ("tent", gettext_lazy("A6 card that stands: fold the sheet in the middle")),
]
_LANGUAGES = [("fa", gettext_lazy("Persian")), ("en", gettext_lazy("English"))]
_MOST_GAINS = 3
_LONGEST_GAIN = 70
_MOST_CODES = 100
_DOTS = 72


class PosterForm(forms.Form):
    """Which poster; what makes no sense in an address gives the first of each."""

    size = forms.ChoiceField(label=gettext_lazy("Size"), choices=_SIZES)
    lang = forms.ChoiceField(label=gettext_lazy("Language"), choices=_LANGUAGES)
    code = forms.ChoiceField(label=gettext_lazy("Leads to"), required=False)

    def __init__(self, *args: Any, codes: list[JoiningCode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        assert isinstance(code, forms.ChoiceField)
        code.choices = [
            ("", _("The club's public page")),
            *((str(one.pk), f"{one.name} ({one.code})") for one in codes),
        ]


@require_safe
@panel_page("codes.edit")
def posters(request: PageRequest) -> HttpResponse:
    """Choose size, language and where it leads; see it, and take it as PDF."""
    codes = [c for c in list_joining_codes(request.club.id, limit=_MOST_CODES) if c.is_active]
    wanted = _wanted(request)
    form = PosterForm(initial=wanted, codes=codes)
    query = "&".join(f"{name}={value}" for name, value in wanted.items())
    context = {
        "form": form,
        "pdf_url": f"{reverse('panel:poster')}?{query}",
        "preview_url": f"{reverse('panel:poster-preview')}?{query}",
    }
    return panel_render(request, "panel/posters.html", context, section="joining")


@require_safe
@panel_page("codes.edit")
def poster(request: PageRequest) -> HttpResponse:
    """The sheet as PDF."""
    wanted = _wanted(request)
    name = f"{request.club.slug}-{wanted['size']}-{wanted['lang']}.pdf"
    pdf = render_pdf("panel/poster.typ", _data(request, wanted))
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@panel_page("codes.edit")
def preview(request: PageRequest) -> HttpResponse:
    """The same as a picture, for the page."""
    picture = render_png("panel/poster.typ", _data(request, _wanted(request)), dots_per_inch=_DOTS)
    return HttpResponse(picture, content_type="image/png")


def _wanted(request: PageRequest) -> dict[str, str]:
    size, lang = request.GET.get("size", ""), request.GET.get("lang", "")
    code = number_of(request.GET.get("code"))
    return {
        "size": size if size in dict(_SIZES) else "a4",
        "lang": lang if lang in dict(_LANGUAGES) else current_lang(),
        "code": str(access_joining_code(request.actor, code).pk) if code else "",
    }


def _data(request: PageRequest, wanted: dict[str, str]) -> dict[str, Any]:
    """What the sheet says, in its own language."""
    club, lang = request.club, wanted["lang"]
    code = access_joining_code(request.actor, int(wanted["code"])) if wanted["code"] else None
    page = request.build_absolute_uri(reverse("site:club", args=[club.slug]))
    link = link_of(request, code) if code else page
    with translation.override(lang):
        return {
            "size": wanted["size"],
            "lang": lang,
            "dir": "rtl" if lang == "fa" else "ltr",
            "club": club.name,
            "headline": _("The customer club: what you buy brings you something"),
            "gains": _gains(request, lang),
            "how": _("Scan with your phone's camera and join"),
            "address": page.partition("://")[2].rstrip("/"),
            "code_label": _("Joining code"),
            "code": code.code if code and code.opens else "",
            "qr": _qr(link),
        }


def _gains(request: PageRequest, lang: str) -> list[str]:
    """The first sentences of the promise that are short enough to be read in passing."""
    try:
        rules = promise(request.club, lang).rules
    except NoLiveProgram:
        return []
    words = [said[:1].upper() + said[1:] for _rule, said in rules if len(said) <= _LONGEST_GAIN]
    return words[:_MOST_GAINS]


def _qr(link: str) -> str:
    """As SVG; a quarter of it may be dirty and it is still read."""
    out = io.BytesIO()
    segno.make(link, error="q", micro=False).save(out, kind="svg", border=2, dark="#17212B")
    return out.getvalue().decode()
