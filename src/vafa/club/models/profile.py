from __future__ import annotations

from django.db import models
from django.db.models import Q

from vafa.club.models.club import Club


class ProfileField(models.Model):
    """When members are asked for something: at joining, in the profile, or never.

    ``code`` is one of ``rules.profile.FIELDS``, or "a." and the key of an attribute of the club's.
    What has no row is as ``rules.profile`` says.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=44)
    ask = models.CharField(max_length=8)
    is_required = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["club", "code"], name="profile_field_once"),
            models.CheckConstraint(
                condition=Q(ask__in=["joining", "profile", "never"]), name="profile_field_asked"
            ),
        ]
