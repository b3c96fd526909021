from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from vafa.club.models import Club


class VoucherSeries(models.Model):
    """Terms that many codes share: made here (``letters`` random letters behind ``prefix``), or
    brought in from a partner's list (``letters`` 0).

    ``value`` in the currency's smallest unit; ``max_uses`` of each code, null without limit;
    ``terms``: see ``rules.offers.OfferTerms``. What was promised never changes: a trigger lets
    only the progress of making the codes, and the end, be added. ``wanted`` codes are to be made,
    ``made`` are there.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8)
    value = models.BigIntegerField(default=0)
    min_basket = models.BigIntegerField(default=0)
    max_uses = models.IntegerField(null=True, default=1)
    terms = models.JSONField(default=dict)
    starts_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    prefix = models.CharField(max_length=16, blank=True, default="")
    letters = models.SmallIntegerField(default=16)
    wanted = models.IntegerField()
    made = models.IntegerField(default=0)
    actor = models.CharField(max_length=40)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(value__gte=0, min_basket__gte=0, wanted__gt=0, made__gte=0)
                & Q(made__lte=F("wanted"))
                & (Q(max_uses__isnull=True) | Q(max_uses__gt=0)),
                name="series_amounts",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(starts_at__lt=F("expires_at")),
                name="series_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["club", "-id"], name="series_newest")]

    def __str__(self) -> str:
        return self.name
