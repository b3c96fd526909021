from __future__ import annotations

from django.db import models
from django.db.models import Q

from vafa.club.models import Club
from vafa.commerce.models import DataImport
from vafa.program.models.decision import Decision


class OpeningBalance(models.Model):
    """What a member had before the club was kept here, as a row of a file says it; ``decision``
    gave it to her. ``key`` names the row, so that the same row gives nothing twice."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=64)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+", db_index=False)
    data_import = models.ForeignKey(DataImport, models.PROTECT, related_name="+", db_index=False)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["club", "key"], condition=Q(undone_at__isnull=True), name="opening_once"
            )
        ]
        indexes = [models.Index(fields=["data_import", "id"], name="opening_of_import")]
