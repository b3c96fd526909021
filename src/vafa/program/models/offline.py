from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models import Branch, Club, Member
from vafa.commerce.models import Purchase
from vafa.program.models.decision import Decision


class OfflineSale(models.Model):
    """A sale that a till rang up without a line, and what became of it when the line was back.

    ``entry`` is the till's own number of it, ``snapshot`` that of the members' list it went by.
    ``till_at`` is the till's clock, ``sold_at`` the same as our clock has it. State: arrived, then
    clean (recorded as it was) or open (something of it could not be as it was: ``why``; a person
    settles it), then settled by ``resolution`` (points: taken from what she earns next; money;
    write_off: the branch bears it). ``short_points`` and ``short_credit`` are what was spent at the
    till and could not be taken; ``kept`` is what was sent where no purchase could be made of it.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    entry = models.UUIDField()
    asked_hash = models.CharField(max_length=64)
    snapshot = models.CharField(max_length=36, blank=True, default="")
    rung_by = models.CharField(max_length=40)
    sent_by = models.CharField(max_length=40)
    till_at = models.DateTimeField()
    sold_at = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())
    customer = models.CharField(max_length=24, blank=True, default="")
    total = models.BigIntegerField()
    asked_points = models.BigIntegerField(default=0)
    asked_credit = models.BigIntegerField(default=0)
    state = models.CharField(max_length=8, default="arrived")
    why = models.CharField(max_length=12, blank=True, default="")
    short_points = models.BigIntegerField(default=0)
    short_credit = models.BigIntegerField(default=0)
    purchase = models.ForeignKey(
        Purchase, models.PROTECT, null=True, related_name="+", db_index=False
    )
    kept = models.JSONField(null=True)
    resolution = models.CharField(max_length=9, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")
    resolved_by = models.CharField(max_length=40, blank=True, default="")
    resolved_at = models.DateTimeField(null=True)
    decision = models.OneToOneField(Decision, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["club", "entry"], name="offline_sale_once"),
            models.CheckConstraint(
                condition=Q(state="arrived", why="")
                | Q(state="clean", why="", purchase__isnull=False)
                | ~Q(why="") & Q(state__in=["open", "settled"]),
                name="offline_sale_state_known",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolution="", decision__isnull=True)
                & ~Q(state="settled")
                | Q(resolved_at__isnull=False, state="settled")
                & (
                    Q(resolution="points", decision__isnull=False)
                    | Q(resolution__in=["money", "write_off"], decision__isnull=True)
                ),
                name="offline_sale_settled_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["club", "id"], condition=Q(state="open"), name="offline_sale_open"
            ),
            models.Index(
                fields=["club", "received_at"],
                condition=Q(state="arrived"),
                name="offline_sale_unfinished",
            ),
            models.Index(fields=["member", "sold_at"], name="offline_sale_by_member"),
            models.Index(fields=["branch", "sold_at"], name="offline_sale_by_branch"),
        ]
