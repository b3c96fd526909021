from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models import Branch, Club, Member
from vafa.commerce.models import Purchase
from vafa.program.models.decision import Decision
from vafa.program.models.voucher import Voucher


class Adjustment(models.Model):
    """A correction by hand: ``amount`` (signed) of "points" or "credit", and why.

    Within the limit it is applied at once; above it waits for a second person, who applies or
    refuses it, and that is final.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    unit = models.CharField(max_length=6)
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    status = models.CharField(max_length=8, default="waiting")
    requested_by = models.CharField(max_length=40)
    requested_at = models.DateTimeField()
    decided_by = models.CharField(max_length=40, default="")
    decided_at = models.DateTimeField(null=True)
    decision = models.OneToOneField(Decision, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(amount=0) & ~Q(reason=""), name="adjustment_says_what_and_why"
            ),
            models.CheckConstraint(
                condition=Q(unit__in=["points", "credit"]), name="adjustment_unit_known"
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", decided_at__isnull=True, decision__isnull=True)
                | Q(status="refused", decided_at__isnull=False, decision__isnull=True)
                | Q(status="applied", decided_at__isnull=False, decision__isnull=False),
                name="adjustment_status_known",
            ),
        ]
        indexes = [
            models.Index(fields=["club", "-requested_at"], name="adjustment_by_time"),
        ]


class Reservation(models.Model):
    """Points, credit and a voucher set aside for a bill that is not paid yet.

    Open, then used (by ``purchase``), released or expired: once, and final.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", db_index=False)
    points = models.BigIntegerField(default=0)
    credit = models.BigIntegerField(default=0)
    voucher = models.ForeignKey(
        Voucher, models.PROTECT, null=True, related_name="+", db_index=False
    )
    status = models.CharField(max_length=8, default="open")
    actor = models.CharField(max_length=40)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    purchase = models.ForeignKey(
        Purchase, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gte=0, credit__gte=0)
                & (Q(points__gt=0) | Q(credit__gt=0) | Q(voucher__isnull=False)),
                name="reservation_holds_something",
            ),
            models.CheckConstraint(
                condition=Q(status="open", resolved_at__isnull=True)
                | Q(status__in=["used", "released", "expired"], resolved_at__isnull=False),
                name="reservation_status_known",
            ),
            models.UniqueConstraint(
                fields=["voucher"], condition=Q(status="open"), name="voucher_reserved_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(status="open"), name="reservation_expiring"
            ),
        ]


class BulkAdjustment(models.Model):
    """The same ``points`` for each of many ``members`` (their numbers), and why: more in all than
    one person may give, so that it waits for a second one, whose word is final."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    members = models.JSONField()
    points = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    status = models.CharField(max_length=8, default="waiting")
    requested_by = models.CharField(max_length=40)
    requested_at = models.DateTimeField()
    decided_by = models.CharField(max_length=40, default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gt=0) & ~Q(reason=""),
                name="bulk_adjustment_says_what_and_why",
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", decided_at__isnull=True)
                | Q(status__in=["approved", "refused"], decided_at__isnull=False),
                name="bulk_adjustment_status_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["club", "-id"],
                condition=Q(status="waiting"),
                name="bulk_adjustment_waiting",
            ),
        ]

    @property
    def total(self) -> int:
        """The points of all of them together."""
        return int(self.points) * len(self.members)
