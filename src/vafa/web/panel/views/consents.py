"""What members are asked to allow, in which words, and which details they are asked for."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vafa.club.actions.consents import write_purpose
from vafa.club.actions.profile_fields import set_profile_fields
from vafa.club.models import ConsentPurpose
from vafa.club.reads.consents import list_purposes
from vafa.club.reads.profile import profile_fields as club_fields
from vafa.club.rules.consents import channel_words
from vafa.core.errors import InvalidInput, NotFound
from vafa.program.reads.promise import profile_brings
from vafa.web.panel.forms.membership import ProfileFieldsForm, PurposeForm
from vafa.web.panel.pages import panel_form, panel_page, panel_render
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest


@require_safe
@panel_page("club.settings")
def consents(request: PageRequest) -> HttpResponse:
    """Every purpose with the words that hold."""
    lang = current_lang()
    rows = [
        {
            "purpose": one,
            "name": one.said(lang),
            "words": one.words(lang),
            "ways": [channel_words(channel, lang) for channel in one.channels],
        }
        for one in list_purposes(request.club.id, with_closed=True)
    ]
    return panel_render(request, "panel/consents.html", {"rows": rows}, section="consents")


@require_http_methods(["GET", "POST"])
@panel_page("club.settings")
def new_consent(request: PageRequest) -> HttpResponse:
    """Ask for something new."""
    form = PurposeForm(request.POST or None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        if any(one.code == code for one in list_purposes(request.club.id, with_closed=True)):
            form.add_error("code", _("There is another one with this code."))
        elif _written(request, form, code):
            return _back()
    return _page(request, form, _("New consent"))


@require_http_methods(["GET", "POST"])
@panel_page("club.settings")
def edit_consent(request: PageRequest, code: str) -> HttpResponse:
    """Other words, other ways, or not asked for any more."""
    old = _find(request, code)
    form = PurposeForm(request.POST or None, old=old)
    if form.is_valid() and _written(request, form, code):
        return _back()
    return _page(request, form, old.said(current_lang()), old)


@require_http_methods(["GET", "POST"])
@panel_page("club.settings")
def profile_fields(request: PageRequest) -> HttpResponse:
    """Which details are asked, when, and what telling all of them brings."""
    fields = club_fields(request.club.id)
    form = ProfileFieldsForm(request.POST or None, asked=list(fields.all))
    if form.is_valid():
        set_profile_fields(request.club.id, form.wanted, by=request.actor.label)
        messages.success(request, _("The details are saved."))
        return HttpResponseRedirect(reverse("panel:profile-fields"))
    context = {"form": form, "brings": profile_brings(request.club, current_lang())}
    status = 422 if form.errors else 200
    return panel_render(
        request, "panel/profile_fields.html", context, section="profile-fields", status=status
    )


def _find(request: PageRequest, code: str) -> ConsentPurpose:
    found = [one for one in list_purposes(request.club.id, with_closed=True) if one.code == code]
    if not found:
        raise NotFound
    return found[0]


def _written(request: PageRequest, form: PurposeForm, code: str) -> bool:
    values = {name: value for name, value in form.cleaned_data.items() if name != "code"}
    if "is_active" not in values:
        values["is_active"] = True
    try:
        write_purpose(request.club.id, code, **values, by=request.actor.label)
    except InvalidInput as error:
        field = str(error.details.get("field", ""))
        form.add_error(field if field in form.fields else None, error.message(current_lang()))
        return False
    messages.success(request, _("From now on members are asked in these words."))
    return True


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("panel:consents"))


def _page(
    request: PageRequest, form: PurposeForm, said: str, old: ConsentPurpose | None = None
) -> HttpResponse:
    return panel_form(
        request, "panel/consent_form.html", form, section="consents", title=said, old=old
    )
