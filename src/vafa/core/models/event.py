from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Event(models.Model):
    """What happened: name, ids, totals, no personal data. Appended in the writing transaction.

    ``transaction`` is PostgreSQL's 64-bit transaction number: consumers read in the order
    (transaction, id) behind ``pg_snapshot_xmin``, so that a late commit is never skipped.
    """

    club_id = models.BigIntegerField()
    name = models.CharField(max_length=48)
    payload = models.JSONField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
