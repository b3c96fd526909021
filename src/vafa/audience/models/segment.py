from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from vafa.club.models import Club


class Segment(models.Model):
    """Who is meant by a name: a definition over facets (``rules.definition``).

    Others name it by ``code``, which never changes. One that is archived is offered to nobody any
    more, and what names it goes on.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="segments")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True, default="")
    sort_key = models.CharField(max_length=255, default="")
    definition = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["club", "code"], name="segment_code_once")]

    def __str__(self) -> str:
        return self.name

    def said(self, lang: str) -> str:
        """Its name in ``lang``."""
        return self.name if lang == "fa" or not self.name_en else self.name_en
