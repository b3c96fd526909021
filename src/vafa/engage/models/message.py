from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from vafa.club.models import Club


class Message(models.Model):
    """A text for one person through one channel.

    The *outbox* channel only keeps it here, for demos and tests, where nobody real is written to.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12)
    recipient = models.CharField(max_length=80)
    kind = models.CharField(max_length=16)
    text = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["club", "created_at"], name="message_latest")]
