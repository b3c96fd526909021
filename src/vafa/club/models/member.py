from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models.club import Branch, Club
from vafa.core.clock import now


class Member(models.Model):
    """A customer in one club, known by mobile number (E.164) or by the shop's own number.

    ``sort_key`` orders names by the Persian alphabet; ``search_key`` is the name as searched.
    ``holder`` is the ledger's number of the wallet she uses, null for her own (her ``id``): the
    household's while she belongs to one. Who was merged into another member is found as that one.
    ``attributes`` are what the club knows of her beside, by key (see ``rules.attributes``).
    ``consents`` are those that hold now ("offers:sms"), ``terms_version`` is the newest that she
    accepted (0: none). ``language`` and ``calendar`` are hers where she chose them. Who left keeps
    her row without its mobile (``former_mobile``), so that she may join again as somebody new; of
    who was erased (``erased_at``) nothing is left but the row's number.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="members")
    mobile = models.CharField(max_length=16, null=True)
    external_id = models.CharField(max_length=64, null=True)
    name = models.CharField(max_length=120, blank=True, default="")
    sort_key = models.CharField(max_length=255, blank=True, default="")
    search_key = models.CharField(max_length=160, blank=True, default="")
    gender = models.CharField(max_length=6, blank=True, default="")
    birth_date = models.DateField(null=True)
    attributes = models.JSONField(default=dict)
    email = models.CharField(max_length=254, blank=True, default="", db_default="")
    city = models.CharField(max_length=60, blank=True, default="", db_default="")
    education = models.CharField(max_length=12, blank=True, default="", db_default="")
    acquaintance = models.CharField(max_length=12, blank=True, default="", db_default="")
    interests = ArrayField(models.CharField(max_length=64), default=list)
    wedding_date = models.DateField(null=True)
    language = models.CharField(max_length=2, blank=True, default="", db_default="")
    calendar = models.CharField(max_length=9, blank=True, default="", db_default="")
    consents = ArrayField(models.CharField(max_length=29), default=list)
    terms_version = models.IntegerField(default=0, db_default=0)
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+", db_index=False)
    is_active = models.BooleanField(default=True)
    # Until then she spends nothing: her number has just changed.
    frozen_until = models.DateTimeField(null=True)
    # The first day that her fee does not cover; null where she never paid one.
    fee_until = models.DateField(null=True)
    holder = models.BigIntegerField(null=True)
    household = models.ForeignKey(
        "Household", models.PROTECT, null=True, related_name="members", db_index=False
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False
    )
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    former_mobile = models.CharField(max_length=16, null=True)
    erased_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["club", "mobile"], name="member_mobile_once"),
            models.UniqueConstraint(fields=["club", "external_id"], name="member_external_once"),
            models.CheckConstraint(
                condition=Q(mobile__isnull=False)
                | Q(external_id__isnull=False)
                | Q(left_at__isnull=False),
                name="member_is_known_by_something",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True, erased_at__isnull=True)
                | Q(left_at__isnull=False, is_active=False, mobile__isnull=True),
                name="member_who_left_is_gone",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(
                    name="",
                    email="",
                    former_mobile__isnull=True,
                    external_id__isnull=True,
                    birth_date__isnull=True,
                ),
                name="member_erased_is_nobody",
            ),
        ]
        indexes = [
            models.Index(fields=["club", "sort_key", "id"], name="member_by_name"),
            models.Index(fields=["club", "joined_at"], name="member_by_joining"),
            # Few of all: they are taken off the number of those who joined.
            models.Index(fields=["club"], condition=Q(is_active=False), name="member_gone"),
            models.Index(
                fields=["household"], condition=Q(household__isnull=False), name="member_household"
            ),
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="member_merged"
            ),
            models.Index(
                fields=["club", "former_mobile"],
                condition=Q(former_mobile__isnull=False),
                name="member_former_mobile",
            ),
            models.Index(
                fields=["club", "fee_until"],
                condition=Q(fee_until__isnull=False),
                name="member_fee_ends",
            ),
        ]

    @property
    def frozen_now(self) -> datetime | None:
        """Until when she spends nothing; None where nothing keeps her from it."""
        return self.frozen_until if self.frozen_until and self.frozen_until > now() else None

    def __str__(self) -> str:
        return self.name or self.mobile or self.external_id or ""


class Household(models.Model):
    """Members who share one wallet, ``holder`` in the ledger; numbered like a member's.

    ``spenders``: "all" of them may spend, or only the "head".
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+")
    holder = models.BigIntegerField(unique=True)
    head = models.ForeignKey(Member, models.PROTECT, related_name="+")
    spenders = models.CharField(max_length=4, default="all")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(spenders__in=["all", "head"]), name="household_spenders_known"
            )
        ]


class Card(models.Model):
    """A number on plastic or in a QR that stands for a member; one that is lost is closed."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="cards")
    number = models.CharField(max_length=20)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["club", "number"], name="card_number_once")]
