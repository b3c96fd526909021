from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from vafa.ledger.models.account import Account
from vafa.ledger.models.transfer import Transfer


class Hold(models.Model):
    """Value set aside for a holder: reserved by ``transfer``, resolved once, and then final.

    ``status``: open, then captured (``captured`` of ``amount``; the rest went back), released,
    expired (released by time), or moved (the same value is held for another holder now).
    ``source``/``source_id`` say what it is for. Nothing changes but the resolution.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    transfer = models.OneToOneField(Transfer, models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    captured = models.BigIntegerField(default=0)
    status = models.CharField(max_length=8, default="open")
    expires_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=16)
    source_id = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, captured__gte=0, captured__lte=F("amount")),
                name="hold_captured_within",
            ),
            models.CheckConstraint(
                condition=Q(status="captured", captured__gt=0, resolved_at__isnull=False)
                | Q(status="open", captured=0, resolved_at__isnull=True)
                | Q(
                    status__in=["released", "expired", "moved"],
                    captured=0,
                    resolved_at__isnull=False,
                ),
                name="hold_status_known",
            ),
            models.UniqueConstraint(
                fields=["source_id", "source", "account"],
                condition=Q(status="open"),
                name="hold_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["account"], condition=Q(status="open"), name="hold_open"),
            models.Index(
                fields=["expires_at"],
                condition=Q(status="open", expires_at__isnull=False),
                name="hold_expiring",
            ),
            models.Index(fields=["source_id", "source"], name="hold_source"),
        ]
