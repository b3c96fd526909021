from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from vafa.club.models import Club, Member
from vafa.commerce.models import Product
from vafa.program.models.decision import Decision
from vafa.program.models.series import VoucherSeries
from vafa.program.models.voucher import Voucher


class Reward(models.Model):
    """What points buy: ``kind``, ``value`` and ``terms`` are those of its voucher (see
    ``rules.offers``); a partner's code is taken out of its ``series``. Of ``chances`` the ``value`` is
    how many, and they may cost nothing.

    ``stock`` null means without limit; it is never below zero. Who may have it: from ``starts_at``
    until before ``ends_at``, in one of ``tiers`` (codes; none: all), in ``segment`` (a code, or ""),
    and not more than ``per_member`` times. ``max_uses``: how often its voucher serves.
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
    max_uses = models.IntegerField(default=1, db_default=1)
    terms = models.JSONField(default=dict, db_default={})
    series = models.ForeignKey(VoucherSeries, models.PROTECT, null=True, related_name="+")
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    tiers = ArrayField(models.CharField(max_length=40), default=list, db_default=[])
    segment = models.CharField(max_length=40, blank=True, default="", db_default="")
    per_member = models.IntegerField(null=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(value__gte=0) & (Q(points__gt=0) | Q(points__gte=0, kind="chances")),
                name="reward_amounts",
            ),
            models.CheckConstraint(
                condition=Q(stock__isnull=True) | Q(stock__gte=0),
                name="reward_stock_not_below_zero",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["voucher", "gift", "chances"], value__gt=0)
                | Q(kind__in=["percent", "product", "buy_get", "delivery", "text"])
                | Q(kind="partner", series__isnull=False),
                name="reward_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(max_uses__gt=0)
                & (Q(per_member__isnull=True) | Q(per_member__gt=0))
                & (
                    Q(starts_at__isnull=True)
                    | Q(ends_at__isnull=True)
                    | Q(starts_at__lt=F("ends_at"))
                ),
                name="reward_limits_and_window",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Redemption(models.Model):
    """Points set aside for a reward: the terms as they were. Never changed.

    The points are held for its decision until the voucher is used (they are spent), cancelled or
    expired (they go back). Chances are given at once; their voucher is used when the draw's moment
    has come and its list was closed.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    reward = models.ForeignKey(Reward, models.PROTECT, related_name="+")
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="+")
    voucher = models.OneToOneField(Voucher, models.PROTECT, related_name="+")
    points = models.BigIntegerField()
    actor = models.CharField(max_length=40)
    redeemed_at = models.DateTimeField()
