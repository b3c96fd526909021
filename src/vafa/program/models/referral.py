from __future__ import annotations

from django.db import models
from django.db.models import Q

from vafa.club.models import Club, Member
from vafa.commerce.models import Purchase


class Referral(models.Model):
    """A member who joined because another invited her; at most one for each friend.

    ``status``: waiting for a purchase of hers, paid, refused, or taken back (see
    ``actions.referrals.reopen_referrals``). ``reason`` (for the staff only): why it was refused, why
    the one who invited got nothing, or that a purchase came back. ``purchase`` is the last one that
    counted.
    ``device`` is a digest of the mark of the browser she joined in, "" for none.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    inviter = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    friend = models.OneToOneField(Member, models.PROTECT, related_name="+")
    actor = models.CharField(max_length=40)
    device = models.CharField(max_length=32, blank=True, default="")
    status = models.CharField(max_length=10, default="waiting")
    reason = models.CharField(max_length=16, blank=True, default="")
    made_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True)
    purchase = models.ForeignKey(
        Purchase, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="waiting", judged_at__isnull=True)
                | Q(status="refused", judged_at__isnull=False) & ~Q(reason="")
                | Q(
                    status__in=["paid", "taken_back"],
                    judged_at__isnull=False,
                    purchase__isnull=False,
                ),
                name="referral_judged",
            ),
            models.CheckConstraint(
                condition=~Q(inviter=models.F("friend")), name="referral_of_another"
            ),
        ]
        indexes = [
            models.Index(fields=["club"], condition=Q(status="waiting"), name="referral_waiting"),
            models.Index(fields=["inviter", "-made_at"], name="referral_by_inviter"),
            models.Index(fields=["club", "-id"], name="referral_newest"),
        ]


class MemberDevice(models.Model):
    """A browser in which a member logged in while the club rewarded invitations: a digest of its
    mark, to tell who invites herself."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    device = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "device"], name="member_device_once")
        ]
