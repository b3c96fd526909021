from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models import Club, Member
from vafa.commerce.models import Product, Purchase
from vafa.program.models.decision import Decision


class Reward(models.Model):
    """What points buy: a voucher of an amount (``value`` of money) or a product.

    ``stock`` null means without limit; it is never below zero.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="rewards")
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True, default="")
    sort_key = models.CharField(max_length=255, default="")
    kind = models.CharField(max_length=8)
    points = models.BigIntegerField()
    value = models.BigIntegerField(default=0)
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    valid_days = models.IntegerField(default=90)
    min_basket = models.BigIntegerField(default=0)
    stock = models.IntegerField(null=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(points__gt=0, value__gte=0), name="reward_amounts"),
            models.CheckConstraint(
                condition=Q(stock__isnull=True) | Q(stock__gte=0),
                name="reward_stock_not_below_zero",
            ),
            models.CheckConstraint(
                condition=Q(kind="voucher", value__gt=0) | Q(kind="product"),
                name="reward_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Voucher(models.Model):
    """A code with conditions: worth ``value`` of money on a bill, or one product at the counter."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    reward = models.ForeignKey(Reward, models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=24)
    kind = models.CharField(max_length=8)
    value = models.BigIntegerField(default=0)
    min_basket = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["club", "code"], name="voucher_code_once")]


class VoucherUse(models.Model):
    """A use of a voucher; ``number`` counts from 1, and only 1 is allowed now. Never changed.

    ``purpose``: bill, counter (its product was handed over), or what ended it instead: cancelled
    or expired. So a voucher is used or given up, never both.
    """

    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="uses")
    number = models.SmallIntegerField(default=1)
    purpose = models.CharField(max_length=9, default="bill")
    purchase = models.ForeignKey(Purchase, models.PROTECT, null=True, related_name="+")
    used_at = models.DateTimeField()
    actor = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["voucher", "number"], name="voucher_used_once"),
            models.CheckConstraint(condition=Q(number=1), name="voucher_single_use"),
            models.CheckConstraint(
                condition=Q(purpose__in=["bill", "counter", "cancelled", "expired"]),
                name="voucher_use_purpose",
            ),
        ]


class Redemption(models.Model):
    """Points set aside for a reward: the terms as they were. Never changed.

    The points are held for its decision until the voucher is used (they are spent), cancelled or
    expired (they go back).
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    reward = models.ForeignKey(Reward, models.PROTECT, related_name="+")
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="+")
    voucher = models.OneToOneField(Voucher, models.PROTECT, related_name="+")
    points = models.BigIntegerField()
    actor = models.CharField(max_length=40)
    redeemed_at = models.DateTimeField()
