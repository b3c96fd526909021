from __future__ import annotations

from django.db import models

from vafa.club.models.club import Branch, Club


class Audit(models.Model):
    """Who did what, from where and when, with what it was before and after. Never changed.

    ``actor`` is a label such as "staff:12"; name, role and the thing's label are those of that
    moment. ``before`` and ``after`` hold changed fields only. ``search_text`` is what the list
    searches, folded by ``core.text.search_key``, the parts divided by "|".
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    actor = models.CharField(max_length=40)
    actor_name = models.CharField(max_length=120)
    role = models.CharField(max_length=40)
    face = models.CharField(max_length=8)
    address = models.CharField(max_length=45)
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+", db_index=False)
    request_id = models.CharField(max_length=32)
    action = models.CharField(max_length=40)
    thing_kind = models.CharField(max_length=16)
    thing_id = models.CharField(max_length=40)
    thing_label = models.CharField(max_length=160)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.CharField(max_length=300)
    search_text = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["club", "-at", "-id"], name="audit_newest"),
            models.Index(fields=["club", "actor", "-at", "-id"], name="audit_by_actor"),
            models.Index(fields=["club", "action", "-at", "-id"], name="audit_by_action"),
            models.Index(
                fields=["club", "thing_kind", "thing_id", "-at", "-id"], name="audit_by_thing"
            ),
        ]
