from __future__ import annotations

from django.db import models

from vafa.club.models import Club


class Category(models.Model):
    """A kind of products."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    sort_key = models.CharField(max_length=160, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["club", "code"], name="category_code_once")]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """A good or service that the club's merchants sell; ``price`` in the currency's smallest unit."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="+")
    sku = models.CharField(max_length=64)
    name = models.CharField(max_length=160)
    sort_key = models.CharField(max_length=320, default="")
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="products")
    brand = models.CharField(max_length=80, blank=True, default="", db_default="")
    price = models.BigIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["club", "sku"], name="product_sku_once")]

    def __str__(self) -> str:
        return self.name
