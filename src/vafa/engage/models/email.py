from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models import Club, Member


class EmailSettings(models.Model):
    """By which SMTP server a club sends e-mail; the password is sealed, and never shown again."""

    club = models.OneToOneField(Club, models.PROTECT, related_name="+")
    host = models.CharField(max_length=120)
    port = models.IntegerField(default=587)
    security = models.CharField(max_length=8, default="starttls")
    user = models.CharField(max_length=120, blank=True, default="")
    sealed_password = models.BinaryField(null=True)
    sender = models.CharField(max_length=120)
    sender_name = models.CharField(max_length=80, blank=True, default="")
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(security__in=["starttls", "tls", "none"], port__gt=0, port__lt=65536),
                name="email_server_known",
            )
        ]


class Email(models.Model):
    """An e-mail for one address, and how far it is.

    ``state``: *stored* (only kept here, where nobody real is written to), *queued*, *sending*
    (claimed; nobody else may send it), *sent*, *failed*, *unknown* (the line broke while it was being
    sent: never again by itself), *withheld* (never sent: she did not consent to its ``purpose``, or
    not any more). ``why`` is a word of ``channels/email/smtp.py``, or no_consent. ``member`` is null
    for the staff, ``kind`` and ``purpose`` are as in ``Message``. Its file is forgotten when it is
    at rest, but for what is stored.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    # What it was sent for, so that it is sent once.
    key = models.CharField(max_length=120, null=True)
    recipient = models.CharField(max_length=254)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, blank=True, default="", db_default="")
    purpose = models.CharField(max_length=20, default="service", db_default="service")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    leave_url = models.CharField(max_length=300, blank=True, default="")
    file_name = models.CharField(max_length=200, blank=True, default="")
    file_type = models.CharField(max_length=100, blank=True, default="")
    file = models.BinaryField(null=True)
    state = models.CharField(max_length=8)
    why = models.CharField(max_length=16, blank=True, default="")
    tries = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    send_after = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["club", "-id"], name="email_newest"),
            models.Index(
                fields=["member", "-created_at"],
                condition=Q(member__isnull=False),
                name="email_of_member",
            ),
            models.Index(
                fields=["club", "-id"],
                condition=Q(member__isnull=False),
                name="email_to_members",
            ),
            models.Index(
                fields=["club", "send_after"],
                condition=Q(state__in=["queued", "sending"]),
                name="email_waiting",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["club", "key"], name="email_once"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        *("stored", "queued", "sending", "sent", "failed", "unknown"),
                        "withheld",
                    ]
                ),
                name="email_state_known",
            ),
        ]
