from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.ledger.models.account import Book


class SealKey(models.Model):
    """A key that a book's checkpoints are signed with from ``since`` on. Never changed.

    ``verifier`` is its public half as a C2SP verifier key. ``origin`` is the book's name in
    checkpoints, and stays what it was at first.
    """

    book = models.ForeignKey(Book, models.PROTECT, related_name="+")
    origin = models.CharField(max_length=120)
    verifier = models.CharField(max_length=240)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "verifier"], name="seal_key_once")]


class SealTile(models.Model):
    """Up to 256 hashes of a book's tree, 32 bytes each. They are added to, never changed.

    Tiles of level 0 hold the transfers' leaf hashes and beside them the transfers' numbers; the
    first of them stands at (``first_transaction``, ``first_transfer``).
    """

    book = models.ForeignKey(Book, models.PROTECT, related_name="+", db_index=False)
    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()
    transfers = ArrayField(models.BigIntegerField(), null=True)
    first_transaction = models.BigIntegerField(null=True)
    first_transfer = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "level", "number"], name="seal_tile_once"),
        ]
        indexes = [
            models.Index(
                fields=["book", "first_transaction", "first_transfer"],
                condition=Q(level=0),
                name="seal_tile_of",
            )
        ]


class Checkpoint(models.Model):
    """A signed head of a book's tree: its first ``size`` transfers hash to ``root``. Never changed.

    The last of them stands at (``last_transaction``, ``last_transfer``).
    """

    book = models.ForeignKey(Book, models.PROTECT, related_name="+", db_index=False)
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()
    key = models.ForeignKey(SealKey, models.PROTECT, related_name="+", db_index=False)
    last_transaction = models.BigIntegerField()
    last_transfer = models.BigIntegerField()
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "size"], name="checkpoint_once"),
            models.CheckConstraint(condition=Q(size__gt=0), name="checkpoint_not_empty"),
        ]
