from __future__ import annotations

from django.db import models
from django.db.models import Q

from vafa.club.models import Club, Member
from vafa.commerce.models import Return
from vafa.program.models.decision import Decision
from vafa.program.models.draw import Draw


class Badge(models.Model):
    """A badge that a rule gave to a member, once and for good; ``code`` names one of the
    programme's. Never changed."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=40)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "code"], name="badge_once")]
        indexes = [models.Index(fields=["club", "code"], name="badge_by_code")]


class DrawChance(models.Model):
    """Chances in a draw that a rule or a reward gave, or (negative) that went with what was brought
    back (the return) or with a reward that was given up (the decision). Never changed; chances
    count for the list that is made of the sum."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    draw = models.ForeignKey(Draw, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+")
    undone_by = models.ForeignKey(
        Return, models.PROTECT, null=True, related_name="+", db_index=False
    )
    given_up_by = models.ForeignKey(
        Decision, models.PROTECT, null=True, related_name="+", db_index=False
    )
    chances = models.BigIntegerField()
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(chances__gt=0, undone_by__isnull=True, given_up_by__isnull=True)
                | Q(chances__lt=0, undone_by__isnull=False, given_up_by__isnull=True)
                | Q(chances__lt=0, undone_by__isnull=True, given_up_by__isnull=False),
                name="draw_chance_given_or_undone",
            )
        ]
        indexes = [models.Index(fields=["draw", "member"], name="draw_chance_of_member")]
