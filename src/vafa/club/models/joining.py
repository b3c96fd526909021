from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models.club import Branch, Club
from vafa.club.models.member import Member


class JoiningTerms(models.Model):
    """Who may join a club, version by version: the newest holds, a club without any is open.

    Of a closed club any one of the ways suffices. ``by_receipt_of``: a bill of at least so much
    (the currency's smallest unit) in the last ``receipt_days`` days that nobody joined with yet.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+")
    version = models.IntegerField()
    mode = models.CharField(max_length=6)
    by_invitation = models.BooleanField(default=False)
    by_code = models.BooleanField(default=False)
    by_receipt_of = models.BigIntegerField(null=True)
    receipt_days = models.SmallIntegerField(default=30)
    by_approval = models.BooleanField(default=False)
    actor = models.CharField(max_length=40)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["club", "version"], name="joining_terms_once"),
            models.CheckConstraint(
                condition=Q(mode="open")
                | Q(mode="closed", by_invitation=True)
                | Q(mode="closed", by_code=True)
                | Q(mode="closed", by_approval=True)
                | Q(mode="closed", by_receipt_of__isnull=False),
                name="closed_club_has_a_door",
            ),
        ]


class JoiningCode(models.Model):
    """A code of the club's own and the link that carries it: for a branch, a campaign, a poster.

    Who comes with it is known to have come so. ``opens``: it lets people into a closed club.
    ``most_uses`` null for no limit; ``last_day`` by the club's calendar day, null for always.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+", db_index=False)
    opens = models.BooleanField(default=True)
    most_uses = models.IntegerField(null=True)
    uses = models.IntegerField(default=0)
    last_day = models.DateField(null=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["club", "code"], name="joining_code_once"),
            models.CheckConstraint(
                condition=Q(most_uses__isnull=True) | Q(uses__lte=models.F("most_uses")),
                name="joining_code_within_limit",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_spent_on(self, day: date) -> bool:
        """Whether nobody can come by it on that day of the club any more."""
        is_over = self.last_day is not None and self.last_day < day
        is_full = self.most_uses is not None and self.uses >= self.most_uses
        return not self.is_active or is_over or is_full


class JoiningRequest(models.Model):
    """Somebody who asked to join and whom the club decides about: waiting, accepted, refused.

    ``mobile`` was proved to be hers, or a cashier or a program of the shop named it.
    ``invitation`` is the code of the member who sent her, ``code`` the club's own she came with;
    ``told`` is what else she said and allowed (see ``actions.joining.told_of``).
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    mobile = models.CharField(max_length=16)
    name = models.CharField(max_length=120)
    birth_date = models.DateField(null=True)
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+", db_index=False)
    invitation = models.CharField(max_length=40, blank=True, default="")
    code = models.CharField(max_length=20, blank=True, default="")
    told = models.JSONField(default=dict)
    asked_by = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="waiting")
    decided_by = models.CharField(max_length=40, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="")
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["club", "mobile"],
                condition=Q(state="waiting"),
                name="joining_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "accepted", "refused"]),
                name="joining_request_state_known",
            ),
        ]
        indexes = [models.Index(fields=["club", "state", "asked_at"], name="joining_requests")]


class Joining(models.Model):
    """By which way a member came in: invitation, code, receipt or approval.

    ``purchase`` is the number of the bill that opened the door, which opens it once.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    member = models.OneToOneField(Member, models.PROTECT, related_name="+")
    way = models.CharField(max_length=10)
    code = models.ForeignKey(JoiningCode, models.PROTECT, null=True, related_name="+")
    request = models.ForeignKey(
        JoiningRequest, models.PROTECT, null=True, related_name="+", db_index=False
    )
    purchase = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["club", "purchase"], name="joining_receipt_once")
        ]
