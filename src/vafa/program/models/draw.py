from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from vafa.club.models import Club, Member

_HEX = "^[0-9a-f]{64}$"


class Draw(models.Model):
    """A draw («قرعه‌کشی»): conditions, and what each step of its life published.

    ``status``: draft → open → frozen → drawn → closed, each once and in this order; a draft or an
    open one may be cancelled. From the opening on nothing changes but what the next step adds:
    a trigger refuses the rest. ``starts_on`` and ``ends_on`` are days of the club, both within;
    amounts in the currency's smallest unit. ``prizes``: see ``rules.draws.Prize``.
    ``branches`` are numbers, none for all. Hashes and the seed are hex; the seed is empty until drawn.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True, default="")
    permit = models.CharField(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField()
    from_amount = models.BigIntegerField(null=True)
    step_amount = models.BigIntegerField(null=True)
    step_points = models.BigIntegerField(null=True)
    free_chances = models.IntegerField(default=1)
    free_words = models.CharField(max_length=400)
    free_words_en = models.CharField(max_length=400, blank=True, default="")
    cap = models.IntegerField(null=True)
    branches = ArrayField(models.BigIntegerField(), default=list)
    excludes_staff = models.BooleanField(default=True)
    excluded_mobiles = ArrayField(models.CharField(max_length=16), default=list)
    prizes = models.JSONField()
    reserves = models.IntegerField(default=0)
    draws_at = models.DateTimeField()
    public_value_is = models.CharField(max_length=300)
    public_value_is_en = models.CharField(max_length=300, blank=True, default="")
    status = models.CharField(max_length=9, default="draft")
    created_at = models.DateTimeField(db_default=Now())
    opened_at = models.DateTimeField(null=True)
    seed_hash = models.CharField(max_length=64, blank=True, default="")
    frozen_at = models.DateTimeField(null=True)
    list_hash = models.CharField(max_length=64, blank=True, default="")
    entrants = models.BigIntegerField(default=0)
    chances = models.BigIntegerField(default=0)
    drawn_at = models.DateTimeField(null=True)
    public_value = models.CharField(max_length=200, blank=True, default="")
    seed = models.CharField(max_length=64, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(permit__regex=r"^.{3,60}$", starts_on__lte=F("ends_on")),
                name="draw_permit_and_period",
            ),
            models.CheckConstraint(
                condition=(Q(from_amount__isnull=True) | Q(from_amount__gt=0))
                & (Q(step_amount__isnull=True) | Q(step_amount__gt=0))
                & (Q(step_points__isnull=True) | Q(step_points__gt=0))
                & (Q(cap__isnull=True) | Q(cap__gte=F("free_chances")))
                & Q(free_chances__gte=1, reserves__gte=0),
                name="draw_chances",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", opened_at__isnull=True, seed_hash="")
                | Q(status="cancelled", cancelled_at__isnull=False, frozen_at__isnull=True)
                & ~Q(cancel_reason="")
                | Q(
                    status__in=["open", "frozen", "drawn", "closed"],
                    opened_at__isnull=False,
                    cancelled_at__isnull=True,
                    seed_hash__regex=_HEX,
                ),
                name="draw_opened",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["draft", "open", "cancelled"], frozen_at__isnull=True, list_hash=""
                )
                | Q(
                    status__in=["frozen", "drawn", "closed"],
                    frozen_at__lt=F("draws_at"),
                    list_hash__regex=_HEX,
                ),
                name="draw_frozen",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["draft", "open", "cancelled", "frozen"],
                    drawn_at__isnull=True,
                    seed="",
                    public_value="",
                )
                | Q(status__in=["drawn", "closed"], drawn_at__gte=F("draws_at"), seed__regex=_HEX)
                & ~Q(public_value=""),
                name="draw_drawn",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False)
                | ~Q(status="closed") & Q(closed_at__isnull=True),
                name="draw_closed",
            ),
        ]
        indexes = [models.Index(fields=["club", "-id"], name="draw_newest")]

    def __str__(self) -> str:
        return self.name


class DrawSecret(models.Model):
    """What a draw was opened with and nobody may see before its time: the seed until winners are
    drawn; the key of the members' salts never. 32 bytes each. Never changed."""

    draw = models.OneToOneField(Draw, models.PROTECT, related_name="+")
    seed = models.BinaryField()
    key = models.BinaryField()


class DrawClaim(models.Model):
    """A member takes part without buying, once, while the draw is open. Never changed."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField()
    actor = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "member"], name="draw_claimed_once")]


class DrawEntry(models.Model):
    """A line of the frozen list. Never changed; triggers, not foreign keys, tie it to its draw
    (which must be open when it is written) and member."""

    draw = models.ForeignKey(
        Draw, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    number = models.IntegerField()
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    tag = models.CharField(max_length=32)
    chances = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "number"], name="draw_entry_number"),
            models.UniqueConstraint(fields=["member", "draw"], name="draw_entry_member"),
            models.CheckConstraint(condition=Q(chances__gt=0), name="draw_entry_chances"),
        ]


class DrawWinner(models.Model):
    """Who was drawn at which place (from 1): prizes in order, then reserves. Never changed."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="+", db_index=False)
    place = models.IntegerField()
    entry = models.OneToOneField(DrawEntry, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "place"], name="draw_place_once"),
            models.CheckConstraint(condition=Q(place__gt=0), name="draw_place_positive"),
        ]


class DrawOutcome(models.Model):
    """What became of a winner: "confirmed", or "replaced" for a ``reason`` by ``successor``, the next
    reserve (null when none was left). Never changed."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="+", db_index=False)
    winner = models.OneToOneField(DrawWinner, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9)
    reason = models.CharField(max_length=300, blank=True, default="")
    successor = models.OneToOneField(DrawWinner, models.PROTECT, null=True, related_name="+")
    actor = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="confirmed", reason="", successor__isnull=True)
                | Q(kind="replaced") & ~Q(reason=""),
                name="draw_outcome_known",
            )
        ]
