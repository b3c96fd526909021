from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from vafa.ledger.models.account import Account
from vafa.ledger.models.transfer import Transfer


class Lot(models.Model):
    """Value that came in together, with its own dates, fixed when earned.

    Everything is fixed but ``remaining``, a cache of amount - consumptions. ``transfer`` brought
    it into this account; ``origin`` is the earning it descends from: value that matures moves to
    a new lot of the available account, with the same origin and dates. A lot with
    ``slides_months`` has no date of its own: it expires that many months after its account's last
    activity. ``instead_of`` is the expired lot in whose place this one gives value back.
    What ties a lot or a consumption to others is looked at once for each statement, by triggers.
    """

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    transfer = models.ForeignKey(
        Transfer, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    origin = models.ForeignKey(
        Transfer, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    amount = models.BigIntegerField()
    remaining = models.BigIntegerField()
    earned_at = models.DateTimeField()
    matures_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    slides_months = models.SmallIntegerField(null=True)
    instead_of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, remaining__gte=0, remaining__lte=F("amount")),
                name="lot_remaining_within",
            ),
            models.CheckConstraint(
                condition=Q(slides_months__isnull=True)
                | Q(expires_at__isnull=True, slides_months__gt=0),
                name="lot_slides_or_has_a_date",
            ),
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
            models.Index(
                fields=["account"],
                condition=Q(remaining__gt=0, slides_months__isnull=False),
                name="lot_sliding",
            ),
            models.Index(
                fields=["transfer"], condition=Q(instead_of__isnull=False), name="lot_instead"
            ),
        ]


class Consumption(models.Model):
    """What a transfer took out of a lot; negative when it gave it back. Never changed."""

    lot = models.ForeignKey(
        Lot, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="+", db_constraint=False)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="consumption_not_zero"),
            models.UniqueConstraint(fields=["lot", "transfer"], name="consumption_once"),
        ]


class LotWarning(models.Model):
    """A holder was told at ``warned_at`` that a lot expires at ``due_at``. Never changed."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+", db_index=False)
    due_at = models.DateTimeField()
    warned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "due_at"], name="lot_warned_once"),
        ]
