from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from vafa.ledger.models import Book, Unit


class Club(models.Model):
    """One programme with its members, merchants, rules and book."""

    book = models.OneToOneField(Book, models.PROTECT)
    points_unit = models.OneToOneField(Unit, models.PROTECT, related_name="+")
    credit_unit = models.OneToOneField(Unit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    currency = models.CharField(max_length=3, default="IRR")
    zone = models.CharField(max_length=40, default="Asia/Tehran")
    calendar = models.CharField(max_length=9, default="jalali")
    language = models.CharField(max_length=2, default="fa")
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class ClubDisplayUnit(models.Model):
    """In which unit the club speaks of money, from a date on (rial, toman, pound ...)."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="display_units")
    unit = models.CharField(max_length=16)
    effective_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["club", "effective_from"], name="display_unit_once")
        ]


class Merchant(models.Model):
    """A business in the club."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="merchants")
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class Branch(models.Model):
    """A merchant's place of sale, physical or online."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="branches")
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="branches")
    code = models.SlugField(max_length=32)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, default="store")
    city = models.CharField(max_length=60, blank=True, default="")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["club", "code"], name="branch_code_once")]

    def __str__(self) -> str:
        return self.name
