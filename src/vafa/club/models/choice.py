from __future__ import annotations

from django.db import models

from vafa.club.models.access import Staff


class StaffChoice(models.Model):
    """How a person of the staff likes a page: the columns of a list, by the page's ``name``."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=40)
    value = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "name"], name="staff_choice_once")]
