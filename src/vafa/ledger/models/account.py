from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Book(models.Model):
    """One club's ledger. Nothing moves between books.

    ``calendar`` and ``zone`` say when a day ends and what a month is, for value whose expiry
    slides with activity. While ``frozen_at`` is set, nothing moves in the book: a check found
    that it does not add up.
    """

    name = models.CharField(max_length=120)
    calendar = models.CharField(max_length=10, default="jalali")
    zone = models.CharField(max_length=40, default="Asia/Tehran")
    frozen_at = models.DateTimeField(null=True)
    frozen_reason = models.CharField(max_length=400, default="")
    created_at = models.DateTimeField(db_default=Now())


class Unit(models.Model):
    """What accounts of a book count; amounts are integers of its smallest part.

    ``warn_days`` is how many days before its expiry a lot must have been warned about; 0 means
    that nobody is warned and nothing waits for a warning.
    """

    book = models.ForeignKey(Book, models.PROTECT, related_name="units")
    code = models.SlugField(max_length=32)
    scale = models.SmallIntegerField(default=0)
    warn_days = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "code"], name="unit_code_once")]


class Account(models.Model):
    """A holder's standing in one unit and one state, or a pool of the book (holder 0).

    ``balance`` = credits - debits. Pools keep none, so that no row is hot. A holder's *pending*,
    *available* and *held* are never negative; *debt* is never positive: what was clawed back
    beyond what was there, repaid by the next earnings. ``active_at`` (of *available*) is the last
    activity, from which the expiry of sliding lots counts. While ``moved_at`` is set, the holder uses
    another wallet: whoever comes with this one has to look again.
    """

    book = models.ForeignKey(Book, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    holder = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    balance = models.BigIntegerField(null=True)
    version = models.BigIntegerField(default=0)
    active_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "holder", "kind"], name="account_once"),
            models.UniqueConstraint(fields=["id", "unit", "book"], name="account_in_book"),
            models.CheckConstraint(
                condition=Q(holder=0, balance__isnull=True)
                | Q(holder__gt=0, balance__isnull=False),
                name="pools_keep_no_balance",
            ),
            models.CheckConstraint(
                condition=Q(kind="debt", balance__lte=0)
                | ~Q(kind="debt") & (Q(balance__gte=0) | Q(balance__isnull=True)),
                name="balance_above_floor",
            ),
            models.CheckConstraint(
                condition=Q(holder=0, kind__in=["issuance", "spent", "expired"])
                | Q(holder__gt=0, kind__in=["pending", "available", "held", "debt"]),
                name="account_kind_known",
            ),
        ]


class Activity(models.Model):
    """Something that a holder did which moved the expiry of her sliding lots. Never changed."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    source = models.CharField(max_length=16)
    source_id = models.BigIntegerField()
