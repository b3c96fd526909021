"""One deed for many members: chosen, said in numbers, confirmed, done by the worker, undone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from vafa.club.access import access_task
from vafa.club.actions.attributes import define_attribute
from vafa.club.models import Member, Task
from vafa.club.reads.attributes import list_attributes
from vafa.core.errors import DomainError, InvalidInput
from vafa.core.money import format_number
from vafa.flows.bulk import MOST_MEMBERS, ask_for_bulk, decide_bulk, needs_second, undo_bulk
from vafa.insight.reads.member_filters import MemberFilter
from vafa.insight.reads.members import MemberList
from vafa.program.access import access_bulk_adjustment
from vafa.program.reads.revisions import live_program
from vafa.program.reads.series import series_count
from vafa.web.panel.forms.bulk import NEW_TAG, PERMISSIONS, BulkForm
from vafa.web.panel.member_filters import asked_segment, read_filter
from vafa.web.panel.pages import number_of, panel_page, panel_render
from vafa.web.panel.views.corrections import refuse
from vafa.web.panel.views.series import say_series
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

_MOST_TICKED = 1_000


@require_http_methods(["GET", "POST"])
@panel_page(*PERMISSIONS)
def bulk(request: PageRequest) -> HttpResponse:
    """What shall be done for those whom the address names; told in numbers before it is done."""
    members = _chosen(request)
    if not members or len(members) > MOST_MEMBERS:
        messages.error(request, _nobody(len(members)))
        return HttpResponseRedirect(_list_url(request))
    form = BulkForm(request.POST or None, club=request.club, actor=request.actor)
    plan: dict[str, Any] | None = None
    if form.is_valid():
        plan = _plan(request, form, members)
        sure = request.POST.get("sure") == str(len(members))
        if sure and not plan["obstacle"]:
            try:
                return _begin(request, form, members)
            except DomainError as error:
                refuse(form, error)
    context = {
        "form": form,
        "count": len(members),
        "plan": plan,
        "back": _list_url(request),
        "changed": "sure" in request.POST,
    }
    is_wrong = bool(form.errors) or plan is None or plan["obstacle"]
    status = 422 if form.is_bound and is_wrong else 200
    return panel_render(
        request, "panel/member_bulk.html", context, section="members", status=status
    )


@require_POST
@panel_page("members.edit")
def undo(request: PageRequest, task_id: int) -> HttpResponse:
    """Put everybody back as she was before this work."""
    found = access_task(request.actor, task_id)
    try:
        begun = undo_bulk(request.club, found, request.actor)
    except DomainError as error:
        messages.error(request, error.message(current_lang()))
        begun = found
    return HttpResponseRedirect(reverse("panel:task", args=[begun.pk]))


@require_POST
@panel_page("corrections.approve")
def decide(request: PageRequest, bulk_id: int) -> HttpResponse:
    """The second person's word on points for many (``approve`` 1 or 0); final."""
    found = access_bulk_adjustment(request.actor, bulk_id)
    answer = request.POST.get("approve")
    if answer not in ("0", "1"):
        raise InvalidInput(field="approve")
    try:
        begun = decide_bulk(request.club, found.pk, approve=answer == "1", actor=request.actor)
    except DomainError as error:
        messages.error(request, error.message(current_lang()))
        begun = None
    else:
        if begun is None:
            messages.success(request, _("The correction is refused."))
    if begun is not None:
        return HttpResponseRedirect(reverse("panel:task", args=[begun.pk]))
    return HttpResponseRedirect(reverse("panel:adjustments"))


def _chosen(request: PageRequest) -> list[int]:
    """Those who were ticked, or all whom the list's filter keeps; of this club, and not merged."""
    if request.GET.get("all") == "1":
        wanted = read_filter(request.GET, request.club, asked_segment(request))
    else:
        ticked = [number_of(text) or 0 for text in request.GET.getlist("m")[:_MOST_TICKED]]
        wanted = MemberFilter(among=ticked)
    program = live_program(request.club.id).program
    return MemberList(request.club, program, wanted).ids(MOST_MEMBERS + 1)


def _nobody(count: int) -> str:
    if not count:
        return _("Tick the members first.")
    most = format_number(MOST_MEMBERS, current_lang())
    return _("This is done for at most %(most)s members at once: narrow the list.") % {"most": most}


def _list_url(request: PageRequest) -> str:
    """The list as it was."""
    rest = request.GET.copy()
    for name in ("all", "m"):
        rest.pop(name, None)
    return f"{reverse('panel:members')}?{rest.urlencode()}"


def _plan(request: PageRequest, form: BulkForm, members: list[int]) -> dict[str, Any]:
    """What it comes to, in words and numbers; ``obstacle`` says why it cannot be done."""
    act, count = form.cleaned_data["act"], len(members)
    plan: dict[str, Any] = {
        "act": act,
        "obstacle": "",
        "can_undo": act not in ("points", "voucher"),
    }
    if act == "points":
        program, points = live_program(request.club.id).program, form.cleaned_data["points"]
        total = points * count
        plan |= {
            "points": points,
            "total": total,
            "worth": total * program.terms.worth,
            "waits": needs_second(program, points, count),
            "alone": program.adjustments.points_alone,
        }
    elif act == "voucher":
        series = form.chosen_series
        free = series.made - series_count(series.pk).given
        plan |= {"series": series, "gives": say_series(request, series), "free": free}
        if free < count:
            plan["obstacle"] = _("There are not enough codes: %(free)s are left.") % {
                "free": format_number(free, current_lang())
            }
    elif act in ("close", "reopen"):
        there = Member.objects.filter(pk__in=members, is_active=act == "reopen").count()
        plan |= {"same": there, "changing": count - there}
    else:
        plan["tag"] = (
            form.cleaned_data["new_tag"]
            or dict(form.fields["tag"].choices)[  # type: ignore[attr-defined]  # a choice field has them
                form.cleaned_data["tag"]
            ]
        )
    return plan


def _begin(request: PageRequest, form: BulkForm, members: list[int]) -> HttpResponse:
    data, params = form.cleaned_data, {}
    if data["act"] == "points":
        params = {"amount": data["points"], "reason": data["reason"]}
    elif data["act"] == "voucher":
        params = {"series": form.chosen_series.pk}
    elif data["act"] in ("tag", "untag"):
        params = {"attribute": _tag(request, form)}
    begun = ask_for_bulk(
        request.club, request.actor, data["act"], members, key=form.key_text, **params
    )
    if isinstance(begun, Task):
        return HttpResponseRedirect(reverse("panel:task", args=[begun.pk]))
    said = ngettext(
        "This is above the limit: the points of %(n)s member wait until a second person approves.",
        "This is above the limit: the points of %(n)s members wait until a second person approves.",
        len(members),
    )
    messages.info(request, said % {"n": format_number(len(members), current_lang())})
    return HttpResponseRedirect(reverse("panel:adjustments"))


def _tag(request: PageRequest, form: BulkForm) -> str:
    """The key of the tag, which is made where there is none of that name."""
    if form.cleaned_data["tag"] != NEW_TAG:
        return str(form.cleaned_data["tag"])
    club, name = request.club, form.cleaned_data["new_tag"]
    known = list_attributes(club.id, with_closed=True)
    for one in known:
        if one.is_active and one.kind == "yes_no" and one.name == name:
            return one.key
    taken = {one.key for one in known}
    key = next(k for k in (f"tag_{n}" for n in range(1, len(taken) + 2)) if k not in taken)
    made = define_attribute(
        club.id,
        key=key,
        kind="yes_no",
        name=name,
        by=request.actor.label,
    )
    return made.key
