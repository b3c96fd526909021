from __future__ import annotations

from django.db import models
from django.db.models import Q

from vafa.club.models.club import Club
from vafa.club.models.member import Household, Member


class HouseholdInvitation(models.Model):
    """That somebody may come into a household until ``expires_at``.

    Whoever has ``mobile``, be it a member's or nobody's yet; without one, the first who shows
    ``code``. ``member`` is who answered. The mobile goes with the person who is forgotten.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="+")
    inviter = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    mobile = models.CharField(max_length=16, null=True)
    code = models.CharField(max_length=12)
    state = models.CharField(max_length=9, default="open")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["club", "code"], name="household_invitation_code_once"),
            models.UniqueConstraint(
                fields=["household", "mobile"],
                condition=Q(state="open"),
                name="household_invites_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "accepted", "declined", "withdrawn"]),
                name="household_invitation_state_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["club", "mobile", "made_at"],
                condition=Q(mobile__isnull=False),
                name="household_invitation_to",
            ),
            models.Index(
                fields=["member", "answered_at"],
                condition=Q(state="accepted"),
                name="household_came_in",
            ),
            models.Index(
                fields=["inviter", "answered_at"],
                condition=Q(state="accepted"),
                name="household_let_in",
            ),
        ]
