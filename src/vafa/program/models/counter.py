from __future__ import annotations

from django.db import models
from django.db.models import Q

from vafa.club.models import Club


class Counter(models.Model):
    """What rules have drawn on a limit so far: of one member, household, branch or all, in one
    period (``since`` its first day; 1-1-1 for ever).

    ``what`` is ``r:`` and a rule's id or ``b:`` and a budget's code; ``scope_id`` the member, the
    wallet, the branch, or 0 for all. A merged member's counters point to those that go on for her
    (``goes_on``), never to one that was merged itself. The decisions' ``counted`` prove each.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    scope = models.CharField(max_length=9)
    scope_id = models.BigIntegerField()
    per = models.CharField(max_length=5)
    since = models.DateField()
    what = models.CharField(max_length=42)
    points = models.BigIntegerField(default=0, db_default=0)
    times = models.BigIntegerField(default=0, db_default=0)
    goes_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["club", "scope", "scope_id", "per", "since", "what"], name="counter_once"
            ),
            models.CheckConstraint(
                condition=Q(points__gte=0, times__gte=0), name="counter_not_below_zero"
            ),
        ]
