"""The terms of membership: written, published from a day on, and kept as they were."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.club.actions.terms import (
    asked_by_publishing,
    discard_draft,
    publish_terms,
    save_draft,
    withdraw_planned,
)
from vafa.club.models import Terms
from vafa.club.reads.terms import draft_of, list_terms, version_in_force
from vafa.core.clock import now
from vafa.core.errors import DomainError, NotFound
from vafa.web.panel.forms.membership import PublishTermsForm, TermsForm
from vafa.web.panel.pages import page_calendar, panel_page, panel_render
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

_FIELDS = ("text", "text_en", "changes", "changes_en")


@require_http_methods(["GET", "POST"])
@panel_page("club.settings")
def terms(request: PageRequest) -> HttpResponse:
    """What holds, what is being written, and every version; keeps a draft."""
    draft = draft_of(request.club.id)
    form = TermsForm(request.POST or None, initial=_beginning(request, draft))
    if form.is_valid():
        save_draft(request.club.id, **form.cleaned_data, by=request.actor.label)
        messages.success(
            request, _("The draft is kept. Nobody is asked for it before it is published.")
        )
        return _back()
    return _page(request, form, draft)


@require_POST
@panel_page("club.settings")
def publish(request: PageRequest) -> HttpResponse:
    """The draft holds, now or from a day on; first it is said what that means, and asked."""
    form = PublishTermsForm(request.POST, calendar=page_calendar(request))
    draft = draft_of(request.club.id)
    if form.is_valid():
        day = form.cleaned_data["starts_on"]
        start: datetime | None = request.club.day_start(day) if day else None
        if day and day == request.club.local_date(now()):
            start = None
        try:
            if "sure" not in request.POST:
                return _first_page(request, draft, form, _asking(request, form, start))
            made = publish_terms(
                request.club.id,
                starts_at=start,
                asks_again=form.cleaned_data["asks_again"],
                by=request.actor.label,
            )
        except DomainError as error:
            form.add_error("starts_on" if draft else None, error.message(current_lang()))
        else:
            said = (
                _("The terms hold from now on.") if start is None else _("The terms are published.")
            )
            messages.success(request, said)
            return HttpResponseRedirect(reverse("panel:terms-version", args=[made.version]))
    return _first_page(request, draft, form)


@require_POST
@panel_page("club.settings")
def discard(request: PageRequest) -> HttpResponse:
    """What was being written is gone."""
    discard_draft(request.club.id, by=request.actor.label)
    messages.success(request, _("The draft is thrown away."))
    return _back()


@require_safe
@panel_page("club.settings")
def version(request: PageRequest, number: int) -> HttpResponse:
    """One version as it was published."""
    found = Terms.objects.filter(club_id=request.club.id, version=number).first()
    if found is None:
        raise NotFound
    context = {"terms": found, "is_planned": _is_planned(found)}
    return panel_render(request, "panel/terms_version.html", context, section="terms")


@require_POST
@panel_page("club.settings")
def withdraw(request: PageRequest, number: int) -> HttpResponse:
    """Terms whose day has not come are a draft again."""
    withdraw_planned(request.club.id, number, by=request.actor.label)
    messages.success(request, _("They are not published any more."))
    return _back()


def _beginning(request: PageRequest, draft: Terms | None) -> dict[str, Any]:
    """The draft, or what holds, to write on."""
    if draft is not None:
        return {field: getattr(draft, field) for field in _FIELDS}
    newest = next(iter(list_terms(request.club.id)), None)
    return {"text": newest.text, "text_en": newest.text_en} if newest else {}


def _asking(request: PageRequest, form: PublishTermsForm, start: datetime | None) -> dict[str, Any]:
    """What publishing as typed will do. Raises as ``publish_terms``."""
    asks_again = form.cleaned_data["asks_again"]
    return {
        "people": asked_by_publishing(request.club.id, starts_at=start, asks_again=asks_again),
        "start": start,
        "starts_on": request.POST.get("starts_on", ""),
        "asks_again": asks_again,
    }


def _first_page(
    request: PageRequest,
    draft: Terms | None,
    publishing: PublishTermsForm,
    asking: dict[str, Any] | None = None,
) -> HttpResponse:
    form = TermsForm(initial=_beginning(request, draft))
    return _page(request, form, draft, publishing, asking)


def _page(
    request: PageRequest,
    form: TermsForm,
    draft: Terms | None,
    publishing: PublishTermsForm | None = None,
    asking: dict[str, Any] | None = None,
) -> HttpResponse:
    in_force = version_in_force(request.club.id)
    context = {
        "form": form,
        "draft": draft,
        "asking": asking,
        "publishing": publishing or PublishTermsForm(calendar=page_calendar(request)),
        "versions": [
            {
                "terms": one,
                "is_planned": _is_planned(one),
                "in_force": one.version == in_force,
            }
            for one in list_terms(request.club.id)
        ],
    }
    is_refused = bool(form.errors) or bool(publishing and publishing.errors)
    return panel_render(
        request, "panel/terms.html", context, section="terms", status=422 if is_refused else 200
    )


def _is_planned(found: Terms) -> bool:
    return found.starts_at is not None and found.starts_at > now()


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("panel:terms"))
