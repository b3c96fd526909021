from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models.club import Club


class MemberAttribute(models.Model):
    """Something that a club wants to know of its members beside what every club knows.

    Rules and segments name it by ``key``, which never changes, as its ``kind`` does not. One that
    is no longer active is asked of nobody any more; what is known stays.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True, default="")
    kind = models.CharField(max_length=8)
    choices = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["club", "key"], name="attribute_key_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["text", "number", "yes_no", "date", "choice"]),
                name="attribute_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def said(self, lang: str) -> str:
        """Its name in ``lang``."""
        return self.name if lang == "fa" or not self.name_en else self.name_en
