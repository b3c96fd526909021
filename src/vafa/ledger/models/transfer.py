from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from vafa.ledger.models.account import Account, Book, Unit


class Transfer(models.Model):
    """One movement: debit account, credit account, positive amount, one unit. Never changed.

    ``kind`` says what it was (earn, mature, spend, reserve, capture, release, restore, claw_back,
    take, owe, repay, expire, forfeit, revive, gift, gift_back, pour), ``source``/``source_id`` what made it
    in the rooms above (a decision, a return), ``reverses`` the transfer it undoes or completes a
    part of; a reserve is captured once and released once, an expiry revived once. Versions and balances are the accounts' own
    after this transfer (null for pools), so that any past balance is one row.
    One foreign key over (account, unit, book) on each side keeps a transfer inside one book and
    unit. ``effective_at`` is the business's time, ``recorded_at`` the server's.
    """

    book = models.ForeignKey(
        Book, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    debit_account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    credit_account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    amount = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    source = models.CharField(max_length=16)
    source_id = models.BigIntegerField()
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False
    )
    debit_version = models.BigIntegerField(null=True)
    debit_balance = models.BigIntegerField(null=True)
    credit_version = models.BigIntegerField(null=True)
    credit_balance = models.BigIntegerField(null=True)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_positive"),
            models.CheckConstraint(
                condition=~Q(debit_account=F("credit_account")), name="transfer_moves"
            ),
            models.UniqueConstraint(
                fields=["debit_account", "debit_version"],
                condition=Q(debit_version__isnull=False),
                name="transfer_debit_version",
            ),
            models.UniqueConstraint(
                fields=["credit_account", "credit_version"],
                condition=Q(credit_version__isnull=False),
                name="transfer_credit_version",
            ),
            models.UniqueConstraint(
                fields=["reverses", "kind"],
                condition=Q(kind__in=["capture", "release", "revive"]),
                name="transfer_reversed_once",
            ),
        ]
        indexes = [
            models.Index(fields=["source_id", "source"], name="transfer_source"),
            models.Index(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="transfer_reversing"
            ),
        ]
