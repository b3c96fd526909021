"""Scheduled reports: made when they are due, and sent once to each receiver.

First the run is written and the schedule set to its next time; then the report is made, outside any
transaction; then its e-mails are written, one of each key. Whatever breaks off in between is taken up
again, and no e-mail is written twice.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from vafa.club.access import staff_actor
from vafa.club.actions.audit import SYSTEM, record_audit
from vafa.club.actor import Actor
from vafa.club.reads.context import club_context
from vafa.core.clock import now
from vafa.core.errors import DomainError, Forbidden
from vafa.engage.actions.emails import NewEmail, queue_email
from vafa.engage.channels.email.smtp import Attached
from vafa.insight.actions.runs import Due, claim_due, finish_run, unfinished
from vafa.insight.actions.saved import thing_of_report
from vafa.insight.models import ReportReceiver, ReportRun, ReportSchedule
from vafa.insight.reads.reports.asking import JOB_SECONDS, figures_within
from vafa.web.panel.reports.asked import read_asked
from vafa.web.panel.reports.catalogue import kind_of
from vafa.web.panel.reports.files import ReportFile, format_of, notes, report_file
from vafa.web.panel.reports.keeping import ReportTooSlow
from vafa.web.panel.reports.report import Report, build_report
from vafa.web.shared.context import build_page, current_lang

_logger = logging.getLogger("vafa.reports")
_LEAVING = "vafa.reports.leave"
# The first figures stand in the e-mail itself.
_IN_TEXT = 4


def send_due_reports(club_id: int) -> int:
    """Make and send what is due in a club, and what broke off; how many were sent.

    A report that cannot be made is noted as failed, and does not keep the others from theirs.
    """
    sent = 0
    for due in [*unfinished(club_id, now()), *claim_due(club_id, now())]:
        try:
            _make(due)
        except DomainError as error:
            _logger.warning("report run %s failed: %s", due.run_id, error.code)
            finish_run(due, trouble=error.code)
        else:
            sent += 1
    return sent


def receiver_of(token: str) -> ReportReceiver | None:
    """Whom a link in an e-mail lets leave; None for one that is not ours, or is gone."""
    try:
        number = signing.loads(token, salt=_LEAVING)
    except signing.BadSignature:
        return None
    return ReportReceiver.objects.filter(pk=number).select_related("schedule__report__club").first()


def leave_url(receiver: ReportReceiver, origin: str) -> str:
    """Where a receiver says that she wants no more."""
    token = signing.dumps(receiver.pk, salt=_LEAVING)
    return f"{settings.PUBLIC_URL or origin}{reverse('panel:leave-report', args=[token])}"


def _make(due: Due) -> None:
    run = ReportRun.objects.select_related("schedule__report", "schedule__staff__user").get(
        pk=due.run_id
    )
    schedule = run.schedule
    club = club_context(schedule.club_id)
    with translation.override(schedule.language):
        calendar = build_page(current_lang(), club).calendar
        kind = kind_of(schedule.report.kind)
        actor = _actor(schedule)
        query = QueryDict(schedule.report.query)
        asked = read_asked(kind, query, club, actor, at=run.due_at)
        figures = figures_within(kind.reader, club, asked.ask, JOB_SECONDS)
        if figures is None:
            raise ReportTooSlow
        report = build_report(asked, figures, club, calendar)
        file = report_file(report, club, calendar, format_of(schedule.format))
        receivers = list(schedule.receivers.filter(left_at__isnull=True).order_by("id"))
        mails = _mails(run, report, file, receivers)
    with transaction.atomic(durable=True):
        for mail in mails:
            queue_email(club, mail)
        finish_run(due, receivers=len(mails))
        record_audit(
            club.id,
            SYSTEM,
            "report.sent",
            thing_of_report(schedule.report),
            after={"receivers": ", ".join(mail.to for mail in mails), "format": schedule.format},
        )


def _actor(schedule: ReportSchedule) -> Actor:
    """Who let it be sent, with the rights of today. Raises Forbidden where she has them no more."""
    actor = staff_actor(schedule.staff)
    if not schedule.staff.is_active or not schedule.staff.user.is_active:
        raise Forbidden
    if not (actor.may("reports.schedule") and actor.may("reports.view")):
        raise Forbidden
    return actor


def _mails(
    run: ReportRun, report: Report, file: ReportFile, receivers: Sequence[ReportReceiver]
) -> list[NewEmail]:
    name = run.schedule.report.name
    subject = _("%(club)s: %(report)s, %(period)s") % {
        "club": report.club,
        "report": name,
        "period": report.period,
    }
    attached = Attached(file.name, file.content_type, file.content)
    found = []
    for receiver in receivers:
        url = leave_url(receiver, run.schedule.origin)
        text = "\n".join(
            [
                name,
                *notes(report),
                "",
                *_figures(report),
                "",
                _("The whole report is in the attached file."),
                _("You get it because a colleague entered your address. No more of it: %(url)s")
                % {"url": url},
            ]
        )
        key = f"report:{run.pk}:{receiver.pk}"
        found.append(NewEmail(receiver.address, subject, text, key, url, attached))
    return found


def _figures(report: Report) -> list[str]:
    """The totals of the first columns, one line each."""
    found = []
    totals = report.totals
    for n, head in enumerate(report.heads[:_IN_TEXT]):
        if totals.values[n] is not None:
            unit = f" {head.unit}" if head.unit else ""
            change = f" ({totals.change})" if n == 0 and totals.change else ""
            found.append(f"{head.title}: {totals.texts[n]}{unit}{change}")
    return found
