from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models import Branch, Club, Member
from vafa.program.models.decision import Decision

OCCASION_CALENDARS = ("jalali", "hijri", "gregorian")


class Happening(models.Model):
    """Something that happened to a member and is no purchase. Never changed.

    ``kind`` as in ``rules.moments``, or "referral"; ``what`` names the occasion, event, challenge
    or (of a schedule) the rule. ``occurrence`` tells it from others of its kind: each happens to a
    member once, however often it is reported. ``purchases`` are those that it rests on;
    ``decision`` is what it earned, null for nothing. A trigger, not foreign keys, ties it to club,
    member, branch and decision.
    """

    club = models.ForeignKey(
        Club, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=20)
    what = models.CharField(max_length=40, blank=True, default="")
    occurrence = models.CharField(max_length=200)
    occurred_at = models.DateTimeField()
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    data = models.JSONField(null=True)
    purchases = ArrayField(models.BigIntegerField(), default=list)
    decision = models.OneToOneField(
        Decision, models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    actor = models.CharField(max_length=40)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "kind", "occurrence"], name="happening_once"),
        ]
        indexes = [
            models.Index(fields=["club", "kind", "-occurred_at"], name="happening_newest"),
            GinIndex(
                fields=["purchases"],
                condition=Q(kind__in=["challenge", "referral", "event"]),
                name="happening_purchases",
            ),
        ]


class Occasion(models.Model):
    """A day that comes again each year, by the calendar in which it is kept; lunar ones on the
    ``official`` day where that was announced (see ``rules.occasions``). Rules name it by code."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True, default="")
    calendar = models.CharField(max_length=9, default="jalali")
    month = models.SmallIntegerField()
    day = models.SmallIntegerField()
    official = ArrayField(models.DateField(), default=list)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["club", "code"], name="occasion_code_once"),
            models.CheckConstraint(
                condition=Q(
                    calendar__in=OCCASION_CALENDARS,
                    month__gte=1,
                    month__lte=12,
                    day__gte=1,
                    day__lte=31,
                ),
                name="occasion_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class HappeningMark(models.Model):
    """Up to when a club's happenings by the clock were looked for."""

    club = models.OneToOneField(Club, models.PROTECT, related_name="+")
    reached_at = models.DateTimeField()
