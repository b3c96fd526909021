from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class IdempotencyKey(models.Model):
    """A caller's key for one operation, the hash of its input, and the answer that was given."""

    club_id = models.BigIntegerField()
    client = models.CharField(max_length=40)
    operation = models.CharField(max_length=32)
    key = models.CharField(max_length=128)
    input_hash = models.CharField(max_length=64)
    status = models.SmallIntegerField()
    answer = models.JSONField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["club_id", "client", "operation", "key"], name="idempotency_once"
            )
        ]
