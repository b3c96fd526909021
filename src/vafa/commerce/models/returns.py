from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models import Branch, Club, Member
from vafa.commerce.models.purchase import Purchase, PurchaseLine


class Return(models.Model):
    """A purchase undone, whole or in part; without ``purchase`` it stands alone. Never changed."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", db_index=False)
    purchase = models.ForeignKey(Purchase, models.PROTECT, null=True, related_name="returns")
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    receipt_no = models.CharField(max_length=64)
    total = models.BigIntegerField()
    reason = models.CharField(max_length=200, blank=True, default="")
    content_hash = models.CharField(max_length=64)
    source = models.CharField(max_length=12)
    actor = models.CharField(max_length=40)
    returned_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["branch", "receipt_no"], name="return_receipt_once"),
            models.CheckConstraint(condition=Q(total__gt=0), name="return_positive"),
        ]
        indexes = [
            models.Index(fields=["club", "returned_at"], name="return_by_time"),
            models.Index(fields=["member", "returned_at"], name="return_by_member"),
        ]


class ReturnLine(models.Model):
    """What came back of a line: quantity in thousandths, amount of the bill."""

    parent = models.ForeignKey(Return, models.PROTECT, related_name="lines")
    purchase_line = models.ForeignKey(
        PurchaseLine, models.PROTECT, null=True, related_name="returned"
    )
    name = models.CharField(max_length=160, blank=True, default="")
    quantity = models.BigIntegerField(default=1000)
    amount = models.BigIntegerField()
