"""Reports kept under a name: saved, sent regularly, no longer sent, deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vafa.club.reads.context import club_context
from vafa.core.clock import now
from vafa.core.errors import NotFound
from vafa.core.text import to_persian_digits
from vafa.engage.actions.emails import can_send
from vafa.insight.access import access_saved_report, saved_reports
from vafa.insight.actions.saved import (
    delete_report,
    end_schedule,
    leave_schedule,
    save_report,
    schedule_report,
)
from vafa.insight.errors import ReportNameTaken
from vafa.insight.models import ReportSchedule, SavedReport
from vafa.web.panel.forms.reports import SaveForm, ScheduleForm
from vafa.web.panel.pages import panel_form, panel_page
from vafa.web.panel.reports.asked import kept_query, read_asked
from vafa.web.panel.reports.catalogue import KINDS, kind_of
from vafa.web.panel.reports.sending import receiver_of
from vafa.web.panel.reports.words import weekday_words
from vafa.web.shared.context import current_lang, use_club
from vafa.web.shared.errors import handles_errors
from vafa.web.shared.sessions import PageRequest


@require_http_methods(["GET", "POST"])
@panel_page("reports.schedule", by_branch=True)
def save(request: PageRequest, slug: str) -> HttpResponse:
    """Keep the report that the address asks for under a name."""
    kind, query = kind_of(slug), kept_query(request.GET)
    read_asked(kind, QueryDict(query), request.club, request.actor)
    form = SaveForm(request.POST or None, initial={"name": str(kind.title)})
    if form.is_valid():
        try:
            made = save_report(
                request.club,
                request.actor,
                name=form.cleaned_data["name"],
                kind=slug,
                query=query,
                is_shared=form.cleaned_data["is_shared"],
            )
        except ReportNameTaken as error:
            form.add_error("name", error.message(current_lang()))
        else:
            messages.success(request, _("Saved. It may also be sent by e-mail, regularly."))
            return HttpResponseRedirect(reverse("panel:schedule-report", args=[made.pk]))
    return panel_form(
        request,
        "panel/reports/save.html",
        form,
        section="reports",
        kind=kind,
        back=_back(slug, query),
    )


@require_http_methods(["GET", "POST"])
@panel_page("reports.schedule", by_branch=True)
def schedule(request: PageRequest, report_id: int) -> HttpResponse:
    """When and to whom a saved report is sent."""
    saved = access_saved_report(request.actor, report_id, to_change=True)
    stored = _schedule_of(saved)
    form = ScheduleForm(request.POST or None, calendar=request.club.calendar, stored=stored)
    if form.is_valid():
        made = schedule_report(
            request.club,
            request.actor,
            saved,
            form.sending,
            origin=request.build_absolute_uri("/").rstrip("/"),
        )
        messages.success(request, _("It will be sent: %(when)s") % {"when": schedule_words(made)})
        return HttpResponseRedirect(reverse("panel:reports"))
    return panel_form(
        request,
        "panel/reports/schedule.html",
        form,
        section="reports",
        saved=saved,
        stored=stored,
        no_channel=not can_send(request.club),
        runs=list(stored.runs.order_by("-due_at")[:10]) if stored else [],
        left=list(stored.receivers.filter(left_at__isnull=False)) if stored else [],
    )


@require_POST
@panel_page("reports.schedule", by_branch=True)
def unschedule(request: PageRequest, report_id: int) -> HttpResponse:
    """Send it no more."""
    saved = access_saved_report(request.actor, report_id, to_change=True)
    end_schedule(request.club, request.actor, saved)
    messages.success(request, _("“%(name)s” is not sent any more.") % {"name": saved.name})
    return HttpResponseRedirect(reverse("panel:reports"))


@require_POST
@panel_page("reports.schedule", by_branch=True)
def delete(request: PageRequest, report_id: int) -> HttpResponse:
    """Forget a saved report, and what sent it."""
    saved = access_saved_report(request.actor, report_id, to_change=True)
    delete_report(request.club, request.actor, saved)
    messages.success(request, _("“%(name)s” was deleted.") % {"name": saved.name})
    return HttpResponseRedirect(reverse("panel:reports"))


@require_http_methods(["GET", "POST"])
@never_cache
@handles_errors
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """A receiver, who need not be able to log in, wants no more of these e-mails."""
    receiver = receiver_of(token)
    if receiver is None:
        raise NotFound
    report = receiver.schedule.report
    use_club(request, club_context(report.club_id))
    if request.method == "POST":
        leave_schedule(receiver, now())
        receiver.refresh_from_db()
    context = {"report": report, "receiver": receiver, "has_left": receiver.left_at is not None}
    return render(request, "panel/reports/leave.html", context)


def saved_rows(request: PageRequest) -> list[dict[str, Any]]:
    """The saved reports as the index lists them."""
    mine, may_change_all = request.actor.id, request.actor.may("staff.manage")
    rows = []
    for saved in saved_reports(request.actor):
        kind = KINDS.get(saved.kind)
        if kind is None or (request.actor.is_of_branches and not kind.by_branch):
            continue
        found = _schedule_of(saved)
        rows.append(
            {
                "saved": saved,
                "kind": kind,
                "url": _back(saved.kind, saved.query),
                "by": "" if saved.staff_id == mine else str(saved.staff.user),
                "changes": request.actor.may("reports.schedule")
                and (saved.staff_id == mine or may_change_all),
                "schedule": found,
                "when": schedule_words(found) if found else "",
                "trouble": trouble_words(found.trouble) if found else "",
                "dialog": f"delete-{saved.pk}",
            }
        )
    return rows


def schedule_words(schedule: ReportSchedule) -> str:
    """When it is sent, in words."""
    hour = f"{schedule.hour:02d}:00"
    fa = current_lang() == "fa"
    said = {"hour": to_persian_digits(hour) if fa else hour}
    if schedule.rhythm == "weekly":
        said["day"] = weekday_words(schedule.weekday)
        return _("every week on %(day)s at %(hour)s") % said
    if schedule.rhythm == "monthly":
        if schedule.day == 31:
            return _("on the last day of every month at %(hour)s") % said
        said["day"] = to_persian_digits(str(schedule.day)) if fa else str(schedule.day)
        return _("on day %(day)s of every month at %(hour)s") % said
    return _("every day at %(hour)s") % said


def trouble_words(trouble: str) -> str:
    """Why the last sending failed; "" where it did not."""
    return {
        "": "",
        "forbidden": _(
            "It is not sent: whoever set it up may not see it any more. Set it up again."
        ),
        "no_email_channel": _("It is not sent: there is no account for e-mail."),
        "report_too_slow": _("It was not sent: the report took too long. Choose fewer days."),
        "broken_segment": _("It was not sent: its segment needs something that is gone."),
    }.get(trouble, _("It was not sent the last time."))


def _schedule_of(saved: SavedReport) -> ReportSchedule | None:
    return getattr(saved, "schedule", None)


def _back(slug: str, query: str) -> str:
    url = reverse("panel:report", args=[slug])
    return f"{url}?{query}" if query else url
