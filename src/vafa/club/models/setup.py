from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from vafa.club.models.club import Club


class ClubSetup(models.Model):
    """What was answered in a step of setting the club up; the newest version of a step holds.

    ``step`` is its name (see ``rules.setup``), "done" the end of it.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    step = models.CharField(max_length=12)
    version = models.IntegerField()
    answers = models.JSONField(default=dict)
    actor = models.CharField(max_length=40)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["club", "step", "version"], name="setup_answer_once")
        ]
