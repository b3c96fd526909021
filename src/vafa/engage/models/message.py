from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models import Club, Member


class Message(models.Model):
    """A text for one person through one channel, and how far it is.

    ``state``: *stored* (the outbox channel only keeps it here, for demos and tests, where nobody
    real is written to), *queued*, *sending* (claimed; nobody else may send it), *accepted* by the
    provider, *delivered*, *undelivered*, *blocked* (by the person), *failed*, *unknown* (no answer:
    never sent again by itself), *expired* (too late to be of use), *withheld* (never sent: she did
    not consent to its ``purpose``, "service" for what follows from her own doing). ``why`` is a
    word of ``channels/sms/errors.py``, or no_consent. A code stands in ``sealed`` and never in
    ``text``, and only until it was sent. ``cost`` is in rials, before the answer an estimate.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12)
    recipient = models.CharField(max_length=80)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=16)
    purpose = models.CharField(max_length=20, default="service", db_default="service")
    text = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    # What it was sent for, so that it is sent once; empty where asking again is asking for another.
    key = models.CharField(max_length=120, null=True)
    sealed = models.BinaryField(null=True)
    # By which a provider knows it as ours, unlike any other installation's.
    local_id = models.BigIntegerField(db_default=0)
    parts = models.SmallIntegerField(db_default=1)
    cost = models.BigIntegerField(db_default=0)
    state = models.CharField(max_length=12, db_default="stored")
    why = models.CharField(max_length=16, blank=True, db_default="")
    provider_id = models.CharField(max_length=40, blank=True, db_default="")
    tries = models.SmallIntegerField(db_default=0)
    send_after = models.DateTimeField(db_default=Now())
    good_until = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["club", "created_at"], name="message_latest"),
            models.Index(fields=["club", "state", "created_at"], name="message_by_state"),
            models.Index(
                fields=["member", "-created_at"],
                condition=Q(member__isnull=False),
                name="message_of_member",
            ),
            models.Index(
                fields=["club", "send_after"],
                condition=Q(state__in=["queued", "sending", "unknown"]),
                name="message_waiting",
            ),
            models.Index(
                fields=["club", "changed_at"],
                condition=Q(state="accepted"),
                name="message_on_its_way",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["club", "key"], name="message_once"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        *("stored", "queued", "sending", "accepted", "delivered"),
                        *("undelivered", "blocked", "failed", "unknown", "expired"),
                        "withheld",
                    ]
                ),
                name="message_state_known",
            ),
        ]


class Attempt(models.Model):
    """A step of a message with a provider; never changed.

    ``what`` is *began* (written before the network is used) or a state that it came to;
    ``code`` the provider's own number for a refusal.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    message = models.ForeignKey(Message, models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    what = models.CharField(max_length=12)
    why = models.CharField(max_length=16, blank=True, default="")
    code = models.CharField(max_length=16, blank=True, default="")
    cost = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["club", "at"], condition=Q(what="began"), name="attempt_begun")
        ]
