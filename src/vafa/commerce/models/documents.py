from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models import Branch, Club, Member, Merchant
from vafa.commerce.models.purchase import Purchase
from vafa.commerce.models.returns import Return


class SellerDetails(models.Model):
    """What documents say of who sells: of a merchant, or of one of its branches where that is
    another. What is printed already stays as it was."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="+")
    merchant = models.OneToOneField(Merchant, models.PROTECT, null=True, related_name="+")
    branch = models.OneToOneField(Branch, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120, blank=True, default="")
    address = models.CharField(max_length=300, blank=True, default="")
    postcode = models.CharField(max_length=20, blank=True, default="")
    phone = models.CharField(max_length=60, blank=True, default="")
    economic_code = models.CharField(max_length=20, blank=True, default="")
    national_id = models.CharField(max_length=20, blank=True, default="")
    registration_no = models.CharField(max_length=20, blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(merchant__isnull=False, branch__isnull=True)
                | Q(merchant__isnull=True, branch__isnull=False),
                name="seller_of_one",
            )
        ]


class DocumentSeries(models.Model):
    """The last number given out of a branch's documents of a kind in a year of the club's calendar.

    The row is locked by whoever issues, so that numbers have no gap; a trigger lets it only rise by
    one.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=7)
    year = models.SmallIntegerField()
    last = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["branch", "kind", "year"], name="document_series_once")
        ]


class Document(models.Model):
    """An invoice of a purchase, or the document of a return that names its ``invoice``.

    ``content`` is all that was printed (see ``rules.documents``), ``buyer`` who bought, which is
    forgotten with the person. Never changed.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=7)
    year = models.SmallIntegerField()
    number = models.IntegerField()
    name = models.CharField(max_length=60)
    purchase = models.ForeignKey(
        Purchase, models.PROTECT, related_name="documents", db_constraint=False
    )
    of_return = models.OneToOneField(Return, models.PROTECT, null=True, related_name="document")
    invoice = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="returns", db_index=False
    )
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    total = models.BigIntegerField()
    content = models.JSONField()
    buyer = models.JSONField(null=True)
    actor = models.CharField(max_length=40)
    issued_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "kind", "year", "number"], name="document_number_once"
            ),
            models.UniqueConstraint(
                fields=["purchase"], condition=Q(kind="invoice"), name="document_invoice_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="invoice", of_return__isnull=True, invoice__isnull=True)
                | Q(kind="return", of_return__isnull=False, invoice__isnull=False),
                name="document_of_something",
            ),
        ]
        indexes = [
            models.Index(fields=["club", "-id"], name="document_newest"),
            models.Index(
                fields=["member", "-id"],
                condition=Q(member__isnull=False),
                name="document_of_member",
            ),
        ]

    def __str__(self) -> str:
        return self.name
