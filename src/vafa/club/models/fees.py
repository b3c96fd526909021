from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models.club import Club


class FeeTerms(models.Model):
    """What membership costs, version by version: the newest holds, a club without any is free.

    ``amount`` (the currency's smallest unit; 0: free) is for ``months`` by the club's calendar.
    ``first_free_days``: how long a new member belongs before she owes it; ``grace_days``: how long
    she goes on earning after the end; ``remind_days`` before the end she is reminded (0: not).
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    version = models.IntegerField()
    amount = models.BigIntegerField(default=0)
    months = models.SmallIntegerField(default=12)
    first_free_days = models.SmallIntegerField(default=0)
    grace_days = models.SmallIntegerField(default=0)
    remind_days = models.SmallIntegerField(default=14)
    actor = models.CharField(max_length=40)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["club", "version"], name="fee_terms_once"),
            models.CheckConstraint(
                condition=Q(
                    amount__gte=0,
                    months__gt=0,
                    first_free_days__gte=0,
                    grace_days__gte=0,
                    remind_days__gte=0,
                ),
                name="fee_terms_sane",
            ),
        ]
