from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models.club import Branch, Club


class Member(models.Model):
    """A customer in one club, known by mobile number (E.164) or by the shop's own number.

    ``sort_key`` orders names by the Persian alphabet; ``search_key`` is the name as searched.
    ``holder`` is the ledger's number of the wallet she uses, null for her own (her ``id``): the
    household's while she belongs to one. Who was merged into another member is found as that one.
    ``attributes`` are what the club knows of her beside, by key (see ``rules.attributes``).
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
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+", db_index=False)
    is_active = models.BooleanField(default=True)
    holder = models.BigIntegerField(null=True)
    household = models.ForeignKey(
        "Household", models.PROTECT, null=True, related_name="members", db_index=False
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False
    )
    joined_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["club", "mobile"], name="member_mobile_once"),
            models.UniqueConstraint(fields=["club", "external_id"], name="member_external_once"),
            models.CheckConstraint(
                condition=Q(mobile__isnull=False) | Q(external_id__isnull=False),
                name="member_is_known_by_something",
            ),
        ]
        indexes = [
            models.Index(fields=["club", "sort_key", "id"], name="member_by_name"),
            models.Index(fields=["club", "joined_at"], name="member_by_joining"),
            models.Index(
                fields=["household"], condition=Q(household__isnull=False), name="member_household"
            ),
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="member_merged"
            ),
        ]

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
