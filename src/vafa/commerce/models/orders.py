from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models import Branch, Club, Member
from vafa.commerce.models.product import Product
from vafa.commerce.models.purchase import Purchase
from vafa.commerce.rules.orders import KINDS, STATES


class Order(models.Model):
    """What somebody wants to buy and has not received yet, or a fee that a member owes.

    ``kind``: sale or fee; ``state`` goes as ``rules.orders`` says. ``total`` is the sum of its
    lines (the currency's smallest unit), ``vouchers`` codes that pay a part when it is registered.
    A sale that is registered has its ``purchase``; a fee that is paid covers ``covers_from`` to
    ``covers_until`` (exclusive). Where it goes (``recipient``, ``phone``, ``address``, ``note``)
    is forgotten with the person.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=4, default="sale")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=11, default="draft")
    channel = models.CharField(max_length=8, default="phone")
    payment = models.CharField(max_length=8, blank=True, default="")
    vouchers = models.CharField(max_length=200, blank=True, default="")
    total = models.BigIntegerField(default=0)
    recipient = models.CharField(max_length=120, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    address = models.CharField(max_length=400, blank=True, default="")
    note = models.CharField(max_length=400, blank=True, default="")
    wanted_on = models.DateField(null=True)
    purchase = models.OneToOneField(
        Purchase, models.PROTECT, null=True, related_name="order", db_constraint=False
    )
    covers_from = models.DateField(null=True)
    covers_until = models.DateField(null=True)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(KINDS), state__in=list(STATES), total__gte=0),
                name="order_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="sale") | Q(member__isnull=False), name="order_fee_of_member"
            ),
            # A member owes one fee at a time.
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(kind="fee", state="placed"),
                name="order_fee_owed_once",
            ),
        ]
        indexes = [
            models.Index(fields=["club", "-id"], name="order_newest"),
            models.Index(fields=["club", "state", "-id"], name="order_by_state"),
            models.Index(
                fields=["member", "-id"], condition=Q(member__isnull=False), name="order_of_member"
            ),
        ]


class OrderLine(models.Model):
    """A line of an order: ``price`` of one and ``amount`` of all (smallest units), ``quantity`` in
    thousandths; ``kind`` as in a purchase's line (delivery, tax, gift_card)."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, related_name="+", db_index=False
    )
    name = models.CharField(max_length=160)
    quantity = models.BigIntegerField(default=1000)
    price = models.BigIntegerField()
    amount = models.BigIntegerField()
    kind = models.CharField(max_length=9, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, price__gte=0, amount__gte=0), name="order_line_amounts"
            )
        ]


class OrderStep(models.Model):
    """An order came to a state, by whom and when. Never changed."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="steps")
    state = models.CharField(max_length=11)
    reason = models.CharField(max_length=200, blank=True, default="")
    actor = models.CharField(max_length=40)
    at = models.DateTimeField(db_default=Now())
