"""Two memberships of one person become one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vafa.club.access import access_member
from vafa.club.errors import CannotMerge, UnknownMember
from vafa.club.models import Member
from vafa.flows.merging import merge_members
from vafa.insight.reads.one_member import card_numbers, totals
from vafa.program.reads.revisions import live_program
from vafa.program.reads.standing import standing
from vafa.web.panel.finding import find_typed
from vafa.web.panel.forms.corrections import FindForm, MergeForm
from vafa.web.panel.member_filters import tier_mark
from vafa.web.panel.pages import number_of, panel_page, panel_render
from vafa.web.panel.views.corrections import access_unmerged, done, refuse, to_member
from vafa.web.shared.sessions import PageRequest


@require_http_methods(["GET", "POST"])
@panel_page("members.merge")
def merge(request: PageRequest, member_id: int) -> HttpResponse:
    """Find the other membership, look at both, and make them one; it cannot be undone."""
    keep = access_unmerged(request, member_id)
    number = number_of(request.GET.get("with") or request.POST.get("with"))
    if number is None:
        return _find(request, keep)
    gone = access_member(request.actor, number)
    if gone.id == keep.id or gone.merged_into_id is not None:
        raise CannotMerge
    form = MergeForm(request.POST or None)
    if form.is_valid():
        outcome = merge_members(
            request.club,
            keep_id=keep.id,
            gone_id=gone.id,
            reason=form.cleaned_data["reason"],
            actor=request.actor,
            key=form.key_text,
        )
        if done(form, outcome):
            messages.success(request, _("The two memberships are one."))
            return to_member(keep)
    return _page(
        request,
        keep,
        form=form,
        sides=[_side(request, keep), _side(request, gone)],
        swap_url=f"{reverse('panel:merge', args=[gone.id])}?with={keep.id}",
    )


def _find(request: PageRequest, keep: Member) -> HttpResponse:
    form = FindForm(request.POST or None)
    if form.is_valid():
        try:
            other = find_typed(request.club, form.cleaned_data["who"])
            if other == keep.id:
                raise CannotMerge
        except (UnknownMember, CannotMerge) as error:
            refuse(form, error, "who")
        else:
            return HttpResponseRedirect(f"{request.path}?with={other}")
    return _page(request, keep, form=form)


def _page(request: PageRequest, keep: Member, **context: Any) -> HttpResponse:
    url = reverse("panel:member", args=[keep.id])
    return panel_render(
        request,
        "panel/merge.html",
        {"member": keep, "url": url, **context},
        section="members",
        status=422 if context["form"].is_bound else 200,
    )


def _side(request: PageRequest, member: Member) -> dict[str, Any]:
    """What one compares."""
    now = standing(request.club, member.id)
    return {
        "member": member,
        "standing": now,
        "totals": totals(member.id),
        "cards": card_numbers(member.id),
        **tier_mark(live_program(request.club.id).program, now.tier),
    }
