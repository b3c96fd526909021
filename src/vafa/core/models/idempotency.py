from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class IdempotencyKey(models.Model):
    """A caller's key for one operation and what came of it; kept for ever, never changed.

    ``made`` names the rows that the operation made ({"purchase_id": 7}); ``refusal`` is the code
    of a final refusal, and empty otherwise.
    """

    club_id = models.BigIntegerField()
    client = models.CharField(max_length=40)
    operation = models.CharField(max_length=32)
    key = models.CharField(max_length=128)
    asked_hash = models.CharField(max_length=32)
    asked_marks = models.TextField()
    status = models.SmallIntegerField()
    made = models.JSONField()
    refusal = models.CharField(max_length=48)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["club_id", "client", "operation", "key"], name="idempotency_once"
            )
        ]


class IdempotencyAnswer(models.Model):
    """What was said under a key, word for word (JSON text); deleted after thirty days.

    ``key_id`` is the key's number. It is no foreign key in the database: both rows are written
    by one statement, and checking that again would cost more than writing the row.
    """

    key_id = models.BigIntegerField(primary_key=True)
    club_id = models.BigIntegerField()
    answer = models.TextField()
    recorded_at = models.DateTimeField(db_default=Now())
