"""The cards of one member."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vafa.club.access import access_member
from vafa.club.actions.cards import give_card, set_card_active
from vafa.club.models import Card
from vafa.club.reads.members import with_merged
from vafa.core.errors import DomainError, InvalidInput
from vafa.web.panel.forms.cards import CardForm
from vafa.web.panel.pages import panel_form, panel_page
from vafa.web.panel.views.corrections import access_unmerged
from vafa.web.panel.views.member import title
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest
from vafa.web.shared.undo import offer_undo


@require_http_methods(["GET", "POST"])
@panel_page("members.edit")
def cards(request: PageRequest, member_id: int) -> HttpResponse:
    """Her cards, and another one for her."""
    found = access_unmerged(request, member_id)
    form = CardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            give_card(
                request.club.id,
                found.id,
                number=form.cleaned_data["number"],
                by=request.actor.label,
            )
        except DomainError as error:
            form.add_error("number", error.message(current_lang()))
        else:
            messages.success(request, _("The card is hers now."))
            return HttpResponseRedirect(reverse("panel:member-cards", args=[found.id]))
    hers = Card.objects.filter(member_id__in=with_merged(found.id)).order_by("-is_active", "-id")
    return panel_form(
        request,
        "panel/member_cards.html",
        form,
        section="members",
        member=found,
        title=title(found),
        cards=hers[:100],
        url=reverse("panel:member", args=[found.id]),
    )


@require_POST
@panel_page("members.edit")
def switch(request: PageRequest, member_id: int, card_id: int) -> HttpResponse:
    """Close a lost card, or open it again (``active`` 0 or 1)."""
    found = access_member(request.actor, member_id)
    wanted = request.POST.get("active")
    if wanted not in ("0", "1"):
        raise InvalidInput(field="active")
    set_card_active(request.club.id, found.id, card_id, wanted == "1", by=request.actor.label)
    if wanted == "1":
        messages.success(request, _("The card works again."))
    else:
        offer_undo(
            request,
            _("The card is closed; it finds nobody any more."),
            reverse("panel:member-card", args=[found.id, card_id]),
            active="1",
        )
    return HttpResponseRedirect(reverse("panel:member-cards", args=[found.id]))
