from __future__ import annotations

from django.db import models
from django.db.models import Q

from vafa.club.models import Club


class SmsSettings(models.Model):
    """By which account a club sends text messages, and how many at most.

    ``sealed_key`` is read only to be sent to the provider; people see ``key_end``. Costs and
    ``month_limit`` are in rials; 0 is no limit. ``part_price`` counts where a provider names none.
    """

    club = models.OneToOneField(Club, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    sealed_key = models.BinaryField()
    key_end = models.CharField(max_length=4, blank=True, default="")
    sender = models.CharField(max_length=20)
    template = models.CharField(max_length=60, blank=True, default="")
    footer = models.CharField(max_length=40, blank=True, default="")
    part_price = models.IntegerField(default=0)
    hour_limit = models.IntegerField(default=0)
    day_limit = models.IntegerField(default=0)
    month_limit = models.BigIntegerField(default=0)
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    part_price__gte=0, hour_limit__gte=0, day_limit__gte=0, month_limit__gte=0
                ),
                name="sms_limits_not_negative",
            )
        ]


class EventCursor(models.Model):
    """How far in the event log the messages are that events ask for."""

    name = models.CharField(max_length=20, primary_key=True)
    transaction = models.BigIntegerField()
    event = models.BigIntegerField()
