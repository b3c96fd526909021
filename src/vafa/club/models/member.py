from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models.club import Branch, Club


class Member(models.Model):
    """A customer in one club, known by mobile number (E.164) or by the shop's own number.

    ``sort_key`` orders names by the Persian alphabet; ``search_key`` is the name as searched.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="members")
    mobile = models.CharField(max_length=16, null=True)
    external_id = models.CharField(max_length=64, null=True)
    name = models.CharField(max_length=120, blank=True, default="")
    sort_key = models.CharField(max_length=255, blank=True, default="")
    search_key = models.CharField(max_length=160, blank=True, default="")
    gender = models.CharField(max_length=6, blank=True, default="")
    birth_date = models.DateField(null=True)
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+", db_index=False)
    is_active = models.BooleanField(default=True)
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
        ]

    def __str__(self) -> str:
        return self.name or self.mobile or self.external_id or ""


class Card(models.Model):
    """A number on plastic or in a QR that stands for a member; one that is lost is closed."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="cards")
    number = models.CharField(max_length=20)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["club", "number"], name="card_number_once")]
