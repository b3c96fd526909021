from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models.access import Staff, User
from vafa.club.models.club import Club
from vafa.club.models.member import Member


class SecondFactor(models.Model):
    """The app by which a person of the staff proves herself beside her password (TOTP, RFC 6238).

    Of no use until ``confirmed_at``. ``last_step`` is the newest time step whose code was used, so
    that none is used twice; ``recovery`` are the hashes of the codes that are left for a lost phone.
    """

    user = models.OneToOneField(User, models.PROTECT, related_name="second_factor")
    sealed_key = models.BinaryField()
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    recovery = ArrayField(models.CharField(max_length=64), default=list)


class Session(models.Model):
    """Where somebody is logged in: one row for each of Django's sessions, named by its key."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    staff = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=200)
    address = models.CharField(max_length=45)
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(staff__isnull=False, member__isnull=True)
                | Q(staff__isnull=True, member__isnull=False),
                name="session_of_one_person",
            )
        ]
        indexes = [
            models.Index(
                fields=["staff"], condition=Q(staff__isnull=False), name="session_of_staff"
            ),
            models.Index(
                fields=["member"], condition=Q(member__isnull=False), name="session_of_member"
            ),
            models.Index(fields=["last_seen_at"], name="session_by_age"),
        ]


class NumberChange(models.Model):
    """A member's mobile that became, or shall become, another one: waiting, done or refused.

    Asked by herself it is done at once; asked by staff it waits for a second person.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    old_mobile = models.CharField(max_length=16, blank=True, default="")
    new_mobile = models.CharField(max_length=16, blank=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    status = models.CharField(max_length=8, default="waiting")
    asked_by = models.CharField(max_length=40)
    asked_at = models.DateTimeField(db_default=Now())
    decided_by = models.CharField(max_length=40, blank=True, default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="waiting", decided_at__isnull=True)
                | Q(status__in=["done", "refused"], decided_at__isnull=False),
                name="number_change_state_known",
            ),
            models.UniqueConstraint(
                fields=["member"], condition=Q(status="waiting"), name="number_change_waits_once"
            ),
        ]
        indexes = [models.Index(fields=["club", "-id"], name="number_changes_newest")]
