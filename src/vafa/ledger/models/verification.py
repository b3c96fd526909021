from __future__ import annotations

from django.db import models
from django.db.models import Q

from vafa.ledger.models.account import Book


class Verification(models.Model):
    """One time that a book was worked out again: how far it is, and what it found.

    ``state``: waiting, running, then done or failed (it broke off, and says nothing of the book).
    ``told_at`` is the last sign of life; ``step``, ``reached`` and ``total`` are how far it was
    then. ``found`` lists (check, subject, expected, found) of each difference. ``asked_by`` is
    the label of an actor.
    """

    book = models.ForeignKey(Book, models.PROTECT, related_name="+", db_index=False)
    asked_by = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    told_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, default="waiting")
    step = models.CharField(max_length=40, default="")
    reached = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    found = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "failed"], finished_at__isnull=False),
                name="verification_state_known",
            )
        ]
        indexes = [models.Index(fields=["book", "-id"], name="verification_newest")]
