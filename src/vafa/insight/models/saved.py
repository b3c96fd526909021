from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models import Club, Staff


class SavedReport(models.Model):
    """A question to a report, kept under a name by ``staff``, for herself or for everybody.

    ``kind`` is the report's name, ``query`` what its address asks: periods like "last month" stay
    what they say.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    query = models.CharField(max_length=400, blank=True, default="")
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "name"], name="saved_report_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class ReportSchedule(models.Model):
    """A saved report goes out by e-mail: daily, weekly or monthly, at an ``hour`` of the club's clock.

    ``weekday`` as ``date.weekday``; ``day`` of the month of the club's calendar, where a month
    lacks it its last. It shows what ``staff`` may see, in ``language``; ``origin`` is where this
    installation is reached. ``trouble``: why it stands still.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+")
    report = models.OneToOneField(SavedReport, models.PROTECT, related_name="schedule")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    rhythm = models.CharField(max_length=7)
    hour = models.SmallIntegerField()
    weekday = models.SmallIntegerField(default=5)
    day = models.SmallIntegerField(default=1)
    format = models.CharField(max_length=4)
    language = models.CharField(max_length=2)
    origin = models.CharField(max_length=200)
    is_on = models.BooleanField(default=True)
    next_at = models.DateTimeField()
    trouble = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rhythm__in=["daily", "weekly", "monthly"], format__in=["xlsx", "pdf"])
                & Q(hour__gte=0, hour__lte=23, weekday__gte=0, weekday__lte=6)
                & Q(day__gte=1, day__lte=31),
                name="report_schedule_times",
            )
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(is_on=True), name="report_schedule_due")
        ]


class ReportReceiver(models.Model):
    """To whom a scheduled report goes; ``left_at``: she wants no more."""

    schedule = models.ForeignKey(ReportSchedule, models.CASCADE, related_name="receivers")
    address = models.CharField(max_length=120)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schedule", "address"], name="report_receiver_once")
        ]


class ReportRun(models.Model):
    """One sending of a scheduled report, once for each time that it was due.

    ``state``: *making*, *sent* (its e-mails were written), *failed* (``trouble`` says why).
    """

    schedule = models.ForeignKey(ReportSchedule, models.CASCADE, related_name="runs")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="making")
    tries = models.SmallIntegerField(default=0)
    told_at = models.DateTimeField()
    receivers = models.SmallIntegerField(default=0)
    trouble = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schedule", "due_at"], name="report_run_once"),
            models.CheckConstraint(
                condition=Q(state__in=["making", "sent", "failed"]), name="report_run_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["told_at"], condition=Q(state="making"), name="report_run_unfinished"
            )
        ]
