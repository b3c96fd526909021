from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from vafa.ledger.models.account import Account
from vafa.ledger.models.transfer import Transfer


class Lot(models.Model):
    """Value that came in together, with its own dates, fixed when earned.

    Everything is fixed but ``remaining``, a cache of amount - consumptions. ``transfer`` brought
    it into this account; ``origin`` is the earning it descends from: value that matures moves to
    a new lot of the available account, with the same origin and dates.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="+", db_index=False)
    origin = models.ForeignKey(Transfer, models.PROTECT, related_name="+", db_index=False)
    amount = models.BigIntegerField()
    remaining = models.BigIntegerField()
    earned_at = models.DateTimeField()
    matures_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, remaining__gte=0, remaining__lte=F("amount")),
                name="lot_remaining_within",
            )
        ]
        indexes = [
            models.Index(
                fields=["account", "expires_at"], condition=Q(remaining__gt=0), name="lot_open"
            ),
            models.Index(fields=["expires_at"], condition=Q(remaining__gt=0), name="lot_expiring"),
            models.Index(
                fields=["matures_at"],
                condition=Q(remaining__gt=0, matures_at__isnull=False),
                name="lot_maturing",
            ),
        ]


class Consumption(models.Model):
    """What a transfer took out of a lot; negative when it gave it back. Never changed."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="+")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="consumption_not_zero"),
            models.UniqueConstraint(fields=["lot", "transfer"], name="consumption_once"),
        ]
