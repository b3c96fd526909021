from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models import Branch, Club, Member
from vafa.commerce.models.product import Product


class Purchase(models.Model):
    """A bill, as a branch reported it. ``receipt_no`` is unique per branch. Never changed.

    ``total`` is the bill; ``paid_by_points``, ``paid_by_credit`` and ``discount`` are the parts of
    it that points, credit and a voucher paid (all in the currency's smallest unit).
    ``payment`` is how the rest was paid (cash, card, online, credit, other; "" where it is not known),
    ``payment_card`` a keyed digest that tells one bank card from another (see rules/payment_card.py).
    A trigger, not foreign keys, ties it to its club, branch and member.
    """

    club = models.ForeignKey(
        Club, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    branch = models.ForeignKey(
        Branch, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    receipt_no = models.CharField(max_length=64)
    channel = models.CharField(max_length=8, default="store")
    payment = models.CharField(max_length=8, blank=True, default="", db_default="")
    payment_card = models.CharField(max_length=32, blank=True, default="", db_default="")
    total = models.BigIntegerField()
    paid_by_points = models.BigIntegerField(default=0)
    paid_by_credit = models.BigIntegerField(default=0, db_default=0)
    discount = models.BigIntegerField(default=0)
    content_hash = models.CharField(max_length=64)
    source = models.CharField(max_length=12)
    actor = models.CharField(max_length=40)
    purchased_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["branch", "receipt_no"], name="receipt_once"),
            models.CheckConstraint(
                condition=Q(
                    total__gt=0, paid_by_points__gte=0, paid_by_credit__gte=0, discount__gte=0
                ),
                name="purchase_amounts",
            ),
            models.CheckConstraint(
                condition=Q(
                    total__gte=models.F("paid_by_points")
                    + models.F("paid_by_credit")
                    + models.F("discount")
                ),
                name="purchase_not_overpaid",
            ),
        ]
        indexes = [
            models.Index(fields=["club", "purchased_at"], name="purchase_by_time"),
            models.Index(fields=["member", "purchased_at"], name="purchase_by_member"),
            models.Index(
                fields=["actor", "id"], condition=Q(source="import"), name="purchase_of_import"
            ),
        ]


class PurchaseLine(models.Model):
    """A line of a bill; a bill known only by its amount has one line without product.

    ``quantity`` in thousandths; ``amount`` is the line's share of the bill; ``kind`` is what it is
    for where that is no goods or service: delivery, tax, gift_card.
    """

    purchase = models.ForeignKey(
        Purchase, models.PROTECT, related_name="lines", db_constraint=False
    )
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    number = models.SmallIntegerField()
    name = models.CharField(max_length=160, blank=True, default="")
    quantity = models.BigIntegerField(default=1000)
    amount = models.BigIntegerField()
    kind = models.CharField(max_length=9, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0, quantity__gt=0), name="line_amounts")
        ]


class Delivery(models.Model):
    """A purchase came to its buyer: what was pending until then matures. Never changed."""

    purchase = models.OneToOneField(Purchase, models.PROTECT, related_name="delivery")
    delivered_at = models.DateTimeField()
    actor = models.CharField(max_length=40)
    recorded_at = models.DateTimeField(db_default=Now())
