"""Another number for a member who has lost hers: one of the staff asks, a second one confirms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.club.access import access_number_change
from vafa.core.errors import DomainError, InvalidInput
from vafa.flows.entries import MAX_REASON
from vafa.flows.number_changes import decide_number_change, request_number_change
from vafa.insight.reads.house import actor_names
from vafa.insight.reads.number_changes import (
    NumberChangeRow,
    count_number_changes,
    list_number_changes,
)
from vafa.web.panel.pages import list_page, panel_page, panel_render
from vafa.web.panel.views.corrections import access_unmerged, member_form
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import MobileField, TextField
from vafa.web.shared.sessions import PageRequest


class NumberForm(forms.Form):
    """The new number, and how one knows that it is she who asks."""

    mobile = MobileField(label=gettext_lazy("New mobile"))
    reason = TextField(
        label=gettext_lazy("Reason"),
        max_length=MAX_REASON,
        help_text=gettext_lazy(
            "How do you know that it is she? For example which document you saw."
        ),
        error_messages={"required": gettext_lazy("Say why.")},
    )


@require_http_methods(["GET", "POST"])
@panel_page("members.edit")
def change_number(request: PageRequest, member_id: int) -> HttpResponse:
    """Ask for another number for a member; it waits for a second person."""
    found = access_unmerged(request, member_id)
    form = NumberForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            request_number_change(
                request.club,
                member_id=found.pk,
                mobile=data["mobile"],
                reason=data["reason"],
                actor=request.actor,
            )
        except DomainError as error:
            field = "mobile" if error.code in ("number_taken", "same_number") else None
            form.add_error(field, error.message(current_lang()))
        else:
            messages.info(request, _("It waits until a second person confirms."))
            return HttpResponseRedirect(reverse("panel:number-changes"))
    title = _("Another number for the member")
    return member_form(request, form, found, title, _("Ask for it"), number_rules=True)


@require_safe
@panel_page("members.edit", "corrections.approve")
def number_changes(request: PageRequest) -> HttpResponse:
    """All changes of numbers, those that wait first."""
    page, offset = list_page(request, count_number_changes(request.club))
    found = list_number_changes(request.club, limit=page.paginator.per_page, offset=offset)
    names = actor_names(request.club, {r.asked_by for r in found} | {r.decided_by for r in found})
    context = {"rows": [_told(request, row, names) for row in found], "page": page}
    return panel_render(
        request,
        "panel/number_changes.html",
        context,
        section="number-changes",
        fragment="panel/_number_change_list.html",
    )


@require_POST
@panel_page("corrections.approve")
def decide_number(request: PageRequest, change_id: int) -> HttpResponse:
    """The second person's word (``approve`` 1 or 0); final."""
    change = access_number_change(request.actor, change_id)
    answer = request.POST.get("approve")
    if answer not in ("0", "1"):
        raise InvalidInput(field="approve")
    try:
        decide_number_change(
            request.club, change_id=change.pk, approve=answer == "1", actor=request.actor
        )
    except DomainError as error:
        messages.error(request, error.message(current_lang()))
    else:
        done = _("The number is changed; for 24 hours nothing can be spent from the account.")
        messages.success(request, done if answer == "1" else _("The change is refused."))
    return HttpResponseRedirect(reverse("panel:number-changes"))


def _told(request: PageRequest, row: NumberChangeRow, names: dict[str, str]) -> dict[str, Any]:
    by_herself = row.asked_by.startswith("member:")
    return {
        "row": row,
        "asked_by": _("the member") if by_herself else names.get(row.asked_by, ""),
        "decided_by": "" if by_herself else names.get(row.decided_by, ""),
        "may_decide": row.status == "waiting"
        and row.asked_by != request.actor.label
        and request.actor.may("corrections.approve"),
    }
