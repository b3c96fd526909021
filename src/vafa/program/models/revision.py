from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models import Club


class Revision(models.Model):
    """A version of the promise: rules, tiers and point terms as one document.

    A club has at most one draft and one live revision. A published document never changes. A draft
    with ``publish_at`` is published then, in the name of ``publish_by``, unless it changes before.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="revisions")
    number = models.IntegerField()
    status = models.CharField(max_length=8, default="draft")
    document = models.JSONField()
    note = models.CharField(max_length=200, blank=True, default="")
    actor = models.CharField(max_length=40, default="")
    created_at = models.DateTimeField(db_default=Now())
    published_at = models.DateTimeField(null=True)
    publish_at = models.DateTimeField(null=True)
    publish_by = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["club", "number"], name="revision_number_once"),
            models.UniqueConstraint(
                fields=["club"], condition=Q(status="live"), name="one_live_revision"
            ),
            models.UniqueConstraint(
                fields=["club"], condition=Q(status="draft"), name="one_draft_revision"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "live", "past"]), name="revision_status_known"
            ),
            models.CheckConstraint(
                condition=Q(publish_at__isnull=True) | Q(status="draft"),
                name="only_a_draft_is_to_be_published",
            ),
        ]
