from __future__ import annotations

from django.db import models
from django.db.models import Q

from vafa.club.models import Club


class QuietHours(models.Model):
    """From which hour until which a club's members are left in peace; see ``rules.quiet``."""

    club = models.OneToOneField(Club, models.PROTECT, related_name="+")
    begins = models.SmallIntegerField()
    ends = models.SmallIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(begins__gte=0, begins__lte=23, ends__gte=0, ends__lte=23),
                name="quiet_hours_of_a_day",
            )
        ]
