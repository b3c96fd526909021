from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models import Club, Member
from vafa.program.models.revision import Revision


class TierRun(models.Model):
    """The tiers of a club were looked at, once on a ``day`` of the club. Never changed.

    ``ran_at`` is the moment by which, ``revision`` the programme by which they were judged.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    ran_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["club", "day"], name="tier_run_once")]


class TierChange(models.Model):
    """A member's tier was another than at the run before. Never changed.

    ``before`` and ``after`` are codes, "none" below all tiers; ``why``: risen, fallen (time
    passed), taken_back (what she had done was undone), new_terms, segment (she left it).
    """

    run = models.ForeignKey(TierRun, models.PROTECT, related_name="changes", db_index=False)
    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    before = models.CharField(max_length=40)
    after = models.CharField(max_length=40)
    why = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "run"], name="tier_change_once"),
            models.CheckConstraint(
                condition=Q(why__in=["risen", "fallen", "taken_back", "new_terms", "segment"])
                & ~Q(before=models.F("after")),
                name="tier_change_known",
            ),
        ]
        indexes = [models.Index(fields=["club", "member", "-id"], name="tier_change_newest")]


class TierWarning(models.Model):
    """A member is to know that ``tier`` is lost on ``loses_on`` unless she earns more: once for each
    loss. Never changed."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    tier = models.CharField(max_length=40)
    falls_to = models.CharField(max_length=40)
    loses_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "tier", "loses_on"], name="tier_warning_once")
        ]
