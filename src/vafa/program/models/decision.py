from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models import Club, Member
from vafa.commerce.models import Purchase, Return
from vafa.program.models.revision import Revision


class Decision(models.Model):
    """What was decided for a member, with everything that explains it. Never changed.

    ``trigger``: purchase, join, return, redeem, unredeem, pay (points or credit as money),
    give_back, adjust, reverse, gift, gift_in, gift_in_back, merge, opening, leave. ``points`` and ``credit`` are
    signed: what the member gained or lost. ``parts`` lists the rules that made it and what each
    saw; ``shares`` says which purchase line carries how many of the points, so that a return
    undoes exactly what was granted; ``counted`` which counters of limits it drew on: (counter,
    points, times); ``inputs`` what the rules were told, so that a decision of theirs can be made
    again (rules/inputs.py). A decision of a return names the one it undoes a share of;
    ``answers`` is the other side of a gift. Its ``tier_points`` count at the undone decision's ``tier_at``, so that both leave the tier's
    window on the same day. A trigger, not foreign keys, ties it to club, member, revision and
    purchase.
    """

    club = models.ForeignKey(
        Club, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    revision = models.ForeignKey(
        Revision, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    purchase = models.ForeignKey(
        Purchase, models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    undone_by = models.ForeignKey(
        Return, models.PROTECT, null=True, related_name="+", db_index=False
    )
    undoes = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    answers = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    trigger = models.CharField(max_length=12)
    points = models.BigIntegerField()
    credit = models.BigIntegerField(default=0, db_default=0)
    tier_points = models.BigIntegerField(default=0)
    parts = models.JSONField()
    shares = models.JSONField(null=True)
    counted = models.JSONField(null=True)
    inputs = models.JSONField(null=True)
    effective_at = models.DateTimeField()
    tier_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(trigger__in=["purchase", "join", "happening"])
                | Q(inputs__isnull=False),
                name="decision_of_rules_has_inputs",
            ),
            models.UniqueConstraint(
                fields=["undoes"], condition=Q(trigger="reverse"), name="decision_reversed_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["answers"], condition=Q(answers__isnull=False), name="decision_answering"
            ),
            models.Index(
                fields=["undoes"], condition=Q(undoes__isnull=False), name="decision_undoing"
            ),
            models.Index(
                fields=["member", "tier_at"], include=["tier_points"], name="decision_by_member"
            ),
        ]
