"""Reports kept under a name, and when and to whom they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from vafa.club.actions.audit import Thing, changes, record_audit
from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.insight.errors import BadReceivers, ReportNameTaken
from vafa.insight.models import ReportReceiver, ReportSchedule, SavedReport
from vafa.insight.rules.sending_times import RHYTHMS, Times, next_due

MOST_RECEIVERS = 20
_CHANGEABLE = (
    *("staff_id", "rhythm", "hour", "weekday", "day", "format", "language", "origin"),
    *("is_on", "next_at", "trouble"),
)


@dataclass(frozen=True, slots=True)
class Sending:
    """What a schedule says; see ``ReportSchedule``."""

    times: Times
    format: str
    language: str
    receivers: tuple[str, ...]


def save_report(
    club: ClubContext, actor: Actor, *, name: str, kind: str, query: str, is_shared: bool
) -> SavedReport:
    """Keep a report's question under a name. Raises ReportNameTaken."""
    with transaction.atomic():
        if SavedReport.objects.filter(staff_id=actor.id, name=name).exists():
            raise ReportNameTaken(name=name)
        made = SavedReport.objects.create(
            club_id=club.id,
            staff_id=actor.id,
            name=name,
            kind=kind,
            query=query,
            is_shared=is_shared,
        )
        after = {"report": kind, "filter": query, "is_shared": is_shared}
        record_audit(club.id, actor.label, "report.saved", thing_of_report(made), after=after)
    return made


def delete_report(club: ClubContext, actor: Actor, saved: SavedReport) -> None:
    """Forget a saved report and its schedule; the audit keeps that they were there."""
    with transaction.atomic():
        before = {"report": saved.kind, "filter": saved.query, "is_shared": saved.is_shared}
        ReportSchedule.objects.filter(report=saved).delete()
        thing = thing_of_report(saved)
        saved.delete()
        record_audit(club.id, actor.label, "report.deleted", thing, before=before)


def schedule_report(
    club: ClubContext, actor: Actor, saved: SavedReport, sending: Sending, *, origin: str
) -> ReportSchedule:
    """Let a saved report be sent, or change how; it shows what ``actor`` may see from now on.

    Who left it stays out until she is named again. Raises BadReceivers.
    """
    if not 0 < len(sending.receivers) <= MOST_RECEIVERS:
        raise BadReceivers(address="")
    with transaction.atomic():
        found = ReportSchedule.objects.select_for_update(of=("self",)).filter(report=saved).first()
        before = facts_of(found) if found else {}
        made = found or ReportSchedule(club_id=club.id, report=saved)
        for name, value in asdict(sending.times).items():
            setattr(made, name, value)
        made.staff_id, made.format, made.language = actor.id, sending.format, sending.language
        made.origin, made.is_on, made.trouble = origin, True, ""
        made.next_at = next_due(sending.times, now(), club.tz, club.calendar)
        made.save(update_fields=_CHANGEABLE if found else None)
        _set_receivers(made, sending.receivers)
        was, will = changes(before, facts_of(made))
        action = "schedule.changed" if found else "schedule.made"
        thing = thing_of_report(saved)
        record_audit(club.id, actor.label, action, thing, before=was, after=will)
    return made


def end_schedule(club: ClubContext, actor: Actor, saved: SavedReport) -> None:
    """Send it no more; nothing happens where it was not sent."""
    with transaction.atomic():
        found = ReportSchedule.objects.filter(report=saved).first()
        if found is None:
            return
        before = facts_of(found)
        found.delete()
        record_audit(club.id, actor.label, "schedule.ended", thing_of_report(saved), before=before)


def leave_schedule(receiver: ReportReceiver, at: datetime) -> bool:
    """A receiver wants no more; False where she had said so before."""
    with transaction.atomic():
        left = ReportReceiver.objects.filter(pk=receiver.pk, left_at__isnull=True).update(
            left_at=at
        )
        if left:
            report = receiver.schedule.report
            record_audit(
                report.club_id,
                "stranger:0",
                "schedule.left",
                thing_of_report(report),
                after={"receivers": receiver.address},
            )
    return bool(left)


def thing_of_report(saved: SavedReport) -> Thing:
    """A saved report as the audit names it."""
    return Thing("saved_report", saved.pk, saved.name)


def times_of(schedule: ReportSchedule) -> Times:
    """When it is due."""
    rhythm = next(one for one in RHYTHMS if one == schedule.rhythm)
    return Times(rhythm, schedule.hour, schedule.weekday, schedule.day)


def facts_of(schedule: ReportSchedule) -> dict[str, object]:
    """What the audit keeps of it."""
    addresses = schedule.receivers.filter(left_at__isnull=True).order_by("id")
    return {
        "rhythm": schedule.rhythm,
        "hour": schedule.hour,
        "weekday": schedule.weekday if schedule.rhythm == "weekly" else None,
        "day": schedule.day if schedule.rhythm == "monthly" else None,
        "format": schedule.format,
        "receivers": ", ".join(addresses.values_list("address", flat=True)),
    }


def _set_receivers(schedule: ReportSchedule, addresses: Sequence[str]) -> None:
    wanted = list(dict.fromkeys(address.lower() for address in addresses))
    schedule.receivers.exclude(address__in=wanted).delete()
    schedule.receivers.filter(left_at__isnull=False).update(left_at=None)
    known = set(schedule.receivers.values_list("address", flat=True))
    ReportReceiver.objects.bulk_create(
        ReportReceiver(schedule=schedule, address=address)
        for address in wanted
        if address not in known
    )
