from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models.access import Staff
from vafa.club.models.club import Club


class Task(models.Model):
    """Work that takes longer than a page may: done by the worker, watched on a page.

    ``kind`` says what, ``params`` of what; ``reached`` of ``total`` steps are done, ``step`` is
    what it does now. ``result`` is what it found, ``trouble`` the code of what ended it early.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    staff = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    asked_by = models.CharField(max_length=40)
    asked_at = models.DateTimeField(db_default=Now())
    told_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, default="waiting")
    step = models.CharField(max_length=40, blank=True, default="")
    reached = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    stop_asked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=60, blank=True, default="")
    trouble_words = models.JSONField(default=dict)
    result = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], finished_at__isnull=True)
                | Q(state__in=["failed", "stopped"], finished_at__isnull=False)
                | Q(state="done", finished_at__isnull=False, result__isnull=False),
                name="task_state_known",
            ),
        ]
        indexes = [
            models.Index(fields=["club", "-id"], name="task_newest"),
            models.Index(fields=["club", "kind", "-id"], name="task_of_kind"),
        ]


class TaskFile(models.Model):
    """A file that a task reads ("input") or has made: its bytes are in ``TaskChunk``.

    In the database, since whoever uploads and whoever works may be different machines.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="files")
    role = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())


class TaskChunk(models.Model):
    """The ``number``-th piece of a file, at most a million bytes."""

    file = models.ForeignKey(TaskFile, models.CASCADE, related_name="chunks", db_index=False)
    number = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="task_chunk_once")]
