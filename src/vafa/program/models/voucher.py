from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from vafa.club.models import Club, Member
from vafa.commerce.models import Purchase
from vafa.program.models.decision import Decision
from vafa.program.models.series import VoucherSeries


class Voucher(models.Model):
    """A code with conditions; ``kind`` and terms as in ``rules.offers``.

    ``value``: money off a bill, or the balance that a gift card begins with. ``max_uses`` null is
    without limit. ``member`` null: whoever has the code; a code of a series may be given to
    somebody later, once (``given_at``). Its terms are its own, or (``terms`` null) those of its
    series. ``decision``: a rule gave it, made for her. Nothing else of it ever changes.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    reward = models.ForeignKey("program.Reward", models.PROTECT, null=True, related_name="+")
    series = models.ForeignKey(
        VoucherSeries, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, related_name="+", db_index=False
    )
    code = models.CharField(max_length=64)
    kind = models.CharField(max_length=8)
    value = models.BigIntegerField(default=0)
    min_basket = models.BigIntegerField(default=0)
    max_uses = models.IntegerField(null=True, default=1, db_default=1)
    terms = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    given_at = models.DateTimeField(null=True)
    starts_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["club", "code"], name="voucher_code_once"),
            models.CheckConstraint(
                condition=(Q(max_uses__isnull=True) | Q(max_uses__gt=0))
                & (Q(starts_at__isnull=True) | Q(starts_at__lt=F("expires_at"))),
                name="voucher_uses_and_window",
            ),
            models.CheckConstraint(
                condition=Q(decision__isnull=True) | Q(member__isnull=False, series__isnull=False),
                name="voucher_of_a_rule_is_personal",
            ),
        ]
        indexes = [
            models.Index(
                fields=["series", "id"],
                condition=Q(series__isnull=False, member__isnull=True),
                name="voucher_not_given",
            ),
            models.Index(
                fields=["series", "id"], condition=Q(series__isnull=False), name="voucher_of_series"
            ),
            models.Index(
                fields=["decision"], condition=Q(decision__isnull=False), name="voucher_of_decision"
            ),
        ]


class VoucherUse(models.Model):
    """What happened to a voucher; ``number`` counts from 1 without a gap. Never changed.

    ``purpose``: bill, counter (what it is for was handed over, or went into a draw), given_back (a bill came back), or
    what ended it: cancelled or expired. ``times`` (1, 0, -1) and ``amount`` (money that it took off,
    negative when given back) add up in ``times_after`` and ``amount_after``, which a trigger
    computes: it refuses more uses than allowed, more than a gift card's balance, and anything
    after the end. ``shares``: which purchase line got how much of the amount.
    """

    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="uses")
    number = models.IntegerField(default=1)
    purpose = models.CharField(max_length=10, default="bill")
    purchase = models.ForeignKey(Purchase, models.PROTECT, null=True, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    times = models.SmallIntegerField(default=1)
    amount = models.BigIntegerField(default=0)
    shares = models.JSONField(null=True)
    times_after = models.IntegerField(default=0)
    amount_after = models.BigIntegerField(default=0)
    used_at = models.DateTimeField()
    actor = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["voucher", "number"], name="voucher_used_once"),
            models.CheckConstraint(
                condition=Q(purpose__in=["bill", "counter"], times=1, amount__gte=0)
                | Q(purpose="given_back", times__in=[0, -1], amount__lte=0)
                | Q(purpose__in=["cancelled", "expired"], times=0, amount=0),
                name="voucher_use_purpose",
            ),
        ]
        indexes = [
            models.Index(
                fields=["voucher", "member"],
                condition=Q(member__isnull=False),
                name="voucher_uses_of_member",
            ),
        ]
