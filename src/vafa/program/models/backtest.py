from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from vafa.club.models import Club
from vafa.program.models.revision import Revision


class Backtest(models.Model):
    """A draft, as it was then, over the purchases of ``first_day`` to ``last_day``.

    ``revision`` was live when it was asked for; ``stamp`` names the ``document`` that is tested.
    A task of its number makes the ``result``.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+", db_index=False)
    draft_number = models.IntegerField()
    document = models.JSONField()
    stamp = models.CharField(max_length=32)
    first_day = models.DateField()
    last_day = models.DateField()
    segments = ArrayField(models.CharField(max_length=40), default=list)
    asked_by = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    result = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__lte=models.F("last_day")), name="backtest_period"
            ),
        ]
        indexes = [models.Index(fields=["club", "-id"], name="backtest_newest")]
