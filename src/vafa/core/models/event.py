from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Event(models.Model):
    """What happened: name, ids, totals, no personal data. Appended in the writing transaction.

    The table's column ``transaction`` is of the transaction clock: consumers read in the order
    (transaction, id) behind the horizon (core/transactions.py), so that a late commit is never
    skipped.
    """

    club_id = models.BigIntegerField()
    name = models.CharField(max_length=48)
    payload = models.JSONField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
