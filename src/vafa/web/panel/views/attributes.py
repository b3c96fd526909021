"""What the club wants to know of its members: the list, and what is known of one of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vafa.club.access import access_member
from vafa.club.actions.attributes import change_attribute, define_attribute, set_attributes
from vafa.club.errors import AttributeKeyTaken
from vafa.club.models import MemberAttribute
from vafa.club.reads.attributes import find_attribute, list_attributes
from vafa.web.panel.forms.attributes import KIND_WORDS, AttributeForm, MemberAttributesForm
from vafa.web.panel.pages import (
    page_calendar,
    panel_form,
    panel_page,
    panel_render,
)
from vafa.web.panel.views.member import title
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest


@require_safe
@panel_page("members.view")
def attributes(request: PageRequest) -> HttpResponse:
    """All attributes with their kinds, those not in use any more too."""
    lang = current_lang()
    rows = [
        {"attribute": a, "name": a.said(lang), "kind": KIND_WORDS[a.kind]}
        for a in list_attributes(request.club.id, with_closed=True)
    ]
    return panel_render(request, "panel/attributes.html", {"rows": rows}, section="segments")


@require_http_methods(["GET", "POST"])
@panel_page("segments.edit")
def new_attribute(request: PageRequest) -> HttpResponse:
    """Ask something new of members."""
    form = AttributeForm(request.POST or None)
    if form.is_valid() and _defined(request, form):
        return _saved()
    return _page(request, form, _("New attribute"))


@require_http_methods(["GET", "POST"])
@panel_page("segments.edit")
def edit_attribute(request: PageRequest, key: str) -> HttpResponse:
    """Call it by another name, change its choices, or ask it of nobody any more."""
    old = find_attribute(request.club.id, key)
    form = AttributeForm(request.POST or None, old=old, initial=AttributeForm.values_of(old))
    if form.is_valid():
        change_attribute(request.club.id, key, **form.cleaned_data, by=request.actor.label)
        return _saved()
    return _page(request, form, old.said(current_lang()))


@require_http_methods(["GET", "POST"])
@panel_page("members.edit")
def member_attributes(request: PageRequest, member_id: int) -> HttpResponse:
    """Write what is known of a member."""
    found = access_member(request.actor, member_id)
    calendar = page_calendar(request)
    form = MemberAttributesForm(
        request.POST or None,
        attributes=list_attributes(request.club.id),
        known=found.attributes,
        lang=current_lang(),
        calendar=calendar,
    )
    url = reverse("panel:member", args=[found.id])
    if form.is_valid():
        values = form.cleaned_data
        set_attributes(request.club.id, found.id, values, by=request.actor.label)
        messages.success(request, _("The details are saved."))
        return HttpResponseRedirect(url)
    return panel_form(
        request,
        "panel/member_attributes.html",
        form,
        section="members",
        member=found,
        title=title(found),
        url=url,
    )


def _defined(request: PageRequest, form: AttributeForm) -> bool:
    values = dict(form.cleaned_data)
    values["key"] = values["key"] or _fresh_key(request.club.id, values["name_en"])
    try:
        define_attribute(request.club.id, **values, by=request.actor.label)
    except AttributeKeyTaken as error:
        form.add_error("key", error.message(current_lang()))
        return False
    return True


def _fresh_key(club_id: int, name_en: str) -> str:
    taken = set(MemberAttribute.objects.filter(club_id=club_id).values_list("key", flat=True))
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in name_en.lower()).split()
    base = "_".join(words)[:36].strip("_")
    if not base or not base[0].isalpha():
        base = "attribute"
    names = [base, *(f"{base}_{n}" for n in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def _saved() -> HttpResponse:
    return HttpResponseRedirect(reverse("panel:attributes"))


def _page(request: PageRequest, form: Any, said: str) -> HttpResponse:
    return panel_form(request, "panel/attribute_form.html", form, section="segments", title=said)
